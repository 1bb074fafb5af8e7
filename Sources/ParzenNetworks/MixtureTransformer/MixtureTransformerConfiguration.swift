/// The architecture of a mixture transformer. Its weights act on channels only, so that one configuration serves every
/// number of samples and every dimension.
public struct MixtureTransformerConfiguration: Sendable, Codable, Hashable {
  /// Scalar channels of a latent token (C).
  public var scalarChannels = 64
  /// Vector channels of a latent token (V), each in R^d.
  public var vectorChannels = 24
  /// Layers (L).
  public var layers = 4
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
  /// The most latents (mixture components) of an estimate, reached at n = 4 * maximumComponents.
  public var maximumComponents = 32

  /// The default architecture: about 254,000 parameters.
  public init() {}

  /// The latents used for n samples: n / 4, at least 4 and at most `maximumComponents`.
  public func components(samples n: Int) -> Int { max(4, min(maximumComponents, n / 4)) }
}
