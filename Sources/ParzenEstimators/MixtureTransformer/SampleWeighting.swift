import ParzenCore
import ParzenPlatform

/// How much each sample counts for the estimate at one query, beside the Gaussian kernel that comes closest.
///
/// ```swift
/// let estimate = try CrossAttentionTransformer(samples: samples)
/// let heads = try estimate.weightings(at: [0, 0]).map { ($0.name, $0.bandwidth) }
/// ```
public struct SampleWeighting: Sendable {
  /// What has these weights, for instance "layer 1, head 3".
  public let name: String
  /// One weight for each sample; they sum to one.
  public let weights: [Double]
  /// The bandwidth of the kernel whose normalised weights correlate best with them, in whitened coordinates.
  public let bandwidth: Double
  /// That kernel's weights, which sum to one.
  public let kernelWeights: [Double]
  /// The correlation (Pearson's) of the two over the samples; 0 where one of them does not vary.
  public let correlation: Double

  /// 1 / sum of the squared weights: the number of samples that count.
  public var effectiveSamples: Double { 1 / weights.reduce(0) { $0 + $1 * $1 } }

  /// Compares weights with the kernels of 81 bandwidths, from 0.02 to 4, each 7 % above the last.
  ///
  /// - Parameters:
  ///   - squaredDistances: of the samples to the query, in whitened coordinates.
  ///   - masses: what the samples weigh themselves; nil for equal ones.
  /// - Complexity: O(81 n).
  init(name: String, weights: [Double], squaredDistances: [Double], masses: [Double]? = nil) {
    self.name = name
    self.weights = weights
    var best = (bandwidth: 0.0, weights: [Double](), correlation: -Double.infinity)
    for step in 0...80 {
      let bandwidth = 0.02 * pow(200, Double(step) / 80)
      let kernel = Self.kernel(squaredDistances, masses, bandwidth)
      let correlation = Self.correlation(weights, kernel)
      if correlation > best.correlation { best = (bandwidth, kernel, correlation) }
    }
    (bandwidth, kernelWeights, correlation) = best
  }

  private static func kernel(
    _ squaredDistances: [Double], _ masses: [Double]?, _ bandwidth: Double
  ) -> [Double] {
    softmax(
      squaredDistances.indices.map {
        -squaredDistances[$0] / (2 * bandwidth * bandwidth) + log(masses?[$0] ?? 1)
      })
  }

  private static func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let n = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    var (xy, xx, yy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xy += (a - meanX) * (b - meanY)
      xx += (a - meanX) * (a - meanX)
      yy += (b - meanY) * (b - meanY)
    }
    return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
  }
}

extension CrossAttentionTransformer {
  /// The attention weights of every layer and head at a query, d coordinates: one weighting each of the
  /// samples that the estimator was fitted to, in their order. Those of weight zero have none.
  ///
  /// - Throws: `ParzenError.dimensionMismatch` for a query of another dimension.
  public func weightings(at query: [Double]) throws(ParzenError) -> [SampleWeighting] {
    let point = Matrix(rows: 1, columns: query.count, elements: query)
    try check(point)
    let distinct = samples.squaredDistances(to: whitening.whitened(point))
    let distances = places.map { distinct[$0.row] }
    let masses = places.map { (counts?[$0.row] ?? 1) * $0.share }
    let layers = try attentionWeights(at: query)
    return layers.indices.flatMap { layer in
      layers[layer].indices.map { head in
        SampleWeighting(
          name: "layer \(layer + 1), head \(head + 1)", weights: layers[layer][head],
          squaredDistances: distances, masses: masses)
      }
    }
  }
}

extension MixtureTransformer {
  /// The responsibilities that a query shares with the samples: sum_k r_k(y) r_k(x_j) / N_k, where N_k is the
  /// sum of r_k over the samples: the weights of a mean over the samples of every component, averaged over
  /// the query's components.
  ///
  /// - Parameters:
  ///   - samples: n points, n x d; those that the estimator was fitted to, or any others.
  ///   - query: d coordinates.
  /// - Throws: `ParzenError.dimensionMismatch` for a query or samples of another dimension.
  public func weightings(
    of samples: Matrix, at query: [Double]
  ) throws(ParzenError) -> [SampleWeighting] {
    let point = Matrix(rows: 1, columns: query.count, elements: query)
    try check(point)
    try check(samples)
    let whitening = try Whitening(samples: samples)
    let distances = whitening.whitened(samples).squaredDistances(to: whitening.whitened(point))
    let (atQuery, atSamples) = (
      try density.responsibilities(at: point), try density.responsibilities(at: samples)
    )
    let components = atQuery.columns
    let factors = (0..<components).map { k in
      let count = (0..<samples.rows).reduce(0) { $0 + atSamples[$1, k] }
      return count > 0 ? atQuery[0, k] / count : 0
    }
    let weights = (0..<samples.rows).map { row in
      (0..<components).reduce(0) { $0 + factors[$1] * atSamples[row, $1] }
    }
    let total = weights.reduce(0, +)
    return [
      SampleWeighting(
        name: "responsibilities", weights: weights.map { $0 / total }, squaredDistances: distances)
    ]
  }
}

extension Matrix {
  /// The squared distances of the rows to a point, 1 x d; at most 1e300.
  fileprivate func squaredDistances(to centre: Matrix) -> [Double] {
    (0..<rows).map { row in
      min((0..<columns).reduce(0) { $0 + pow(self[row, $1] - centre[0, $1], 2) }, 1e300)
    }
  }
}
