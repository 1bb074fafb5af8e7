import ParzenCore
import ParzenPlatform

/// The widest prior: mixtures of many kinds of components, from overlapping to well separated, from round to
/// nearly singular, along the axes or turned, a quarter of them smoothly warped.
///
/// | what | how |
/// |---|---|
/// | components | up to 3, 10 or 20 with probabilities 30, 50 and 20 % |
/// | weights | equal (25 %), uniform on the simplex (50 %), Dirichlet of 0.3: very unequal (25 %) |
/// | places | uniform on a cube of half width 3 (half of the draws) or log-uniform in [0.5, 6] |
/// | sizes along the axes, 40 % | variances in [0.2, 1] |
/// | 40 % | standard deviations in [0.2, 1] |
/// | 20 % | standard deviations in [0.3, 1] times exp(-U(0, 4)), nearly singular |
/// | orientation | along the axes (half of the draws), else every component turned at random |
/// | kind | Gaussian (40 %), else a `ComponentKind`, one for all components (70 %) or one for each |
/// | warp | from two dimensions on, 25 %: a random `Coupling` of strength 0.2 to 0.8 |
///
/// Anisotropic linear maps of the whole are left out: the mixture transformer is exactly equivariant to them.
///
/// ```swift
/// let target = UniversalPrior().draw(dimension: 2, using: &generator)
/// ```
public struct UniversalPrior: DistributionPrior, Equatable {
  /// The prior.
  public init() {}

  public func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution {
    var local = Xoshiro256(drawnFrom: &generator)
    let frame = drawFrame(dimension: dimension, using: &local)
    let turned = dimension > 1 && local.nextUniform() < 0.5
    let target: any Distribution
    if local.nextUniform() < 0.4 {
      target = turned ? frame.turnedGaussianMixture(using: &local) : frame.gaussianMixture
    } else {
      let shared = local.nextUniform() < 0.7 ? ComponentKind.random(dimension, using: &local) : nil
      target = frame.mixture { location, deviations in
        let kind = shared ?? ComponentKind.random(dimension, using: &local)
        return kind.draw(location: location, deviations: deviations, turned: turned, using: &local)
      }
    }
    guard dimension > 1, local.nextUniform() < 0.25 else { return target }
    let strength = local.nextUniform(0.2, 0.8)
    return byConstruction {
      try SmoothWarp(target, by: Coupling(dimension: dimension, strength: strength, using: &local))
    }
  }

  private func drawFrame(dimension: Int, using generator: inout Xoshiro256) -> ComponentFrame {
    let (size, shape) = (generator.nextUniform(), generator.nextUniform())
    let most = size < 0.3 ? 3 : size < 0.8 ? 10 : 20
    let width = generator.nextUniform() < 0.5 ? 3 : 0.5 * pow(12, generator.nextUniform())
    let sizes: GaussianMixturePrior.Sizes =
      shape < 0.4 ? .variances(0.2...1) : .standardDeviations(shape < 0.8 ? 0.2...1 : 0.3...1)
    let prior = GaussianMixturePrior(components: 1...most, means: -width...width, sizes: sizes)
    var frame = prior.drawFrame(dimension: dimension, using: &generator)
    if shape >= 0.8 {
      for i in frame.deviations.elements.indices {
        frame.deviations.elements[i] *= exp(-generator.nextUniform(0, 4))
      }
    }
    let balance = generator.nextUniform()
    let count = frame.weights.count
    if balance < 0.25 {
      frame.weights = [Double](repeating: 1 / Double(count), count: count)
    } else if balance < 0.5 {
      frame.weights = generator.nextDirichlet(count: count, concentration: 0.3)
    }
    return frame
  }
}

extension ComponentFrame {
  /// The mixture of Gaussians with these parameters, every component turned at random about its mean.
  func turnedGaussianMixture(using generator: inout Xoshiro256) -> GaussianMixture {
    let d = means.columns
    let factors = weights.indices.map { k in
      var root = Matrix.randomOrthogonal(d, using: &generator)
      for i in 0..<d { for j in 0..<d { root[i, j] *= deviations[k, j] } }
      guard let decomposition = LQDecomposition(root) else {
        preconditionFailure("a rotation of positive sizes is invertible")
      }
      return decomposition.lower
    }
    return byConstruction {
      try GaussianMixture(weights: weights, means: means, covarianceFactors: factors)
    }
  }
}
