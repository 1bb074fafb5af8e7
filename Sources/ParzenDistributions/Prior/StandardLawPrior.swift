import ParzenCore

/// The laws that a table of numbers may follow as a whole: one component (half of the draws) or two or three,
/// all of one kind (boxes, exponential laws, rings, Laplace's and Student's laws, and the others that the
/// universal prior mixes).
///
/// The other priors hold such laws too, but one box alone once in some hundred draws. Places and sizes are
/// those of `GaussianMixturePrior`; half of the draws are turned at random.
///
/// ```swift
/// let target = StandardLawPrior().draw(dimension: 2, using: &generator)
/// ```
public struct StandardLawPrior: DistributionPrior, Equatable {
  /// The prior.
  public init() {}

  public func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution {
    var local = Xoshiro256(drawnFrom: &generator)
    let components = local.nextUniform() < 0.5 ? 1...1 : 2...3
    let frame = GaussianMixturePrior(components: components).drawFrame(dimension: dimension, using: &local)
    let kind = ComponentKind.random(dimension, using: &local)
    let turned = dimension > 1 && local.nextUniform() < 0.5
    return frame.mixture { location, deviations in
      kind.draw(location: location, deviations: deviations, turned: turned, using: &local)
    }
  }
}
