import Foundation
import Testing

@testable import ParzenCore
@testable import ParzenDistributions

@Suite struct PriorTests {
  static let priors: [any DistributionPrior] = [
    GaussianMixturePrior(), BroadPrior(), UniversalPrior(), StandardLawPrior(), MultiScalePrior(),
    EdgedLawPrior(), CurvedLawPrior(),
  ]

  @Test(arguments: priors.indices, [1, 2, 5]) func drawsAreUsable(index: Int, d: Int) throws {
    var generator = Xoshiro256(seed: 1, stream: index, d)
    for draw in 0..<60 {
      let target = Self.priors[index].draw(dimension: d, using: &generator)
      #expect(target.dimension == d)
      var points = target.sample(count: 30, using: &generator)
      for i in points.elements.indices.dropFirst(20 * d) {
        points.elements[i] += 0.8 * generator.nextNormal()
      }
      let evaluation = try target.evaluate(at: points)
      let values = evaluation.logDensity + evaluation.score.elements
      #expect(values.allSatisfy { $0.isFinite }, "draw \(draw): \(target)")
    }
  }

  @Test(arguments: priors.indices) func scoresAreGradients(index: Int) throws {
    // Differences miss next to the kinks of Laplace components and the edges of beta boxes; few points lie
    // there.
    var generator = Xoshiro256(seed: 2, stream: index)
    let step = 1e-6
    var (wrong, total) = (0, 0)
    for _ in 0..<60 {
      let target = Self.priors[index].draw(dimension: 2, using: &generator)
      let points = target.sample(count: 20, using: &generator)
      let score = try target.score(at: points)
      for i in 0..<2 {
        var (up, down) = (points, points)
        for row in 0..<20 {
          up[row, i] += step
          down[row, i] -= step
        }
        let (above, below) = try (target.logDensity(at: up), target.logDensity(at: down))
        for row in 0..<20 {
          total += 1
          let slope = (above[row] - below[row]) / (2 * step)
          if abs(slope - score[row, i]) > 1e-5 * (1 + abs(slope)) { wrong += 1 }
        }
      }
    }
    #expect(Double(wrong) < 0.01 * Double(total))
  }

  @Test(arguments: priors.indices) func equalSeedsGiveEqualTargets(index: Int) throws {
    func run() throws -> DensityEvaluation {
      var generator = Xoshiro256(seed: 3, stream: 17, 4)
      let target = Self.priors[index].draw(dimension: 3, using: &generator)
      return try target.evaluate(at: target.sample(count: 50, using: &generator))
    }
    #expect(try run() == run())
  }

  @Test func gaussianMixturesHaveTheirRanges() {
    var generator = Xoshiro256(seed: 4)
    let draws = (0..<2000).map { _ in GaussianMixturePrior().drawMixture(dimension: 2, using: &generator) }
    #expect(Set(draws.map(\.componentCount)) == Set(1...10))
    let means = draws.flatMap(\.means.elements)
    #expect(means.allSatisfy { abs($0) < 3 })
    let average = means.reduce(0, +) / Double(means.count)
    #expect(abs(average) < 5 * (3 / Double(means.count)).squareRoot())
    let variances = draws.flatMap { $0.covariance(of: 0).elements }.filter { $0 != 0 }
    #expect(variances.allSatisfy { (0.2...1).contains($0) })
    let averageVariance = variances.reduce(0, +) / Double(variances.count)
    #expect(abs(averageVariance - 0.6) < 0.02)
    #expect(draws.allSatisfy { abs($0.weights.reduce(0, +) - 1) < 1e-12 })
  }

  @Test func broadPriorHasItsShares() {
    var generator = Xoshiro256(seed: 5)
    let n = 4000
    var (plain, warped) = (0, 0)
    for _ in 0..<n {
      let target = BroadPrior().draw(dimension: 2, using: &generator)
      if target is GaussianMixture { plain += 1 }
      if target is SmoothWarp { warped += 1 }
    }
    func share(_ count: Int) -> Double { Double(count) / Double(n) }
    #expect(abs(share(plain) - 0.4 * 0.65) < 0.035)
    #expect(abs(share(warped) - 0.35) < 0.038)
    #expect(!(0..<200).contains { _ in BroadPrior().draw(dimension: 1, using: &generator) is SmoothWarp })
  }

  @Test func universalPriorHasItsVariety() {
    var generator = Xoshiro256(seed: 6)
    let draws = (0..<3000).map { _ in UniversalPrior().draw(dimension: 2, using: &generator) }
    let plain = draws.compactMap { $0 as? GaussianMixture }
    #expect(abs(Double(plain.count) / 3000 - 0.4 * 0.75) < 0.04)
    #expect(Set(plain.map(\.componentCount)) == Set(1...20))
    #expect(plain.contains { $0.componentCount > 2 && Set($0.weights).count == 1 })
    #expect(plain.contains { $0.componentCount > 5 && $0.weights.max()! > 0.8 })
    let conditions = plain.map { mixture in
      let values = SymmetricEigendecomposition(mixture.covariance(of: 0))!.values
      return values[1] / values[0]
    }
    #expect(conditions.contains { $0 > 300 } && conditions.contains { $0 < 1.5 })
    #expect(plain.contains(where: \.isDiagonal) && plain.contains { !$0.isDiagonal })
    #expect(abs(Double(draws.filter { $0 is SmoothWarp }.count) / 3000 - 0.25) < 0.04)
  }

  @Test func standardLawsStandAloneInHalfOfTheDraws() {
    var generator = Xoshiro256(seed: 8)
    let counts = (0..<1000).map { _ in
      (StandardLawPrior().draw(dimension: 2, using: &generator) as? MixtureDistribution)?.components.count
    }
    #expect(abs(Double(counts.filter { $0 == 1 }.count) / 1000 - 0.5) < 0.06)
    #expect(Set(counts) == [1, 2, 3])
  }

  @Test(arguments: [1, 2, 4]) func everyKindOfComponentHasItsPlaceAndSize(d: Int) throws {
    var generator = Xoshiro256(seed: 7, stream: d)
    let n = 4000
    for kind in ComponentKind.allCases where d > 1 || (kind != .ring && kind != .banana) {
      for turned in [false, true] {
        let component = kind.draw(
          location: [Double](repeating: 50, count: d), deviations: [Double](repeating: 2, count: d),
          turned: turned, using: &generator)
        let samples = component.sample(count: n, using: &generator)
        for i in 0..<d {
          let sorted = samples[column: i].sorted()
          let (low, middle, high) = (sorted[n / 6], sorted[n / 2], sorted[n - n / 6])
          #expect(abs(middle - 50) < 6, "\(kind)")
          #expect((0.2..<8).contains((high - low) / 2), "\(kind)")
        }
      }
    }
  }
}
