import ParzenCore
import ParzenEstimators
import ParzenKernels

/// A way to estimate a density: n samples (n x d) and the most threads to use, to a density that can be
/// drawn from.
///
/// For instance `{ (samples, threads) throws(ParzenError) in try MixtureTransformer(samples: samples,
/// threads: threads) }`.
public typealias DensityFit =
  @Sendable (_ samples: Matrix, _ threads: Int) throws(ParzenError) ->
  any Distribution

/// A way to estimate a density from samples that may have weights (`DensityFit` for those that have none).
public typealias WeightedDensityFit =
  @Sendable (_ samples: Matrix, _ sampleWeights: SampleWeights?, _ threads: Int) throws(ParzenError) ->
  any Distribution

/// A fit that passes weights by, for samples that have none.
func withoutWeights(_ fit: @escaping DensityFit) -> WeightedDensityFit {
  { (samples, _, threads) throws(ParzenError) in try fit(samples, threads) }
}

/// The number of samples that a replicate of some samples has: as many as they are worth, at least d + 2.
///
/// - Throws: `ParzenError.invalidOption` for weights that are none of these samples, or are worth more
///   samples than can be drawn.
func replicateSize(
  _ samples: Matrix, _ sampleWeights: SampleWeights?
) throws(ParzenError) -> Int {
  guard let sampleWeights else { return max(samples.rows, samples.columns + 2) }
  try sampleWeights.check(rows: samples.rows)
  let size = max(Int(sampleWeights.effectiveCount), samples.columns + 2)
  try Limits.checkProduct("the draws of a replicate", [size, samples.columns])
  return size
}

/// How often and in which parts an analysis refits a density, and with which random numbers.
///
/// ```swift
/// let options = AnalysisOptions(replicates: 200, seed: 7)
/// let information = try SampleInformation(
///   samples: samples,
///   fit: { (samples, threads) throws(ParzenError) in
///     try MixtureTransformer(samples: samples, threads: threads)
///   }, options: options)
/// ```
public struct AnalysisOptions: Sendable {
  /// The number B of bootstrap replicates; a standard error from them is itself uncertain by about 1 / sqrt(2
  /// B).
  public var replicates: Int
  /// The folds of cross-fitting.
  public var folds: Int
  /// The seed of everything random.
  public var seed: UInt64
  /// The most threads to use. The results do not depend on it.
  public var threads: Int

  public init(
    replicates: Int = 50, folds: Int = 5, seed: UInt64 = 1,
    threads: Int = Parallelism.threads
  ) {
    self.replicates = replicates
    self.folds = folds
    self.seed = seed
    self.threads = threads
  }

  func validate() throws(ParzenError) {
    // Fewer than two have no spread.
    try Limits.check("replicates", replicates, 2...Limits.repetitions)
  }
}

/// The standard deviation of every column (divided by n), 1 where it is zero, for values up to 1e300.
func columnDeviations(_ samples: Matrix) -> [Double] {
  (0..<samples.columns).map { column in
    let deviation = StandardisedColumn(samples, column: column).standardDeviation
    return deviation > 0 ? deviation : 1
  }
}
