import ParzenCore

/// A density that is a finite mixture of Gaussians, whatever it was made from.
public protocol GaussianMixtureDensity: Density {
  /// The same density as a mixture.
  ///
  /// It has a component for every kernel of a kernel density estimate.
  var mixture: GaussianMixture { get }
}

extension GaussianMixture: GaussianMixtureDensity {
  public var mixture: GaussianMixture { self }
}
