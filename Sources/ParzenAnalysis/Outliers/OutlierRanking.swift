import ParzenCore
import ParzenEstimators

/// Samples ranked by how unusual they are: by their log density under an estimate that they had no part in.
///
/// The samples may judge each other, by cross-fitting, or be judged by training samples. A log density
/// alone says little in d dimensions, so each has a **tail probability**: that a sample which is no outlier
/// has a log density as low. It is the rank among the log densities of samples that had no part in the
/// estimate either, which holds for any law and any fit, with an exponential tail below the lowest of them,
/// where outliers may be among them below the lowest tenth: tail probabilities of samples that are no
/// outliers are uniform on (0, 1).
///
/// ```swift
/// let ranking = try OutlierRanking(samples: samples) { (samples, threads) throws(ParzenError) in
///   try MixtureTransformer(samples: samples, threads: threads)
/// }
/// ```
public struct OutlierRanking: Sendable {
  /// The log density of every sample.
  public let logDensity: [Double]
  /// The tail probability of every sample, above 0.
  public let tailProbability: [Double]

  /// The samples' indices, the most unusual first.
  public var order: [Int] {
    logDensity.indices.sorted { (logDensity[$0], $0) < (logDensity[$1], $1) }
  }

  /// Ranks n samples (n x d) by the estimates from the others, with `options.folds` folds.
  ///
  /// - Throws: `ParzenError.invalidOption` for options that make no sense; what the fit throws.
  /// - Complexity: the fits of the folds, and evaluations at n points, on up to `options.threads` threads.
  public init(
    samples: Matrix, fit: @escaping DensityFit, options: AnalysisOptions = AnalysisOptions(folds: 10)
  ) throws(ParzenError) {
    try self.init(samples: samples, sampleWeights: nil, fit: withoutWeights(fit), options: options)
  }

  /// Ranks n samples (n x d) that may have weights by the estimates from the others.
  public init(
    samples: Matrix, sampleWeights: SampleWeights?, fit: @escaping WeightedDensityFit,
    options: AnalysisOptions = AnalysisOptions(folds: 10)
  ) throws(ParzenError) {
    let (values, tail) = try Self.heldOut(samples, sampleWeights, fit, options, mayHoldOutliers: true)
    logDensity = values
    tailProbability = values.map(tail.share(ofOwn:))
  }

  /// Ranks samples (n x d) by the estimate from training samples (m x d).
  ///
  /// - Throws: `ParzenError.dimensionMismatch` if the two have different numbers of columns; otherwise as
  ///   the other.
  /// - Complexity: one fit more, and the evaluations of m points, too.
  public init(
    samples: Matrix, training: Matrix, fit: @escaping DensityFit,
    options: AnalysisOptions = AnalysisOptions(folds: 10)
  ) throws(ParzenError) {
    try self.init(samples: samples, training: training, fit: withoutWeights(fit), options: options)
  }

  /// Ranks samples by the estimate from training samples that may have weights.
  public init(
    samples: Matrix, training: Matrix, trainingWeights: SampleWeights? = nil,
    fit: @escaping WeightedDensityFit,
    options: AnalysisOptions = AnalysisOptions(folds: 10)
  ) throws(ParzenError) {
    guard samples.columns == training.columns else {
      throw .dimensionMismatch(expected: training.columns, found: samples.columns)
    }
    let density = try fit(training, trainingWeights, options.threads)
    let tail = try Self.heldOut(training, trainingWeights, fit, options, mayHoldOutliers: false).tail
    logDensity = try Parallelism.limited(to: options.threads) { () throws(ParzenError) in
      try density.logDensity(at: samples)
    }
    tailProbability = logDensity.map(tail.share(ofOther:))
  }

  /// The log densities of samples under the fits to the other folds, and their lower tail.
  private static func heldOut(
    _ samples: Matrix, _ weights: SampleWeights?, _ fit: @escaping WeightedDensityFit,
    _ options: AnalysisOptions, mayHoldOutliers: Bool
  ) throws(ParzenError) -> (values: [Double], tail: HeldOutTail) {
    let values = try CrossFitting(folds: options.folds, seed: options.seed)
      .logDensity(samples, sampleWeights: weights, fit: fit, threads: options.threads)
    let counts = weights.map { weights in weights.shares.map { $0 * weights.effectiveCount } }
    let tail = HeldOutTail(
      values, weights: counts ?? values.map { _ in 1 }, mayHoldOutliers: mayHoldOutliers)
    return (values, tail)
  }
}
