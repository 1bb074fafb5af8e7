import ParzenCore
import ParzenKernels

/// How often and in which parts an analysis refits a density, and with which random numbers.
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
