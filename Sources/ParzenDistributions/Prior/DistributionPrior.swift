import ParzenCore

/// A law over distributions: what the mixture transformer is trained on.
///
/// A draw that is a plain mixture of Gaussians is a `GaussianMixture`, and no other draw is: the training
/// loss asks.
///
/// ```swift
/// let prior = GaussianMixturePrior(components: 1...5)
/// let target = prior.draw(dimension: 2, using: &generator)
/// let draws = target.sample(count: 100, using: &generator)
/// ```
public protocol DistributionPrior: Sendable {
  /// A random distribution. Its log density is finite everywhere, and its mean squared score is finite and
  /// positive.
  ///
  /// - Parameters:
  ///   - dimension: the dimension d.
  ///   - generator: the source of randomness; equal states give equal distributions.
  /// - Precondition: there is a dimension at least, and what the prior was told makes distributions: ranges
  ///   of numbers and sizes above zero.
  func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution
}
