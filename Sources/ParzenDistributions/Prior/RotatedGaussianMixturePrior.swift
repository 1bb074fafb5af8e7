import ParzenCore

/// Mixtures of Gaussians after a random rotation: the evaluation family `gmm-rotated`, and with another prior
/// its relatives. What a network that is not equivariant to rotations is trained on.
public struct RotatedGaussianMixturePrior: DistributionPrior, Equatable {
  /// The mixtures before the rotation.
  public var mixtures: GaussianMixturePrior

  /// By default rotations of the family `gmm`.
  public init(_ mixtures: GaussianMixturePrior = .init()) {
    self.mixtures = mixtures
  }

  public func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution {
    let mixture = mixtures.drawMixture(dimension: dimension, using: &generator)
    do {
      return try mixture.affineImage(
        .randomOrthogonal(dimension, using: &generator), shift: [Double](repeating: 0, count: dimension))
    } catch {
      preconditionFailure("a rotation is invertible: \(error)")
    }
  }
}
