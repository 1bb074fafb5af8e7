import ParzenCore
import ParzenEstimators

/// Evaluation of an estimate at its own samples without their having a part in it: the samples are divided
/// at random into folds of equal size, and each is evaluated under the estimate from the others.
///
/// ```swift
/// let heldOut = try CrossFitting(folds: 5).evaluate(samples, fit: {
///   (points, threads) throws(ParzenError) in
///   try MixtureTransformer(samples: points, threads: threads)
/// }, threads: 2)
/// ```
public struct CrossFitting: Sendable {
  /// The number of folds.
  public let folds: Int
  /// The seed of the division.
  public let seed: UInt64

  public init(folds: Int = 10, seed: UInt64 = 1) {
    self.folds = folds
    self.seed = seed
  }

  /// Log density and score of n samples (n x d), each from the fit to the other folds.
  ///
  /// - Throws: `ParzenError.invalidOption` for fewer than 2 folds or more folds than samples; what the fit
  ///   throws.
  /// - Complexity: the fits and evaluations of all folds, on up to `threads` threads, one fold each; O(n d)
  ///   memory besides.
  public func evaluate(
    _ samples: Matrix, fit: @escaping DensityFit, threads: Int
  ) throws(ParzenError) -> DensityEvaluation {
    try evaluate(samples, sampleWeights: nil, fit: withoutWeights(fit), threads: threads)
  }

  /// Log density and score of n samples (n x d), each from the fit to the other folds with their weights.
  public func evaluate(
    _ samples: Matrix, sampleWeights: SampleWeights?, fit: @escaping WeightedDensityFit, threads: Int
  ) throws(ParzenError) -> DensityEvaluation {
    let division = try division(samples, sampleWeights)
    let results = try division.heldOut(samples, sampleWeights, threads: threads, fit: fit) {
      (density, points) throws(ParzenError) in try density.evaluate(at: points)
    }
    var logDensity = [Double](repeating: 0, count: samples.rows)
    var score = samples
    for (part, result) in results.enumerated() {
      for (place, row) in division.members(of: part).enumerated() {
        logDensity[row] = result.logDensity[place]
        for k in 0..<samples.columns { score[row, k] = result.score[place, k] }
      }
    }
    return DensityEvaluation(logDensity: logDensity, score: score)
  }

  /// The log densities alone.
  func logDensity(
    _ samples: Matrix, sampleWeights: SampleWeights?, fit: @escaping WeightedDensityFit, threads: Int
  ) throws(ParzenError) -> [Double] {
    let division = try division(samples, sampleWeights)
    let results = try division.heldOut(samples, sampleWeights, threads: threads, fit: fit) {
      (density, points) throws(ParzenError) in try density.logDensity(at: points)
    }
    var logDensity = [Double](repeating: 0, count: samples.rows)
    for (part, result) in results.enumerated() {
      for (row, value) in zip(division.members(of: part), result) { logDensity[row] = value }
    }
    return logDensity
  }

  private func division(
    _ samples: Matrix, _ sampleWeights: SampleWeights?
  ) throws(ParzenError) -> SampleDivision {
    try sampleWeights?.check(rows: samples.rows)
    return try SampleDivision(of: samples.rows, parts: folds, seed: seed)
  }
}
