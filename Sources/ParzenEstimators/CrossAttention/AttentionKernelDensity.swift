import ParzenCore
import ParzenKernels
import ParzenNetworks
import ParzenPlatform

/// A Gaussian kernel density estimate that is the forward pass of one attention block with explicit weights:
/// the theorem of Ilin & Sushko (arXiv 2511.05924) as code. `KernelDensity` gives the same, faster and more
/// accurately.
///
/// The logits expand |y - x|^2, in Float64 and about the samples' mean: their rounding error is about 1e-16
/// |y - mean|^2 / h^2, so that log densities are right to 1e-4 up to a distance of about 10^6 bandwidths.
///
/// ```swift
/// let estimate = try AttentionKernelDensity(samples: samples, bandwidth: 0.5)
/// let logDensity = try estimate.logDensity(at: queries)
/// ```
public struct AttentionKernelDensity: DensityEstimator {
  /// The bandwidth h, in the units of the samples, the same in every dimension.
  public let bandwidth: Double
  public let dimension: Int
  /// The most threads that an evaluation uses.
  public let threads: Int
  private let mean: [Double]
  private let tokens: [Double]
  private let block: AttentionBlock<Double>

  /// The estimate from n samples (n x d) with Scott's bandwidth.
  public init(samples: Matrix) throws(ParzenError) { try self.init(samples: samples, bandwidth: nil) }

  /// The estimate from samples.
  ///
  /// - Parameters:
  ///   - samples: n points, n x d.
  ///   - bandwidth: h, in the units of the samples; Scott's for their root mean variance when nil:
  ///     n^(-1 / (d + 4)) * sqrt(trace of the covariance / d).
  ///   - threads: the most threads to use.
  /// - Throws: `ParzenError.unusableSamples` without samples, or where they are not finite, and for fewer
  ///   than two or all equal ones without a bandwidth; `ParzenError.invalidOption` for a bandwidth that is
  ///   not positive and finite, or too small for the samples' spread.
  public init(
    samples: Matrix, bandwidth: Double?, threads: Int = Parallelism.threads
  ) throws(ParzenError) {
    let moments = try SampleMoments(given: samples, weights: nil)
    let chosen = if let bandwidth { bandwidth } else { try Self.scott(moments, samples: samples.rows) }
    try self.init(moments, bandwidth: chosen, threads: threads)
  }

  /// Scott's bandwidth for n samples.
  private static func scott(_ moments: SampleMoments, samples n: Int) throws(ParzenError) -> Double {
    guard n >= 2 else {
      throw .unusableSamples("a kernel density estimate needs at least 2 samples")
    }
    let deviations = moments.columnDeviations()
    guard let largest = deviations.max(), largest > 0 else {
      throw .unusableSamples("all samples are identical: give samples that vary, or a bandwidth")
    }
    let d = Double(deviations.count)
    let squares = deviations.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }
    return pow(Double(n), -1 / (d + 4)) * largest * (squares / d).squareRoot()
  }

  private init(_ moments: SampleMoments, bandwidth: Double, threads: Int) throws(ParzenError) {
    guard bandwidth > 0, bandwidth.isFinite else {
      throw .invalidOption("the bandwidth is \(bandwidth): give a positive number")
    }
    let d = moments.samples.columns
    dimension = d
    self.bandwidth = bandwidth
    self.threads = threads
    mean = moments.mean
    block = .gaussianKernel(dimension: d, bandwidth: 1)
    // Every sample, in ascending order, as often as it occurs.
    let rows = moments.samples.rows
    let times = moments.counts?.map { Int($0.rounded()) } ?? [Int](repeating: 1, count: rows)
    let all = moments.samples.selectingRows((0..<rows).flatMap { repeatElement($0, count: times[$0]) })
    let units = Self.units(all, about: moments.mean, bandwidth)
    guard units.allSatisfy({ abs($0) < Self.farthest }) else {
      throw .invalidOption("the bandwidth is too small for the spread of the samples: choose a larger one")
    }
    tokens = AttentionBlock.tokens(units, dimension: d)
  }

  /// Coordinates in bandwidths beyond this are taken to be there.
  private static let farthest = 1e150

  /// Points about the mean in units of the bandwidth, row by row.
  private static func units(_ points: Matrix, about mean: [Double], _ bandwidth: Double) -> [Double] {
    points.elements.indices.map { index in
      let coordinate = (points.elements[index] - mean[index % mean.count]) / bandwidth
      return abs(coordinate) > farthest ? copysign(farthest, coordinate) : coordinate
    }
  }

  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    let places = Self.units(queries, about: mean, bandwidth)
    let (output, logNormaliser) = block(
      samples: tokens, queries: AttentionBlock.tokens(places, dimension: dimension), threads: threads)
    let n = Double(tokens.count / (dimension + 2))
    let constant = log(n) + Double(dimension) * (0.5 * log(2 * .pi) + log(bandwidth))
    let score = zip(output, places).map { ($0 - $1) / bandwidth }
    return DensityEvaluation(
      logDensity: logNormaliser.map { $0 - constant },
      score: Matrix(rows: queries.rows, columns: dimension, elements: score))
  }
}
