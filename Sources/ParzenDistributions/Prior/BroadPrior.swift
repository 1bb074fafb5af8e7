import ParzenCore
import ParzenPlatform

/// Mixtures of four families, a third of them smoothly warped.
///
/// | family | share | parameters, per component |
/// |---|---|---|
/// | Gaussian | 40 % | |
/// | generalised normal | 25 % | shape 1 (three in ten), else 2^U(0, 2.3) |
/// | Student's t | 20 % | 3 to 10 degrees of freedom; all components elliptical, or all products |
/// | sinh-arcsinh | 15 % | per coordinate: skew in [-0.8, 0.8], tail in [0.7, 1.3] |
///
/// Up to 10, 3 or 1 components with probabilities 50, 30 and 20 %; places, sizes and weights as in
/// `GaussianMixturePrior`, where sizes are variances, except for the sinh-arcsinh law, whose squared scales
/// they are. From two dimensions on, 35 % are warped by a random `Coupling` of strength 0.2 to 0.8.
///
/// ```swift
/// let target = BroadPrior().draw(dimension: 2, using: &generator)
/// ```
public struct BroadPrior: DistributionPrior, Equatable {
  /// The prior.
  public init() {}

  public func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution {
    var local = Xoshiro256(drawnFrom: &generator)
    let size = local.nextUniform()
    let gaussian = GaussianMixturePrior(components: 1...(size < 0.5 ? 10 : size < 0.8 ? 3 : 1))
    let family = local.nextUniform()
    let target =
      family < 0.4
      ? gaussian.draw(dimension: dimension, using: &local)
      : nonGaussian(family, gaussian.drawFrame(dimension: dimension, using: &local), using: &local)
    guard dimension > 1, local.nextUniform() < 0.35 else { return target }
    let strength = local.nextUniform(0.2, 0.8)
    return byConstruction {
      try SmoothWarp(target, by: Coupling(dimension: dimension, strength: strength, using: &local))
    }
  }

  private func nonGaussian(
    _ family: Double, _ frame: ComponentFrame, using generator: inout Xoshiro256
  ) -> any Distribution {
    if family < 0.65 {
      return frame.mixture { location, deviations in
        let shape = generator.nextUniform() < 0.3 ? 1 : exp2(generator.nextUniform(0, 2.3))
        return ProductDistribution(location: location, deviations: deviations) { _ in
          .generalizedNormal(shape: shape)
        }
      }
    }
    if family < 0.85 {
      let elliptical = generator.nextUniform() < 0.5
      return frame.mixture { location, deviations in
        let degrees = generator.nextUniform(3, 10)
        let product = ProductDistribution(location: location, deviations: deviations) { _ in
          .studentT(degrees: degrees)
        }
        guard elliptical else { return product }
        return byConstruction {
          try MultivariateStudentT(
            degrees: degrees, location: location, scales: product.factors.map(\.scale))
        }
      }
    }
    return frame.mixture { location, deviations in
      ProductDistribution(location: location, deviations: deviations) { _ in
        .sinhArcsinh(skew: generator.nextUniform(-0.8, 0.8), tail: generator.nextUniform(0.7, 1.3))
      }
    }
  }
}
