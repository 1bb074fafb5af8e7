import ParzenCore

/// Mixtures of Gaussians with diagonal covariances: the evaluation family `gmm`, and with other ranges its relatives.
///
/// The number of components is uniform on a range, the means are uniform on a cube, the variances uniform on a range and
/// the weights uniform on the simplex.
public struct GaussianMixturePrior: DistributionPrior, Equatable {
  /// The numbers of components.
  public var components: ClosedRange<Int> = 1...10
  /// The range of every coordinate of the means.
  public var means: ClosedRange<Double> = -3...3
  /// The range of the variances.
  public var variances: ClosedRange<Double> = 0.2...1

  /// The family `gmm`: 1 to 10 components, means in [-3, 3]^d, variances in [0.2, 1].
  public init() {}

  public func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution {
    drawMixture(dimension: dimension, using: &generator)
  }

  /// The same draw with its type.
  public func drawMixture(
    dimension: Int, using generator: inout some RandomNumberGenerator
  ) -> GaussianMixture {
    let frame = drawFrame(dimension: dimension, using: &generator)
    do {
      return try GaussianMixture(weights: frame.weights, means: frame.means, variances: frame.variances)
    } catch {
      preconditionFailure("a random mixture has valid parameters: \(error)")
    }
  }

  /// The random weights, places and sizes alone.
  func drawFrame(dimension: Int, using generator: inout some RandomNumberGenerator) -> ComponentFrame {
    ComponentFrame(
      components: components, means: means, variances: variances, dimension: dimension, using: &generator)
  }
}
