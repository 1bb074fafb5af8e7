/// What a mixture transformer may do beside the pass of its network.
///
/// ```swift
/// let estimate = try MixtureTransformer(samples: samples, policy: .untransformed)
/// let mixture = estimate.mixture
/// ```
public enum EstimationPolicy: String, Sendable, Hashable, CaseIterable, Codable {
  /// All estimates that are known compete on samples held out, in the columns as they are or transformed, by
  /// normal scores for example, and the best convex combination of them is taken. The estimate follows
  /// shifts, scales and reorderings of the columns.
  case automatic
  /// The same in the columns as they are: the estimate is a mixture of Gaussians.
  case untransformed
  /// Only estimates compete that follow every invertible affine map of the samples, and so does their
  /// combination.
  case equivariant
  /// One pass of the network. It follows every invertible affine map, too.
  case network

  /// Whether the axes of the columns have a meaning.
  var usesAxes: Bool { self == .automatic || self == .untransformed }
}
