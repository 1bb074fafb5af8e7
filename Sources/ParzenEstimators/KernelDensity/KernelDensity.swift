import ParzenCore
import ParzenKernels
import ParzenPlatform

/// The Gaussian kernel density estimate
///
///     f(y) = sum_i w_i N(y; x_i, H),   score(y) = H^-1 (sum_i p_i x_i - y),   p_i = w_i N(y; x_i, H) / f(y),
///
/// with one covariance H for all samples x_i, and weights w_i whose sum is 1.
///
/// Sums are of squared differences about each query, scaled so that they cannot underflow: the log density is
/// as accurate thousands of bandwidths from the samples, where it stays finite although the density itself
/// underflows, as near them. Float32 is used for the queries where its error stays within a tolerance, and
/// Float64 for the others, among them all that are far away (see `KernelSums`).
///
/// - Complexity: O(n d) to make; O(n m d) time and O((n + m) d) memory for m queries.
///
/// ```swift
/// let estimate = try KernelDensity(samples: samples, bandwidth: .crossValidation, covariance: .full)
/// let density = try estimate.density(at: queries)
/// ```
public struct KernelDensity: DensityEstimator {
  /// The kernels' width and orientation.
  let shape: KernelShape
  /// The sums over the samples, in kernel units (see `KernelShape`).
  let sums: KernelSums
  /// The error of the log density that is accepted for the sake of speed.
  public let tolerance: Double
  /// The most threads that an evaluation uses.
  public let threads: Int

  public var dimension: Int { shape.centre.count }

  /// The standard deviation of the kernels along every axis, in the units of the data.
  public var bandwidths: [Double] { shape.bandwidths }

  /// Fits with Scott's rule, a diagonal covariance and equal weights.
  public init(samples: Matrix) throws(ParzenError) {
    try self.init(samples: samples, bandwidth: .scott)
  }

  /// Fits to n samples (n x d).
  ///
  /// - Parameters:
  ///   - samples: one row per sample.
  ///   - bandwidth: the rule for the kernels' width, or the width itself.
  ///   - covariance: the kernels' shape, for the rules.
  ///   - sampleWeights: the weights of the samples; equal ones when nil.
  ///   - tolerance: the error of the log density, and a tenth of the relative error of the score, that is
  ///     accepted for the sake of speed, as two standard deviations of a bound; 0 for full Float64, at half
  ///     the speed.
  ///   - threads: the most threads that fitting and evaluation use. The results do not depend on it.
  /// - Throws: `ParzenError.unusableSamples` where samples are missing, not finite, or do not have the spread
  ///   that the rule needs (the message names the columns); `ParzenError.invalidOption` for a bandwidth that
  ///   is not positive and finite, or so small that the samples in units of it overflow; for weights that are
  ///   negative, not finite, all zero, or of another number than the samples; for a negative tolerance.
  public init(
    samples: Matrix, bandwidth: Bandwidth, covariance: KernelCovariance = .robust,
    sampleWeights: SampleWeights? = nil,
    tolerance: Double = 1e-5, threads: Int = Parallelism.threads
  ) throws(ParzenError) {
    let moments = try SampleMoments(given: samples, weights: sampleWeights)
    let shape = try bandwidth.kernels(moments, covariance: covariance, threads: threads)
    try self.init(
      samples: moments.samples, weights: moments.weights, shape: shape, tolerance: tolerance, threads: threads
    )
  }

  /// The estimate with given kernels; the weights are positive and their sum is 1.
  init(samples: Matrix, weights: [Double], shape: KernelShape, tolerance: Double, threads: Int)
    throws(ParzenError)
  {
    let points = shape.kernelUnits(samples).elements
    guard points.allSatisfy({ abs($0) < 1e150 }) else {
      throw .invalidOption("the bandwidth is too small for the spread of the samples: choose a larger one")
    }
    guard tolerance >= 0 else {
      throw .invalidOption("the tolerance is \(tolerance): it must not be negative")
    }
    let sums = KernelSums(points: points, logWeights: weights.map { log2($0) }, dimension: samples.columns)
    self.init(sums, shape: shape, tolerance: tolerance, threads: threads)
  }

  /// The estimate with given sums over the samples.
  init(_ sums: KernelSums, shape: KernelShape, tolerance: Double, threads: Int) {
    self.sums = sums
    self.shape = shape
    self.tolerance = tolerance
    self.threads = threads
  }

  /// The log density and the score at every query.
  ///
  /// More than about 1e150 bandwidths away the log density itself overflows, and is -infinity; the score
  /// there points to the samples' mean. Both are NaN where a query is not finite.
  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    guard queries.rows > 0 else { return DensityEvaluation(logDensity: [], score: queries) }
    let places = shape.kernelUnits(queries)
    let values = sums(places.elements, tolerance: tolerance, threads: threads)
    var logDensity = [Double](repeating: -.infinity, count: queries.rows)
    var step = places
    for i in 0..<queries.rows {
      guard queries[row: i].allSatisfy(\.isFinite) else {
        logDensity[i] = .nan
        for k in 0..<dimension { step[i, k] = .nan }
        continue
      }
      for k in 0..<dimension { step[i, k] = -places[i, k] }
      guard values.logarithms[i] > -.infinity else { continue }
      logDensity[i] = shape.logNormaliser + values.logarithms[i] * M_LN2
      for k in 0..<dimension { step[i, k] += values.means[i * dimension + k] }
    }
    return DensityEvaluation(logDensity: logDensity, score: shape.precisionTimes(step))
  }

  /// The log density alone, in about half the time; the same values as those of `evaluate` up to `tolerance`.
  public func logDensity(at queries: Matrix) throws(ParzenError) -> [Double] {
    try check(queries)
    guard queries.rows > 0 else { return [] }
    let places = shape.kernelUnits(queries)
    let values = sums(places.elements, tolerance: tolerance, wantsMeans: false, threads: threads)
    return (0..<queries.rows).map { i in
      guard queries[row: i].allSatisfy(\.isFinite) else { return .nan }
      return values.logarithms[i] > -.infinity
        ? shape.logNormaliser + values.logarithms[i] * M_LN2 : -.infinity
    }
  }
}
