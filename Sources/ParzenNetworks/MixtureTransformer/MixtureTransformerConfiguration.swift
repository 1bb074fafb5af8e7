import ParzenCore
import ParzenDifferentiation

/// The architecture of a mixture transformer. Its weights act on channels only, so that one configuration
/// serves every number of samples and every dimension.
///
/// ```swift
/// var network = MixtureTransformerConfiguration()
/// network.layers = 4
/// let count = network.layout.count
/// ```
public struct MixtureTransformerConfiguration: NetworkConfiguration {
  /// Scalar channels of a latent token (C).
  public var scalarChannels = 64
  /// Vector channels of a latent token (V), each in R^d.
  public var vectorChannels = 24
  /// Layers (L).
  public var layers = 6
  /// Heads of the self-attention among the latents.
  public var attentionHeads = 4
  /// Scalar and vector channels of one attention head.
  public var attentionScalarWidth = 16
  public var attentionVectorWidth = 8
  /// Hidden scalars, and hidden vector channels, of the feed-forward block.
  public var hiddenScalars = 192
  public var hiddenVectors = 32
  /// Mixture heads: Gaussian mixtures over the same latents, each with its own bandwidth.
  public var mixtureHeads = 4
  /// Rank of the learned part of a covariance, and number of probe vectors.
  public var rank = 2
  /// The most latents (mixture components) of an estimate.
  public var maximumComponents = 64
  /// The least logarithm of the isotropic part of a component's covariance, relative to Scott's variance
  /// K^(-2/(d+4)): how narrow a component the network can write down.
  public var logVarianceFloor = -5.0

  /// The default architecture: about 377,000 parameters.
  public init() {}

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case scalarChannels, vectorChannels, layers, attentionHeads, attentionScalarWidth, attentionVectorWidth
    case hiddenScalars, hiddenVectors, mixtureHeads, rank, maximumComponents, logVarianceFloor
  }

  /// Files that were written before a setting existed lack it and mean its default; settings that do not
  /// exist are refused.
  public init(from decoder: any Decoder) throws {
    try decoder.checkKeys(CodingKeys.self, besides: ["architecture"])
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, _ fallback: Value) throws -> Value {
      try container.decodeIfPresent(Value.self, forKey: key) ?? fallback
    }
    scalarChannels = try value(.scalarChannels, scalarChannels)
    vectorChannels = try value(.vectorChannels, vectorChannels)
    layers = try value(.layers, layers)
    attentionHeads = try value(.attentionHeads, attentionHeads)
    attentionScalarWidth = try value(.attentionScalarWidth, attentionScalarWidth)
    attentionVectorWidth = try value(.attentionVectorWidth, attentionVectorWidth)
    hiddenScalars = try value(.hiddenScalars, hiddenScalars)
    hiddenVectors = try value(.hiddenVectors, hiddenVectors)
    mixtureHeads = try value(.mixtureHeads, mixtureHeads)
    rank = try value(.rank, rank)
    maximumComponents = try value(.maximumComponents, maximumComponents)
    logVarianceFloor = try value(.logVarianceFloor, logVarianceFloor)
  }

  public static let architecture = "mixture-transformer"

  public var sizes: [Int] {
    [
      scalarChannels, vectorChannels, layers, attentionHeads, attentionScalarWidth, attentionVectorWidth,
      hiddenScalars, hiddenVectors, mixtureHeads, rank, maximumComponents,
    ]
  }

  public func validate() throws(ParzenError) {
    try checkSizes(layers: layers)
    try Limits.check("logVarianceFloor", logVarianceFloor, -30...3)
  }

  /// The latents used for n samples: n / 4 up to 32, from n = 1,024 on 32 (n / 1,024)^(1/4); at least 4 and
  /// at most `maximumComponents`.
  public func components(samples n: Int) -> Int {
    let grown = 32 * max(1, (Double(n) / 1024).squareRoot().squareRoot())
    return max(4, min(maximumComponents, min(n / 4, Int(grown))))
  }
}

/// The covariances of the cells in the layers. The same parameters serve both forms.
package enum CovarianceForm: Sendable, Hashable {
  /// e I + g T + U U^T with T the full responsibility-weighted covariance: O(d^2) a sample and cell, d x d
  /// matrices.
  case full
  /// (e + g t) I + U U^T with t = tr(T) / d: O(rank d) a sample and cell, no d x d matrix in the layers.
  case lowRank

  /// The largest dimension in which the layers take full covariances.
  ///
  /// Best times of a pass of the default architecture, in Float64, n = 2,048, one thread with AVX-512, in ms
  /// (full, low rank): d = 10: 8.4, 7.8; d = 16: 15.5, 9.8; d = 20: 22.5, 11.8; d = 24: 30, 13; d = 50: 128,
  /// 25; d = 100: 600, 47. With gradients and 64 queries: d = 20: 153, 111; d = 50: 730, 200.
  ///
  /// Time alone would say 10, but full covariances tell more. Relative squared score errors in % (full, low
  /// rank) with weights trained on full covariances in d = 1...10, on mixtures of three Gaussians whose
  /// variances span a factor of 16, n = 2,048: d = 16: 3, 46; d = 20: 4, 44; d = 30: 9, 40; d = 40: 29, 40; d
  /// = 64: 24, 39; d = 100: 27, 39. With isotropic Gaussians: d = 20: 7, 11; d = 30: 8, 8; d = 100: 7, 7. At
  /// n = 512 the forms are equal from d = 40 on.
  static let largestFullDimension = 32

  /// The form for a dimension.
  package static func best(dimension: Int) -> CovarianceForm {
    dimension <= largestFullDimension ? .full : .lowRank
  }
}
