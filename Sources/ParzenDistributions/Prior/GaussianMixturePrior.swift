import ParzenCore

/// Mixtures of Gaussians with diagonal covariances: the evaluation family `gmm`, and with other ranges its
/// relatives.
///
/// The number of components is uniform on a range, the means are uniform on a cube, the sizes of the
/// components along each axis uniform on a range and the weights uniform on the simplex.
///
/// ```swift
/// let prior = GaussianMixturePrior(components: 1...3, sizes: .standardDeviations(0.1...1))
/// let target = prior.draw(dimension: 2, using: &generator)
/// let draws = target.sample(count: 256, using: &generator)
/// ```
public struct GaussianMixturePrior: DistributionPrior, Equatable {
  /// What the sizes of components are.
  public enum Sizes: Sendable, Equatable {
    /// The variances are uniform on a range.
    case variances(ClosedRange<Double>)
    /// The standard deviations are uniform on a range.
    case standardDeviations(ClosedRange<Double>)
  }

  /// The numbers of components.
  public var components: ClosedRange<Int>
  /// The range of every coordinate of the means.
  public var means: ClosedRange<Double>
  /// The sizes of the components along each axis.
  public var sizes: Sizes

  /// By default the family `gmm`: 1 to 10 components, means in [-3, 3]^d, variances in [0.2, 1].
  public init(
    components: ClosedRange<Int> = 1...10, means: ClosedRange<Double> = -3...3,
    sizes: Sizes = .variances(0.2...1)
  ) {
    self.components = components
    self.means = means
    self.sizes = sizes
  }

  public func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution {
    drawMixture(dimension: dimension, using: &generator)
  }

  /// The same draw with its type.
  public func drawMixture(
    dimension: Int, using generator: inout some RandomNumberGenerator
  ) -> GaussianMixture {
    drawFrame(dimension: dimension, using: &generator).gaussianMixture
  }

  /// The random weights, places and sizes alone.
  package func drawFrame(dimension: Int, using generator: inout some RandomNumberGenerator) -> ComponentFrame
  {
    var local = Xoshiro256(drawnFrom: &generator)
    let count = components.lowerBound + local.nextInteger(below: components.count)
    func uniform(_ range: ClosedRange<Double>) -> Matrix {
      let elements = (0..<count * dimension).map { _ in local.nextUniform(range.lowerBound, range.upperBound)
      }
      return Matrix(rows: count, columns: dimension, elements: elements)
    }
    let weights = local.nextDirichlet(count: count)
    let means = uniform(means)
    var deviations: Matrix
    switch sizes {
    case .variances(let range):
      deviations = uniform(range)
      for i in deviations.elements.indices { deviations.elements[i].formSquareRoot() }
    case .standardDeviations(let range):
      deviations = uniform(range)
    }
    return ComponentFrame(weights: weights, means: means, deviations: deviations)
  }
}

/// Mixtures of Gaussians after a random rotation: the evaluation family `gmm-rotated`, and with another prior
/// its relatives. What a network that is not equivariant to rotations is trained on.
///
/// ```swift
/// let prior = RotatedGaussianMixturePrior(GaussianMixturePrior(components: 1...3))
/// let target = prior.draw(dimension: 2, using: &generator)
/// ```
public struct RotatedGaussianMixturePrior: DistributionPrior, Equatable {
  /// The mixtures before the rotation.
  public var mixtures: GaussianMixturePrior

  /// By default rotations of the family `gmm`.
  public init(_ mixtures: GaussianMixturePrior = .init()) {
    self.mixtures = mixtures
  }

  public func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution {
    let mixture = mixtures.drawMixture(dimension: dimension, using: &generator)
    return byConstruction {
      try mixture.affineImage(
        .randomOrthogonal(dimension, using: &generator), shift: [Double](repeating: 0, count: dimension))
    }
  }
}
