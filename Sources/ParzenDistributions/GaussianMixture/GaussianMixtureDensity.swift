import ParzenCore

/// A density that is a finite mixture of Gaussians, whatever it was made from.
///
/// ```swift
/// func heaviestComponent(of density: some GaussianMixtureDensity) -> [Double] {
///   let mixture = density.mixture
///   let heaviest = mixture.weights.indices.max { mixture.weights[$0] < mixture.weights[$1] }!
///   return Array(mixture.means[row: heaviest])
/// }
/// ```
public protocol GaussianMixtureDensity: Density {
  /// The same density as a mixture.
  ///
  /// It has a component for every kernel of a kernel density estimate.
  var mixture: GaussianMixture { get }
}

extension GaussianMixture: GaussianMixtureDensity {
  public var mixture: GaussianMixture { self }
}
