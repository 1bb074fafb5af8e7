import ParzenCore
import ParzenDistributions
import ParzenPlatform

extension TargetFamily {
  /// The fifteen mixtures of normals of J. S. Marron and M. P. Wand, *Exact Mean Integrated Squared Error*,
  /// Annals of Statistics 20 (1992), table 1, in its order: the usual test of density estimators on the line.
  static let marronWand: [TargetFamily] = {
    let densities: [(name: String, components: [Component])] = [
      ("gaussian", [(1, 0, 1)]),
      ("skewed", [(1, 0, 1), (1, 1.0 / 2, 2.0 / 3), (3, 13.0 / 12, 5.0 / 9)]),
      ("strongly-skewed", components(0..<8) { l in (1, 3 * (pow(2 / 3, l) - 1), pow(2 / 3, l)) }),
      ("kurtotic", [(2, 0, 1), (1, 0, 0.1)]),
      ("outlier", [(1, 0, 1), (9, 0, 0.1)]),
      ("bimodal", [(1, -1, 2.0 / 3), (1, 1, 2.0 / 3)]),
      ("separated-bimodal", [(1, -1.5, 0.5), (1, 1.5, 0.5)]),
      ("skewed-bimodal", [(3, 0, 1), (1, 1.5, 1.0 / 3)]),
      ("trimodal", [(9, -1.2, 0.6), (9, 1.2, 0.6), (2, 0, 0.25)]),
      ("claw", [(5, 0, 1)] + components(0..<5) { l in (1, l / 2 - 1, 0.1) }),
      ("double-claw", halves(0.49) + components(0..<7) { l in (1 / 350, (l - 3) / 2, 0.01) }),
      (
        "asymmetric-claw",
        [(0.5, 0, 1)] + components(-2..<3) { l in (exp2(1 - l) / 31, l + 0.5, exp2(-l) / 10) }
      ),
      (
        "asymmetric-double-claw",
        halves(0.46) + components(1..<4) { l in (1 / 300, -l / 2, 0.01) }
          + components(1..<4) { l in (7 / 300, l / 2, 0.07) }
      ),
      (
        "smooth-comb",
        components(0..<6) { l in (exp2(5 - l) / 63, (65 - 96 * exp2(-l)) / 21, 32 / 63 * exp2(-l)) }
      ),
      (
        "discrete-comb",
        components(0..<3) { l in (2 / 7, (12 * l - 15) / 7, 2 / 7) }
          + components(8..<11) { l in (1 / 21, 2 * l / 7, 1 / 21) }
      ),
    ]
    return densities.enumerated().map { index, density in
      TargetFamily(
        fixed: "marron-wand-\(density.name)", summary: "density \(index + 1) of Marron and Wand (1992)",
        GaussianMixture.normals(
          weights: density.components.map(\.weight), means: Matrix(density.components.map { [$0.mean] }),
          deviations: Matrix(density.components.map { [$0.deviation] })))
    }
  }()

  /// Weight, up to a common factor, mean and standard deviation of a normal.
  private typealias Component = (weight: Double, mean: Double, deviation: Double)

  /// The components of the numbers l in a range.
  private static func components(_ range: Range<Int>, _ make: (Double) -> Component) -> [Component] {
    range.map { make(Double($0)) }
  }

  /// Two broad normals of a weight each, at -1 and 1.
  private static func halves(_ weight: Double) -> [Component] {
    [(weight, -1, 2.0 / 3), (weight, 1, 2.0 / 3)]
  }
}
