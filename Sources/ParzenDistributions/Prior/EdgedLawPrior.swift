import ParzenCore

/// One-sided, bounded and skewed laws, as columns of amounts, times and shares have them: exponential, gamma,
/// uniform, beta, half normal, lognormal and Pareto's laws, mirrored or not, with edges that are sharp on the
/// scale of the law.
///
/// | what | how |
/// |---|---|
/// | components | one (60 %), or two or three, placed and weighted as in `GaussianMixturePrior` |
/// | columns | independent; all of one law (half of the draws), or each with its own, one in four normal |
/// | laws | `EdgedLaw.random`; every column mirrored in half of the cases |
/// | blur of the edges | log-uniform in [0.003, 0.1] of a column's size, one for the draw |
/// | warp | from two dimensions on, 20 %: a random `Coupling` of strength 0.2 to 0.8 |
public struct EdgedLawPrior: DistributionPrior, Equatable {
  /// The prior.
  public init() {}

  public func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution {
    var local = Xoshiro256(drawnFrom: &generator)
    let components = local.nextUniform() < 0.6 ? 1...1 : 2...3
    let frame = GaussianMixturePrior(components: components).drawFrame(dimension: dimension, using: &local)
    let blur = local.nextLogUniform(0.003, 0.1)
    let shared = local.nextUniform() < 0.5 ? EdgedLaw.random(using: &local) : nil
    let target = frame.mixture { location, deviations in
      IndependentColumns(
        (0..<dimension).map { i -> any Distribution in
          if shared == nil && dimension > 1 && local.nextUniform() < 0.25 {
            return UnivariateDistribution(.normal, location: location[i], scale: deviations[i])
          }
          let law = shared ?? .random(using: &local)
          return law.blurred(blur, location: location[i], scale: local.nextSign() * deviations[i])
        })
    }
    guard dimension > 1, local.nextUniform() < 0.2 else { return target }
    let strength = local.nextUniform(0.2, 0.8)
    return SmoothWarp(target, by: Coupling(dimension: dimension, strength: strength, using: &local))
  }
}
