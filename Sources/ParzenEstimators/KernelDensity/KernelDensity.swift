import Foundation
import ParzenCore
import ParzenKernels

/// The Gaussian kernel density estimate
///
///     f(y) = sum_i w_i N(y; x_i, H),   score(y) = H^-1 (sum_i p_i x_i - y),   p_i = w_i N(y; x_i, H) / f(y),
///
/// with one covariance H for all samples x_i, and weights w_i whose sum is 1.
///
/// Everything is in Float64 and summed by squared differences about each query: the log density is within 1e-9 of
/// the exact sum (its last digits, where it is beyond 1e6), near the samples and thousands of bandwidths away, where it stays
/// finite although the density itself underflows.
///
/// - Complexity: O(n d) to make; O(n m d) time and O((n + m) d) memory for m queries.
public struct KernelDensity: DensityEstimator {
  /// The kernels' width and orientation.
  let shape: KernelShape
  /// The samples in kernel units (see `KernelShape`), row by row, and the logarithms to the base 2 of their weights.
  let points: [Double]
  let logWeights: [Double]
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
  ///   - weights: one non-negative weight per sample, up to a common factor; equal ones when nil.
  ///   - threads: the most threads that fitting and evaluation use. The results do not depend on it.
  /// - Throws: `ParzenError.unusableSamples` where samples are missing, not finite, or do not have the spread that the rule
  ///   needs (the message names the columns); `ParzenError.invalidOption` for a bandwidth that is not positive and finite, or so small
  ///   that the samples in units of it overflow; for weights that are negative, not finite, all zero, or of another
  ///   number than the samples.
  public init(
    samples: Matrix, bandwidth: Bandwidth, covariance: KernelCovariance = .diagonal, weights: [Double]? = nil,
    threads: Int = ProcessInfo.processInfo.activeProcessorCount
  ) throws(ParzenError) {
    let moments = try SampleMoments(samples, weights: weights)
    let shape = try bandwidth.kernels(moments, covariance: covariance, threads: threads)
    try self.init(samples: moments.samples, weights: moments.weights, shape: shape, threads: threads)
  }

  /// The estimate with given kernels; the weights are positive and their sum is 1.
  init(samples: Matrix, weights: [Double], shape: KernelShape, threads: Int) throws(ParzenError) {
    self.shape = shape
    self.threads = threads
    points = shape.kernelUnits(samples).elements
    logWeights = weights.map { log2($0) }
    guard points.allSatisfy({ abs($0) < 1e150 }) else {
      throw .invalidOption("the bandwidth is too small for the spread of the samples: choose a larger one")
    }
  }

  /// The estimate with given samples in kernel units.
  init(points: [Double], logWeights: [Double], shape: KernelShape, threads: Int) {
    self.points = points
    self.logWeights = logWeights
    self.shape = shape
    self.threads = threads
  }

  /// The log density and the score at every query.
  ///
  /// More than about 1e150 bandwidths away the log density itself overflows, and is -infinity; the score there points to
  /// the samples' mean. Both are NaN where a query is not finite.
  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    guard queries.rows > 0 else { return DensityEvaluation(logDensity: [], score: queries) }
    let places = shape.kernelUnits(queries)
    let sums = GaussianKernelSums(
      queries: places.elements, samples: points, bias: logWeights, dimension: dimension, threads: threads)
    var logDensity = [Double](repeating: -.infinity, count: queries.rows)
    var step = places
    for i in 0..<queries.rows {
      guard queries[row: i].allSatisfy(\.isFinite) else {
        logDensity[i] = .nan
        for k in 0..<dimension { step[i, k] = .nan }
        continue
      }
      for k in 0..<dimension { step[i, k] = -places[i, k] }
      guard sums.sum[i] > 0 else { continue }
      logDensity[i] = shape.logNormaliser + (log2(sums.sum[i]) + sums.shift[i]) * M_LN2
      for k in 0..<dimension { step[i, k] += sums.weightedSamples[i * dimension + k] / sums.sum[i] }
    }
    return DensityEvaluation(logDensity: logDensity, score: shape.precisionTimes(step))
  }
}
