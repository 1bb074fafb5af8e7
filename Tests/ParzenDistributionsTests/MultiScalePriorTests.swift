import Foundation
import Testing

@testable import ParzenCore
@testable import ParzenDistributions

@Suite struct MultiScalePriorTests {
  private func draws(_ d: Int, count: Int = 1500) -> [GaussianMixture] {
    var generator = Xoshiro256(seed: 21, stream: d)
    return (0..<count).map { _ in MultiScalePrior().drawMixture(dimension: d, using: &generator) }
  }

  private func sizes(_ mixture: GaussianMixture) -> [Double] {
    (0..<mixture.componentCount).map { k in
      let root = mixture.covarianceFactor(of: k)
      let logs = (0..<mixture.dimension).reduce(0) { $0 + log(root[$1, $1]) }
      return exp(logs / Double(mixture.dimension))
    }
  }

  @Test(arguments: [1, 2, 7]) func scalesSpanTwoDecadesButNoMore(d: Int) {
    let ratios = draws(d).map { sizes($0).max()! / sizes($0).min()! }
    // A hundred, times what the axes add.
    #expect(ratios.allSatisfy { $0 <= 100 * exp(2 * 0.7) * 1.001 })
    func share(above ratio: Double) -> Double {
      Double(ratios.filter { $0 > ratio }.count) / Double(ratios.count)
    }
    #expect(share(above: 10) > 0.35 && share(above: 50) > 0.1 && share(above: 2) < 0.97)
  }

  @Test(arguments: [1, 2, 7]) func clustersStandFarApart(d: Int) {
    let widths = draws(d).map { mixture -> Double in
      let spread = (0..<d).map { i in
        mixture.means[column: i].max()! - mixture.means[column: i].min()!
      }
      return spread.max()! / sizes(mixture).max()!
    }
    #expect(widths.contains { $0 > 200 } && widths.allSatisfy { $0 < 1500 })
    let far = Double(widths.filter { $0 > 15 }.count) / Double(widths.count)
    #expect((0.12...0.35).contains(far), "\(far)")
  }

  @Test func weightsAreEqualOrUnequalOrSmall() {
    let weights = draws(2).map(\.weights)
    #expect(weights.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-12 })
    #expect(weights.contains { $0.count > 3 && $0.max()! - $0.min()! < 1e-12 })
    #expect(weights.filter { $0.min()! < 0.03 }.count > 200)
    #expect(Set(weights.map(\.count)).isSuperset(of: 2...20))
  }

  @Test func halfOfTheDrawsAreTurned() {
    let mixtures = draws(3)
    let along = Double(mixtures.filter(\.isDiagonal).count) / Double(mixtures.count)
    #expect(abs(along - 0.5) < 0.05)
    #expect(draws(1, count: 200).allSatisfy { $0.isDiagonal })
  }
}
