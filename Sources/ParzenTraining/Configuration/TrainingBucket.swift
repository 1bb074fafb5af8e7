import ParzenNetworks

/// A shape of training contexts: their dimension, number of samples and number in one step.
///
/// ```swift
/// var configuration = TrainingConfiguration()
/// configuration.buckets = [TrainingBucket(dimension: 2, samples: 256, contexts: 16)]
/// ```
public struct TrainingBucket: Sendable, Codable, Hashable {
  /// The dimension d.
  public var dimension: Int
  /// The number of samples n.
  public var samples: Int
  /// Contexts in one step.
  public var contexts: Int

  public init(dimension: Int, samples: Int, contexts: Int) {
    self.dimension = dimension
    self.samples = samples
    self.contexts = contexts
  }
}

extension TrainingConfiguration {
  /// Contexts from d = 1 to 20 and n = 16 to 16,384, from n little above d on, their number in a step such
  /// that most shapes cost about the same; one dimension, whose contexts are the cheapest and vary the most,
  /// has twice the share of any other.
  public static func standardBuckets() -> [TrainingBucket] {
    let doublings = (4...14).map { 1 << $0 }
    let sizes: [(dimension: Int, samples: [Int])] = [
      (1, doublings + [24, 96, 192, 384, 768, 1536, 3072]), (2, doublings + [24]), (3, doublings + [24]),
      (4, [16, 32, 64, 256, 1024, 4096]), (5, doublings + [24]), (7, [16, 32, 64, 256, 1024, 4096]),
      (10, doublings[..<10] + [24, 48]), (15, [32, 64, 256, 1024, 4096]), (20, [32, 64, 256, 1024]),
    ]
    let network = MixtureTransformerConfiguration()
    return sizes.flatMap { size in
      size.samples.map { n in
        let (d, latents) = (Double(size.dimension), Double(network.components(samples: n)))
        let perLatent = 2e5 + Double(n) * 64 * (1 + d + d * (d + 1) / 2)
        let contexts = Int((350e6 / (3e6 + latents * perLatent + 16384 * d * d) / 2).rounded()) * 2
        return TrainingBucket(dimension: size.dimension, samples: n, contexts: min(64, max(2, contexts)))
      }
    }
  }

  /// The default run of a cross-attention transformer: the paper's loss and data (random Gaussian mixtures,
  /// rotated at random), with errors relative to a target's own mean squared score.
  public init(_ network: CrossAttentionConfiguration) {
    self.network = .crossAttention(network)
    learningRate = 1e-3
    loss = .squared
    priors = [PriorShare(.rotatedGaussianMixture, 1)]
    buckets = Self.buckets(of: network)
  }

  /// Contexts of n = 32 to 2,048 (attention is quadratic in n), their number in a step such that most sizes
  /// cost about the same.
  static func buckets(of network: CrossAttentionConfiguration) -> [TrainingBucket] {
    (5...11).map { 1 << $0 }.filter { $0 >= 2 * network.dimension }.map { n in
      let (width, tokens) = (Double(network.width), Double(n + 256))
      let cost = tokens * (24 * width * width + 4 * width * Double(n))
      let contexts = Int((1.9e7 * width / cost / 2).rounded()) * 2
      return TrainingBucket(dimension: network.dimension, samples: n, contexts: min(32, max(2, contexts)))
    }
  }
}
