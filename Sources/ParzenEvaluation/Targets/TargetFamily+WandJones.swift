import ParzenCore
import ParzenDistributions
import ParzenPlatform

extension TargetFamily {
  /// The twelve bivariate mixtures of normals, A to L, of M. P. Wand and M. C. Jones, *Comparison of
  /// Smoothing Parameterizations in Bivariate Kernel Density Estimation*, Journal of the American Statistical
  /// Association 88 (1993), table 1, in its order.
  static let wandJones: [TargetFamily] = {
    /// Weight, mean, standard deviations and correlation of a component.
    typealias Component = (w: Double, x: Double, y: Double, s: Double, t: Double, r: Double)
    let (third, height) = (2.0 / 3, 2 / 3.0.squareRoot())
    let densities: [(name: String, components: [Component])] = [
      ("uncorrelated-normal", [(1, 0, 0, 1 / 2, 1, 0)]),
      ("correlated-normal", [(1, 0, 0, 1, 1, 0.7)]),
      (
        "skewed",
        [
          (0.2, 0, 0, 1, 1, 0), (0.2, 1 / 2, 1 / 2, third, third, 0),
          (0.6, 13 / 12, 13 / 12, 5 / 9, 5 / 9, 0),
        ]
      ),
      ("kurtotic", [(2 / 3, 0, 0, 1, 2, 0.5), (1 / 3, 0, 0, third, 1 / 3, -0.5)]),
      ("bimodal-1", [(0.5, -1, 0, third, third, 0), (0.5, 1, 0, third, third, 0)]),
      ("bimodal-2", [(0.5, -3 / 2, 0, 1 / 4, 1, 0), (0.5, 3 / 2, 0, 1 / 4, 1, 0)]),
      ("bimodal-3", [(0.5, -1, 1, third, third, 0.6), (0.5, 1, -1, third, third, 0.6)]),
      ("bimodal-4", [(0.5, 1, -1, third, third, 0.7), (0.5, -1, 1, third, third, 0)]),
      (
        "trimodal-1",
        [
          (0.45, -1.2, 1.2, 0.6, 0.6, 0.3), (0.45, 1.2, -1.2, 0.6, 0.6, -0.6),
          (0.1, 0, 0, 1 / 4, 1 / 4, 0.2),
        ]
      ),
      (
        "trimodal-2",
        [(1, -1.2, 0, 0.6, 0.6, 0.7), (1, 1.2, 0, 0.6, 0.6, 0.7), (1, 0, 0, 0.6, 0.6, -0.7)]
      ),
      (
        "trimodal-3",
        [(3, -1, 0, 0.6, 0.7, 0.6), (3, 1, height, 0.6, 0.7, 0), (1, 1, -height, 0.6, 0.7, 0)]
      ),
      (
        "quadrimodal",
        [
          (1, -1, 1, third, third, 0.4), (3, -1, -1, third, third, 0.6), (1, 1, -1, third, third, -0.7),
          (3, 1, 1, third, third, -0.5),
        ]
      ),
    ]
    return zip("ABCDEFGHIJKL", densities).map { letter, density in
      TargetFamily(
        fixed: "wand-jones-\(density.name)", summary: "density \(letter) of Wand and Jones (1993)",
        GaussianMixture.normals(
          weights: density.components.map(\.w), means: Matrix(density.components.map { [$0.x, $0.y] }),
          covariances: density.components.map {
            Matrix([[$0.s * $0.s, $0.r * $0.s * $0.t], [$0.r * $0.s * $0.t, $0.t * $0.t]])
          }))
    }
  }()
}
