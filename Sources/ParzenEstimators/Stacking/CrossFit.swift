import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// One way to estimate the density of a group, carried out on all of its samples and, to be judged, without
/// each of the judging folds.
struct CrossFit: Sendable {
  /// The estimate from all samples.
  var full: GaussianMixture
  /// The estimates without one fold each; nil where the samples without it allow none.
  var folds: [GaussianMixture?]

  /// The log density of every row of a group that is in a judging fold, under the estimate without its fold;
  /// at most that under the estimate from all, which is the one to be used: where that fits a sample worse
  /// than the ones that have not seen it, the others' success says nothing for it.
  func heldOut(_ group: SampleGroup) throws(ParzenError) -> [Double] {
    var result = [Double](repeating: -.infinity, count: group.points.rows)
    for (fold, estimate) in folds.enumerated() {
      let rows = group.heldOut(fold)
      guard let estimate, !rows.isEmpty else { continue }
      let values = try Self.logDensity(estimate, group.points(without: fold).selectingRows(rows))
      for (row, value) in zip(rows, values) { result[row] = value + group.logSlope(row) }
    }
    let judged = group.judged
    let seen = try Self.logDensity(full, group.points.selectingRows(judged))
    return zip(judged, seen).map { Self.judging(result[$0], seen: $1) }
  }

  /// The log density of a sample under an estimate that has not seen it, at most that under the one to be
  /// used; none where one of them is no number.
  static func judging(_ unseen: Double, seen: Double) -> Double {
    unseen.isNaN || seen.isNaN ? -.infinity : min(unseen, seen)
  }

  private static func logDensity(
    _ estimate: GaussianMixture, _ points: Matrix
  ) throws(ParzenError) -> [Double] {
    try Parallelism.limited(to: 1) { () throws(ParzenError) in try estimate.logDensity(at: points) }
  }

  /// The convex combination of some ways; weights are positive.
  static func combining(_ fits: [CrossFit], weights: [Double]) throws(ParzenError) -> CrossFit {
    guard fits.count > 1 else { return fits[0] }
    let full = try GaussianMixture.combining(fits.map(\.full), weights: weights)
    var folds: [GaussianMixture?] = []
    for fold in fits[0].folds.indices {
      let parts = zip(fits, weights).compactMap { fit, weight in fit.folds[fold].map { ($0, weight) } }
      folds.append(
        parts.isEmpty ? nil : try GaussianMixture.combining(parts.map(\.0), weights: parts.map(\.1)))
    }
    return CrossFit(full: full, folds: folds)
  }
}
