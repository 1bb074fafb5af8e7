import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenAnalysis

@Suite struct QuestionTests {
  private let law = try? GaussianMixture(
    weights: [0.3, 0.7], means: Matrix([[-4], [2]]), variances: Matrix([[0.25], [4]]))

  @Test(arguments: [0.2, 0.5, 0.68, 0.95, 0.999])
  func regionHoldsItsProbabilityAtOneLevel(p: Double) throws {
    let law = try #require(law)
    let region = try HighestDensityRegion(holding: p, of: law)
    let held = try region.intervals.reduce(0) { try $0 + law.probability(of: $1.lower...$1.upper) }
    #expect(abs(held - p) < 1e-9)
    for end in region.intervals.flatMap({ [$0.lower, $0.upper] }) {
      #expect(abs(try law.logDensity(at: Matrix([[end]]))[0] - region.logThreshold) < 1e-9)
    }
    #expect(region.intervals.count == (p < 0.25 ? 1 : p > 0.99 ? 1 : 2) || region.intervals.count == 2)
  }

  /// Of very many components that lie apart, every one is in the region: as much of each as is above one
  /// level.
  @Test func regionSeesEveryComponent() throws {
    let deviations = (0..<450).map { [0.01, 0.004, 0.02][$0 % 3] }
    let law = try GaussianMixture(
      weights: deviations.map { $0 },
      means: Matrix(rows: 450, columns: 1, elements: (0..<450).map { 0.7 * Double($0) }),
      variances: Matrix(rows: 450, columns: 1, elements: deviations.map { $0 * $0 }))
    // With weights as the deviations all peaks are equally high, and every component has its part p.
    let region = try HighestDensityRegion(holding: 0.5, of: law)
    #expect(region.intervals.count == 450)
    for (index, interval) in region.intervals.enumerated() {
      let half = 0.6744897501960817 * deviations[index]
      #expect(abs(interval.lower - 0.7 * Double(index) + half) < 1e-8)
      #expect(abs(interval.upper - 0.7 * Double(index) - half) < 1e-8)
    }
  }

  @Test(arguments: [0.001, 0.05, 0.9]) func regionOfKernelsHoldsItsProbability(p: Double) throws {
    var generator = Xoshiro256(seed: 4)
    let law = try GaussianMixture(
      weights: [Double](repeating: 1, count: 600),
      means: Matrix(rows: 600, columns: 1, elements: (0..<600).map { _ in generator.nextNormal() }),
      variances: Matrix(rows: 600, columns: 1, elements: (0..<600).map { $0 % 5 == 0 ? 1e-4 : 0.04 }))
    let region = try HighestDensityRegion(holding: p, of: law)
    let held = try region.intervals.reduce(0) { try $0 + law.probability(of: $1.lower...$1.upper) }
    #expect(abs(held - p) < 1e-9)
    for end in region.intervals.flatMap({ [$0.lower, $0.upper] }) {
      #expect(abs(try law.logDensity(at: Matrix([[end]]))[0] - region.logThreshold) < 1e-8)
    }
  }

  @Test func regionOfANormalIsItsCentralInterval() throws {
    let normal = try GaussianMixture(weights: [1], means: Matrix([[5]]), variances: Matrix([[9]]))
    let region = try HighestDensityRegion(holding: 0.95, of: normal)
    #expect(region.intervals.count == 1)
    #expect(abs(region.intervals[0].lower - (5 - 3 * 1.959963984540054)) < 1e-8)
  }

  @Test func drawnThresholdsHoldTheirProbability() throws {
    // The region of a standard normal in three dimensions is a ball: its log density is that at the radius.
    let normal = try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: 3), variances: Matrix(rows: 1, columns: 3, repeating: 1))
    let region = try HighestDensityRegion.regions(holding: [0.5], of: normal, draws: 200_000)[0]
    // The median of chi-squared with three degrees of freedom.
    let exact = -1.5 * log(2 * Double.pi) - 2.365973884375338 / 2
    #expect(abs(region.logThreshold - exact) < 0.01)
    #expect(abs(region.standardError - (0.25 / 200_000).squareRoot()) < 1e-12)
  }

  @Test func tableSummarisesColumns() throws {
    let law = try GaussianMixture(
      weights: [1], means: Matrix([[1, -2]]), covariances: [Matrix([[4, 1], [1, 9]])])
    let table = try CredibleTable(of: law)
    #expect(table.columns.map(\.mean) == [1, -2])
    #expect(abs(table.columns[1].standardDeviation - 3) < 1e-12 && abs(table.columns[1].median + 2) < 1e-12)
    #expect(abs(table.columns[0].equalTails[1].upper - (1 + 2 * 1.959963984540054)) < 1e-9)
    #expect(throws: ParzenError.self) { try CredibleTable(of: law, probabilities: [1]) }
  }
}
