import ParzenCore
import ParzenEstimators
import ParzenKernels

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
    let n = samples.rows
    guard folds >= 2, folds <= n else {
      throw .invalidOption("\(folds) folds of \(n) samples: give from 2 folds to one for each sample")
    }
    try sampleWeights?.check(rows: n)
    var generator = Xoshiro256(seed: seed)
    let order = generator.nextPermutation(of: n)
    let results = try concurrentResults(folds, threads: threads) { (fold) throws(ParzenError) in
      let range = fold * n / folds..<(fold + 1) * n / folds
      let others = order[..<range.lowerBound] + order[range.upperBound...]
      let estimate = try withoutPart(of: folds) { () throws(ParzenError) in
        try fit(samples.selectingRows(others), sampleWeights?.selecting(others), 1)
      }
      return try estimate.evaluate(at: samples.selectingRows(order[range]))
    }
    var logDensity = [Double](repeating: 0, count: n)
    var score = samples
    var next = 0
    for result in results {
      for row in result.logDensity.indices {
        logDensity[order[next]] = result.logDensity[row]
        for k in 0..<samples.columns { score[order[next], k] = result.score[row, k] }
        next += 1
      }
    }
    return DensityEvaluation(logDensity: logDensity, score: score)
  }
}
