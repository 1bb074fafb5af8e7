import ParzenCore
import ParzenEstimators

/// Samples ranked by how unusual they are: by their log density under an estimate that they had no part in.
///
/// The samples may judge each other, by cross-fitting, or be judged by training samples. A log density
/// alone says little in d dimensions, so each has a **tail probability**: that a fresh draw from the
/// estimated distribution, judged by a fit to as many draws from it, has a log density as low. It is found
/// by a parametric bootstrap, so that it allows for the error of the fit: where the estimate is right, tail
/// probabilities of samples that are no outliers are uniform on (0, 1).
///
/// ```swift
/// let ranking = try OutlierRanking(samples: samples) { (samples, threads) throws(ParzenError) in
///   try MixtureTransformer(samples: samples, threads: threads)
/// }
/// ```
public struct OutlierRanking: Sendable {
  /// The log density of every sample.
  public let logDensity: [Double]
  /// The tail probability of every sample: at least 1 / (1 + the number of reference draws).
  public let tailProbability: [Double]

  /// The samples' indices, the most unusual first.
  public var order: [Int] {
    logDensity.indices.sorted { (logDensity[$0], $0) < (logDensity[$1], $1) }
  }

  /// The most reference draws in a replicate.
  private static let mostReferenceDraws = 10_000

  /// Ranks n samples (n x d) by the estimates from the others, with `options.folds` folds.
  ///
  /// - Throws: `ParzenError.invalidOption` for options that make no sense; what the fit throws.
  /// - Complexity: folds + B + 1 fits and as many evaluations, on up to `options.threads` threads.
  public init(
    samples: Matrix, fit: @escaping DensityFit, options: AnalysisOptions = AnalysisOptions(replicates: 20)
  ) throws(ParzenError) {
    try self.init(samples: samples, sampleWeights: nil, fit: withoutWeights(fit), options: options)
  }

  /// Ranks n samples (n x d) that may have weights by the estimates from the others.
  public init(
    samples: Matrix, sampleWeights: SampleWeights?, fit: @escaping WeightedDensityFit,
    options: AnalysisOptions = AnalysisOptions(replicates: 20)
  ) throws(ParzenError) {
    try options.validate()
    logDensity = try CrossFitting(folds: options.folds, seed: options.seed)
      .evaluate(samples, sampleWeights: sampleWeights, fit: fit, threads: options.threads).logDensity
    let worth = Int(sampleWeights?.effectiveCount ?? Double(samples.rows))
    let reference = try Self.reference(
      fit(samples, sampleWeights, options.threads),
      trainingCount: max(worth - worth / options.folds, samples.columns + 2),
      count: samples.rows, fit: fit, options: options)
    tailProbability = Self.tailProbabilities(logDensity, reference)
  }

  /// Ranks samples (n x d) by the estimate from training samples (m x d).
  ///
  /// - Throws: `ParzenError.dimensionMismatch` if the two have different numbers of columns; otherwise as
  ///   the other.
  /// - Complexity: B + 1 fits and as many evaluations, on up to `options.threads` threads.
  public init(
    samples: Matrix, training: Matrix, fit: @escaping DensityFit,
    options: AnalysisOptions = AnalysisOptions(replicates: 20)
  ) throws(ParzenError) {
    try self.init(samples: samples, training: training, fit: withoutWeights(fit), options: options)
  }

  /// Ranks samples by the estimate from training samples, with a fit that takes weights.
  public init(
    samples: Matrix, training: Matrix, fit: @escaping WeightedDensityFit,
    options: AnalysisOptions = AnalysisOptions(replicates: 20)
  ) throws(ParzenError) {
    try options.validate()
    guard samples.columns == training.columns else {
      throw .dimensionMismatch(expected: training.columns, found: samples.columns)
    }
    let density = try fit(training, nil, options.threads)
    logDensity = try Parallelism.limited(to: options.threads) { () throws(ParzenError) in
      try density.logDensity(at: samples)
    }
    let reference = try Self.reference(
      density, trainingCount: training.rows, count: training.rows, fit: fit, options: options)
    tailProbability = Self.tailProbabilities(logDensity, reference)
  }

  /// Log densities of fresh draws from a density under fits to other draws from it, in ascending order.
  private static func reference(
    _ density: any Distribution, trainingCount: Int, count: Int, fit: @escaping WeightedDensityFit,
    options: AnalysisOptions
  ) throws(ParzenError) -> [Double] {
    try concurrentResults(options.replicates, threads: options.threads) { (index) throws(ParzenError) in
      var generator = Xoshiro256(seed: options.seed, stream: index)
      let training = density.sample(count: trainingCount, using: &generator)
      let draws = density.sample(count: min(count, mostReferenceDraws), using: &generator)
      return try fit(training, nil, 1).logDensity(at: draws)
    }
    .flatMap(\.self).sorted()
  }

  /// (1 + the number of reference values that are no larger) / (1 + their number).
  private static func tailProbabilities(_ values: [Double], _ reference: [Double]) -> [Double] {
    values.map { value in
      var (low, high) = (0, reference.count)
      while low < high {
        let middle = (low + high) / 2
        if reference[middle] <= value { low = middle + 1 } else { high = middle }
      }
      return Double(1 + low) / Double(1 + reference.count)
    }
  }
}
