import ParzenCore
import ParzenDistributions

/// What the network alone makes of coordinates, on the first fold: what is plainly worse there than those
/// told need not be asked of all candidates together, which takes much longer the more columns there are.
struct CoordinateScreening: Sendable {
  private let prepared: PreparedSamples
  private let folds: [Int]
  private let estimator: GroupEstimator
  /// The samples of the first fold.
  private let judging: [Int]
  private let votes: [Double]
  /// Their log densities in coordinates told; nil where these allow none.
  private var rival: [Double]?

  /// The standard errors by which other coordinates must be worse.
  private static let errors = 2.0

  /// - Parameters:
  ///   - folds: the fold of every sample.
  ///   - votes: how many samples each stands for.
  /// - Complexity: a pass of the network over the samples, with groups apart read by themselves.
  init(
    _ prepared: PreparedSamples, folds: [Int], votes: [Double], told: [ColumnTransformation],
    estimator: GroupEstimator
  ) throws(ParzenError) {
    (self.prepared, self.folds, self.estimator) = (prepared, folds, estimator)
    judging = folds.indices.filter { folds[$0] == 0 }
    self.votes = judging.map { votes[$0] }
    rival = try attempt(logDensities(told))
  }

  /// Whether coordinates that have not seen the first fold are not plainly worse there.
  ///
  /// - Throws: `ParzenError.cancelled`.
  /// - Complexity: as above.
  func isOpen(_ columns: [ColumnTransformation]) throws(ParzenError) -> Bool {
    guard let rival, let values = try attempt(logDensities(columns)) else { return true }
    let gain = HeldOutGain(values, over: rival, counts: votes)
    return gain.mean + Self.errors * gain.error >= 0
  }

  private func logDensities(_ columns: [ColumnTransformation]) throws(ParzenError) -> [Double] {
    let image = try prepared.image(columns)
    let rest = (0..<image.points.rows).filter { folds[$0 % folds.count] != 0 }
    let group = SampleGroup.whole(
      image.points, counts: image.counts, resolution: prepared.resolution(in: image))
    let mixture = try estimator.zoomed(group.selecting(rest))
    return try image.density(mixture).logDensity(at: prepared.samples.selectingRows(judging))
  }
}
