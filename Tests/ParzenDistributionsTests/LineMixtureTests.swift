import Foundation
import ParzenCore
import Testing

@testable import ParzenDistributions

/// Sums over what is near a place alone, against those over all.
@Suite struct LineMixtureTests {
  static let columns: [ColumnTransformation] = [
    .identity, .normalScores(NormalScoresTests.skewed), .normalScores(NormalScoresTests.mirrored),
    .logarithmAbove(-1), .logit(lower: -3, upper: 4),
    .reflection(lower: -0.5, upper: nil),
    .reflection(lower: -1, upper: 2), .period(origin: -2, length: 5), .inverseSinh(centre: 1, scale: 2),
  ]

  /// Components of very different scales, in coordinates that have an origin and a scale of their own.
  private func density(_ column: ColumnTransformation) throws -> TransformedMixture {
    var generator = Xoshiro256(seed: 3)
    let count = 60
    return try TransformedMixture(
      GaussianMixture(
        weights: (0..<count).map { _ in generator.nextUniform() },
        means: Matrix(rows: count, columns: 1, elements: (0..<count).map { _ in generator.nextNormal() }),
        variances: Matrix(
          rows: count, columns: 1,
          elements: (0..<count).map { pow(4, -Double($0 % 9)) * (1 + Double($0 % 2)) })),
      columns: [column], origin: [0.25], scale: [0.5])
  }

  @Test(arguments: columns) func valuesAreThoseOfTheDensity(column: ColumnTransformation) throws {
    let density = try density(column)
    let line = LineMixture(density)
    let grid = LineMixture.grid(density)
    #expect(zip(grid, grid.dropFirst()).allSatisfy { $0 < $1 } && grid.count > 100)
    let places = stride(from: 0, to: grid.count, by: 7).map { grid[$0] }
    let exact = try density.logDensity(at: Matrix(rows: places.count, columns: 1, elements: places))
    for (place, value) in zip(places, exact) {
      #expect(abs(line.logDensity(at: place) - value) < 1e-9 * (1 + abs(value)))
    }
    for (low, high) in zip(places, places.dropFirst(3)) {
      #expect(abs(try line.probability(from: low, to: high) - density.probability(of: low...high)) < 1e-12)
    }
  }

  /// The means of all components are between values of the grid that are close by.
  @Test func gridIsCloseBesideEveryComponent() throws {
    let density = try density(.identity)
    let (grid, mixture) = (LineMixture.grid(density), density.coordinateMixture)
    for k in 0..<mixture.componentCount {
      let (mean, deviation) = (0.25 + 0.5 * mixture.means[k, 0], 0.5 * mixture.covarianceFactor(of: k)[0, 0])
      for offset in stride(from: -8.5, through: 8.5, by: 0.5) {
        let place = mean + offset * deviation
        let after = try #require(grid.firstIndex { $0 > place })
        #expect(grid[after] - grid[after - 1] < 0.21 * deviation)
      }
    }
  }

  @Test func outsideThereIsNothing() throws {
    let line = LineMixture(try density(.reflection(lower: -0.5, upper: nil)))
    #expect(line.logDensity(at: -0.6) == -.infinity && line.logDensity(at: 1e9) == -.infinity)
    #expect(line.probability(from: 1, to: 1) == 0)
  }
}
