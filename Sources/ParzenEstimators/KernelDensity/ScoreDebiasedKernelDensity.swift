import ParzenCore
import ParzenKernels

/// The score-debiased kernel density estimate (SD-KDE): every sample is moved once along a score s,
///
///     x_i + H s(x_i) / 2,   H the kernels' covariance (h^2 I for a bandwidth h),
///
/// and the kernel density estimate is made from the moved samples with the same kernels. The step undoes the
/// smoothing to leading order: where s is exact, the bias falls from O(h^2) to O(h^4), and with h =
/// O(n^(-1/(d+8))) the mean integrated squared error is O(n^(-8/(d+8))) instead of O(n^(-4/(d+4))).
///
/// The score is any `Score`, such as the true one or a learned one; by default it is the empirical one, that
/// of the kernel density estimate with the same kernels (the step then goes halfway to a local mean). The
/// rules for the bandwidth are those of `KernelDensity`, applied to the samples before they move.
///
/// E. L. Epstein, R. Dwaraknath, T. Sornwanee, J. Winnicki, J. W. Liu, Score-Debiased Kernel Density
/// Estimation, arXiv 2504.19084, 2025.
///
/// - Complexity: to make, one evaluation of the score at the n samples: O(n^2 d) time for the empirical one.
///   Otherwise as `KernelDensity`.
///
/// ```swift
/// let estimate = try ScoreDebiasedKernelDensity(samples: samples, bandwidth: .scott)
/// let score = try estimate.score(at: queries)
/// ```
public struct ScoreDebiasedKernelDensity: DensityEstimator {
  /// The estimate from the moved samples.
  let estimate: KernelDensity

  public var dimension: Int { estimate.dimension }

  /// The standard deviation of the kernels along every axis, in the units of the data.
  public var bandwidths: [Double] { estimate.bandwidths }

  /// The most threads that an evaluation uses.
  public var threads: Int { estimate.threads }

  /// Fits with the empirical score, Scott's rule, a diagonal covariance and equal weights.
  public init(samples: Matrix) throws(ParzenError) {
    try self.init(samples: samples, bandwidth: .scott)
  }

  /// Fits to n samples (n x d).
  ///
  /// - Parameters:
  ///   - samples: one row per sample.
  ///   - score: along which the samples are moved; that of the kernel density estimate itself when nil.
  ///   - bandwidth: the rule for the kernels' width, or the width itself.
  ///   - covariance: the kernels' shape, for the rules.
  ///   - sampleWeights: the weights of the samples; equal ones when nil.
  ///   - tolerance: the accepted error of the log density and a tenth of the score's, as in `KernelDensity`.
  ///   - threads: the most threads that fitting and evaluation use. The results do not depend on it.
  /// - Throws: as `KernelDensity`; `ParzenError.dimensionMismatch` if `score` has another dimension than the
  ///   samples; `ParzenError.invalidOption` if it is not finite at a sample.
  public init(
    samples: Matrix, score: (any Score)? = nil, bandwidth: Bandwidth,
    covariance: KernelCovariance = .diagonal,
    sampleWeights: SampleWeights? = nil, tolerance: Double = 1e-5,
    threads: Int = Parallelism.threads
  ) throws(ParzenError) {
    if let score { try score.check(samples) }
    let moments = try SampleMoments(given: samples, weights: sampleWeights)
    let shape = try bandwidth.kernels(moments, covariance: covariance, threads: threads)
    let score: any Score =
      if let score { score } else {
        try KernelDensity(
          samples: moments.samples, weights: moments.weights, shape: shape, tolerance: tolerance,
          threads: threads)
      }

    let scores = try Parallelism.limited(to: threads) { () throws(ParzenError) in
      try score.score(at: moments.samples)
    }
    let steps = shape.covarianceTimes(scores)
    var moved = moments.samples
    for i in moved.elements.indices { moved.elements[i] += steps.elements[i] / 2 }
    guard moved.elements.allSatisfy(\.isFinite) else {
      throw .invalidOption(
        "the score is not finite at every sample: give one that is, or a smaller bandwidth")
    }
    estimate = try KernelDensity(
      samples: moved, weights: moments.weights, shape: shape, tolerance: tolerance, threads: threads)
  }

  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try estimate.evaluate(at: queries)
  }

  public func logDensity(at queries: Matrix) throws(ParzenError) -> [Double] {
    try estimate.logDensity(at: queries)
  }
}
