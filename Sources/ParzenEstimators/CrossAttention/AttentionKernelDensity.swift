import ParzenCore
import ParzenKernels
import ParzenNetworks
import ParzenPlatform

/// A Gaussian kernel density estimate that is the forward pass of one attention block with explicit weights: the theorem of
/// Ilin & Sushko (arXiv 2511.05924) as code. `KernelDensity` gives the same, faster and more accurately.
///
/// The logits expand |y - x|^2, in Float64 and about the samples' mean: their rounding error is about 1e-16 |y - mean|^2 / h^2,
/// so that log densities are right to 1e-4 up to a distance of about 10^6 bandwidths.
public struct AttentionKernelDensity: DensityEstimator {
  /// The bandwidth h, in the units of the samples, the same in every dimension.
  public let bandwidth: Double
  public let dimension: Int
  private let mean: [Double]
  private let tokens: [Double]
  private let block: AttentionBlock<Double>
  private let threads: Int

  /// The estimate from n samples (n x d), with Scott's bandwidth for their root mean variance:
  /// n^(-1 / (d + 4)) * sqrt(trace of the covariance / d).
  public init(samples: Matrix) throws(ParzenError) {
    guard samples.rows >= 2, samples.columns >= 1 else {
      throw .unusableSamples("a kernel density estimate needs at least 2 samples")
    }
    let (n, d) = (Double(samples.rows), Double(samples.columns))
    let mean = samples.columnMeans
    let squares = samples.elements.indices.reduce(0) { sum, index in
      let difference = samples.elements[index] - mean[index % samples.columns]
      return sum + difference * difference
    }
    try self.init(
      samples: samples, bandwidth: pow(n, -1 / (d + 4)) * (squares / ((n - 1) * d)).squareRoot())
  }

  /// The estimate from samples.
  ///
  /// - Parameters:
  ///   - samples: n points, n x d.
  ///   - bandwidth: h, in the units of the samples.
  ///   - threads: the most threads to use.
  /// - Throws: `ParzenError.unusableSamples` without samples, or where they are not finite;
  ///   `ParzenError.invalidOption` for a bandwidth that is not positive and finite.
  public init(
    samples: Matrix, bandwidth: Double, threads: Int = processorCount
  ) throws(ParzenError) {
    guard samples.rows >= 1, samples.columns >= 1, samples.elements.allSatisfy(\.isFinite) else {
      throw .unusableSamples("a kernel density estimate needs at least one sample, and finite values")
    }
    guard bandwidth > 0, bandwidth.isFinite else {
      throw .invalidOption("the bandwidth is \(bandwidth): give a positive number")
    }
    dimension = samples.columns
    self.bandwidth = bandwidth
    self.threads = threads
    mean = samples.columnMeans
    block = .gaussianKernel(dimension: samples.columns, bandwidth: bandwidth)
    tokens = AttentionBlock.tokens(samples.subtractingFromRows(mean), dimension: samples.columns)
  }

  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    let centred = queries.subtractingFromRows(mean)
    let (output, logNormaliser) = block(
      samples: tokens, queries: AttentionBlock.tokens(centred, dimension: dimension), threads: threads)
    let n = Double(tokens.count / (dimension + 2))
    let constant = log(n) + 0.5 * Double(dimension) * log(2 * .pi * bandwidth * bandwidth)
    let score = zip(output, centred).map { ($0 - $1) / (bandwidth * bandwidth) }
    return DensityEvaluation(
      logDensity: logNormaliser.map { $0 - constant },
      score: Matrix(rows: queries.rows, columns: dimension, elements: score))
  }
}

extension Matrix {
  /// The mean of every column.
  fileprivate var columnMeans: [Double] {
    (0..<columns).map { self[column: $0].reduce(0, +) / Double(rows) }
  }

  /// The elements, row by row, with a row taken from each.
  fileprivate func subtractingFromRows(_ row: [Double]) -> [Double] {
    elements.indices.map { elements[$0] - row[$0 % columns] }
  }
}
