import Foundation
import ParzenCore
import ParzenDistributions
import Testing

/// Quantiles, moments and boxes of mixtures in coordinates of the columns, against quadrature and draws.
@Suite struct TransformedQuestionTests {
  static let transformations: [ColumnTransformation] = [
    .identity, .logarithmAbove(2), .logarithmBelow(-1), .inverseSoftplusAbove(2, scale: 0.6),
    .inverseSoftplusBelow(-1, scale: 2), .logit(lower: -2, upper: 5),
    .inverseSinh(centre: 1, scale: 0.5), .doubleInverseSinh(lower: 0, upper: 4, scale: 0.7),
    .normalScores(NormalScoresTests.plain), .normalScores(NormalScoresTests.skewed),
    .normalScores(NormalScoresTests.mirrored), .normalScores(NormalScoresTests.boxed),
    .reflection(lower: 0, upper: nil), .reflection(lower: nil, upper: 1), .reflection(lower: -1, upper: 2),
    .period(origin: 0, length: 3),
  ]

  private func law(_ transformation: ColumnTransformation) throws -> TransformedMixture {
    let mixture = try GaussianMixture(
      weights: [0.6, 0.4], means: Matrix([[-0.5], [1.2]]), variances: Matrix([[0.3], [0.15]]))
    return try TransformedMixture(mixture, columns: [transformation], origin: [0.1], scale: [0.8])
  }

  @Test(arguments: transformations)
  func distributionFunctionIsTheIntegral(transformation: ColumnTransformation) throws {
    let law = try law(transformation)
    for p in [0.001, 0.2, 0.5, 0.8, 0.99] {
      let x = try law.quantile(p)
      #expect(try abs(law.cumulativeProbability(at: x) - p) < 1e-9)
      #expect(try abs(law.tailProbability(at: x) - (1 - p)) < 1e-9)
    }
    // Between two quantiles, by Simpson's rule.
    let (a, b) = (try law.quantile(0.1), try law.quantile(0.9))
    let steps = 4000
    let points = (0...steps).map { [a + (b - a) * Double($0) / Double(steps)] }
    let values = try law.density(at: Matrix(points))
    var sum = 0.0
    for (index, value) in values.enumerated() {
      sum += value * (index == 0 || index == steps ? 1 : index.isMultiple(of: 2) ? 2 : 4)
    }
    let integral = sum * (b - a) / Double(steps) / 3
    #expect(abs(integral - 0.8) < 1e-7, "\(integral)")
    #expect(try abs(law.probability(of: a...b) - 0.8) < 1e-9)
    #expect(abs(try law.probability(lower: [a], upper: [b]).value - 0.8) < 1e-9)
    #expect(abs(try law.probability(lower: [-.infinity], upper: [.infinity]).value - 1) < 1e-9)
  }

  @Test(arguments: transformations)
  func momentsAreThoseOfDraws(transformation: ColumnTransformation) throws {
    let law = try law(transformation)
    var generator = Xoshiro256(seed: 3)
    let draws = law.sample(count: 200_000, using: &generator).elements
    let mean = draws.reduce(0, +) / 200_000
    let deviation = (draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200_000).squareRoot()
    let found = try law.mean
    #expect(abs(found - mean) < 0.02 * deviation, "\(found), should be \(mean)")
    #expect(try abs(law.standardDeviation / deviation - 1) < 0.03)
  }

  @Test func boxesOfTransformedColumnsHoldTheirDraws() throws {
    let mixture = try GaussianMixture(
      weights: [0.5, 0.5], means: Matrix([[0, 0], [1, -1]]),
      covariances: [Matrix([[1, 0.6], [0.6, 1]]), Matrix([[0.5, -0.2], [-0.2, 0.4]])])
    let law = try TransformedMixture(
      mixture, columns: [.logarithmAbove(0), .reflection(lower: 0, upper: nil)])
    var generator = Xoshiro256(seed: 4)
    let draws = law.sample(count: 400_000, using: &generator)
    let inside = (0..<draws.rows).count { draws[$0, 0] > 0.5 && draws[$0, 0] < 2 && draws[$0, 1] < 0.7 }
    let found = try law.probability(lower: [0.5, -3], upper: [2, 0.7])
    #expect(abs(found.value - Double(inside) / 400_000) < 0.003)
  }

  @Test func arcsHoldTheirDraws() throws {
    let mixture = try GaussianMixture(
      weights: [0.5, 0.5], means: Matrix([[0.3, 0], [2.4, -1]]),
      covariances: [Matrix([[0.3, 0.2], [0.2, 1]]), Matrix([[0.4, -0.2], [-0.2, 0.4]])])
    let law = try TransformedMixture(mixture, columns: [.period(origin: -0.5, length: 4), .identity])
    var generator = Xoshiro256(seed: 5)
    let draws = law.sample(count: 400_000, using: &generator)
    #expect(draws[column: 0].allSatisfy { -0.5 <= $0 && $0 < 3.5 })
    let line = law.marginal(of: [0])
    // Within the period, across its end, in other turns, a whole turn and more, an end open.
    for (low, high) in [
      (0.0, 1.0), (2, 4), (-3, -1.4), (-1, 0.5), (10.25, 12), (1, 5), (0, 40), (-.infinity, 2),
    ] {
      func isInside(_ x: Double) -> Bool {
        low.isInfinite ? x <= high : (-20...20).contains { (low...high).contains(x + 4 * Double($0)) }
      }
      let all = Double(draws[column: 0].count(where: isInside)) / 400_000
      let half = Double((0..<draws.rows).count { isInside(draws[$0, 0]) && draws[$0, 1] < -0.2 }) / 400_000
      if low.isFinite { #expect(abs(try line.probability(of: low...high) - all) < 0.004, "\(low)...\(high)") }
      let box = try law.probability(lower: [low, -.infinity], upper: [high, -0.2])
      #expect(abs(box.value - half) < 0.004, "\(low)...\(high): \(box.value), should be \(half)")
    }
    let steps = try [-7, -0.5, 1, 2, 3.4, 3.5, 9].map { try line.cumulativeProbability(at: $0) }
    #expect(steps[0] == 0 && steps.last == 1 && steps == steps.sorted())
  }
}
