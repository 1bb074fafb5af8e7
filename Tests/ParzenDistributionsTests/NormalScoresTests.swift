import Foundation
import ParzenCore
import Testing

@testable import ParzenDistributions

@Suite struct NormalScoresTests {
  static let plain = try! NormalScores(
    GaussianMixture(
      weights: [0.5, 0.3, 0.2], means: Matrix([[-1], [0.5], [3]]), variances: Matrix([[0.25], [0.04], [1]])))
  /// In a coordinate of its own, with a spike.
  static let skewed = try! NormalScores(
    GaussianMixture(
      weights: [0.7, 0.25, 0.05], means: Matrix([[0], [1], [0.3]]), variances: Matrix([[1], [0.5], [0.001]])),
    of: .inverseSinh(centre: 0.2, scale: 0.5))

  /// Mirrored at one edge, far from it on the other side, and at two that cut most components.
  static let mirrored = try! NormalScores(
    GaussianMixture(
      weights: [0.6, 0.3, 0.1], means: Matrix([[-0.8], [0.5], [4]]), variances: Matrix([[0.25], [2], [0.3]])),
    of: .reflection(lower: -1, upper: nil))
  static let boxed = try! NormalScores(
    GaussianMixture(
      weights: [0.6, 0.4], means: Matrix([[-0.8], [1.7]]), variances: Matrix([[0.3], [6]])),
    of: .reflection(lower: -1, upper: 2.5))

  /// Standard normal scores under a mirrored law have that law, next to edges and far out, too.
  @Test(arguments: [mirrored, boxed]) func mirroredLawsAreTheirs(_ scores: NormalScores) throws {
    let law = try TransformedMixture(
      GaussianMixture(
        weights: scores.weights, means: Matrix(scores.means.map { [$0] }),
        variances: Matrix(scores.deviations.map { [$0 * $0] })), columns: [scores.coordinate])
    let normal = try GaussianMixture(weights: [1], means: Matrix([[0]]), variances: Matrix([[1]]))
    let density = try TransformedMixture(normal, columns: [.normalScores(scores)])
    let isOpen = scores.coordinate.domain.upperBound == .infinity
    let places =
      [1e-200, 1e-12, 1e-6, 4e-6, 6e-6, 1e-4, 0.01, 0.5, 1, 2, 3].map { $0 - 1 }
      + (isOpen ? [6, 30, 60, 1e3] : [2.4, 2.5 - 1e-9])
    let points = Matrix(places.filter { $0 > -1 }.map { [$0] })
    let (expected, found) = (try law.evaluate(at: points), try density.evaluate(at: points))
    for row in 0..<points.rows {
      let (a, b) = (expected.logDensity[row], found.logDensity[row])
      #expect(abs(a - b) <= 1e-9 * max(1, abs(a)), "\(points[row, 0]): \(b), should be \(a)")
      let (s, t) = (expected.score[row, 0], found.score[row, 0])
      // At an edge, large terms cancel.
      let slope = exp(scores.expansions(at: [points[row, 0]])[0].logSlope)
      #expect(abs(s - t) <= 1e-7 * max(1, abs(s), slope), "\(points[row, 0]): \(t), should be \(s)")
      let z = scores.scores(at: [points[row, 0]])
      #expect(abs(scores.inverses(of: z)[0] - points[row, 0]) < 1e-9 * max(1, abs(points[row, 0])))
    }
    for p in [1e-9, 0.01, 0.4, 0.9, 1 - 1e-9] {
      #expect(try abs(density.quantile(p) - law.quantile(p)) < 1e-7)
    }
    #expect(try density.logDensity(at: Matrix([[-1], [-1.1]])) == [-.infinity, -.infinity])
    // Scores rise from the edge on.
    let near = (1...600).map { -1 + 1e-9 * pow(1.03, Double($0)) }
    let rising = scores.scores(at: near)
    #expect(zip(rising, rising.dropFirst()).allSatisfy(<))
  }

  /// Under their own law, normal scores have the law's density.
  @Test func standardNormalScoresHaveTheLaw() throws {
    let law = try GaussianMixture(
      weights: Self.plain.weights, means: Matrix(Self.plain.means.map { [$0] }),
      variances: Matrix(Self.plain.deviations.map { [$0 * $0] }))
    let normal = try GaussianMixture(weights: [1], means: Matrix([[0]]), variances: Matrix([[1]]))
    let density = try TransformedMixture(normal, columns: [.normalScores(Self.plain)])
    // In the middle, and where probabilities leave Float64 on either side.
    let points = Matrix(
      [-1e4, -300, -40, -20, -15, -3, -1, 0, 0.45, 2, 4, 30, 39, 40, 42, 60, 1e3, 1e5].map { [$0] })
    let (expected, found) = (try law.evaluate(at: points), try density.evaluate(at: points))
    for row in 0..<points.rows {
      let (a, b) = (expected.logDensity[row], found.logDensity[row])
      #expect(abs(a - b) <= 1e-11 * max(1, abs(a)), "\(points[row, 0]): \(b), should be \(a)")
      let (s, t) = (expected.score[row, 0], found.score[row, 0])
      #expect(abs(s - t) <= 1e-7 * max(1, abs(s)), "\(points[row, 0]): \(t), should be \(s)")
    }
    for p in [1e-12, 0.01, 0.4, 0.9, 1 - 1e-9] {
      #expect(try abs(density.quantile(p) - law.quantile(p)) < 1e-7)
    }
    #expect(try abs(density.mean - law.mean[0]) < 1e-6)
    #expect(try abs(density.standardDeviation - law.covariance[0, 0].squareRoot()) < 1e-6)
  }

  /// Scores increase without a jump from the middle to the far tails, and back.
  @Test(arguments: [plain, skewed]) func scoresGoOnFarOut(_ scores: NormalScores) {
    for side in [-1.0, 1] {
      var last = scores.expansions(at: [side])[0]
      for step in 1...2000 {
        let x = side * pow(10, Double(step) / 200)
        let next = scores.expansions(at: [x])[0]
        #expect(side * next.y > side * last.y, "\(x)")
        #expect(abs(scores.inverses(of: [next.y])[0] / x - 1) < 1e-9, "\(x)")
        last = next
      }
    }
  }

  /// Values of many scores at once are those of one at a time.
  @Test(arguments: [plain, skewed, mirrored]) func neighboursDoNotMatter(_ scores: NormalScores) {
    let z = (0..<300).map { 7 * sin(Double($0 * $0)) }
    let values = scores.inverses(of: z)
    #expect(z.map { scores.inverses(of: [$0])[0] } == values)
    #expect(scores.inverses(of: z.reversed()) == values.reversed())
    for (expansion, z) in zip(scores.expansions(at: values), z) {
      // Next to an edge, values have few digits.
      let rounding = 4 * exp(expansion.logSlope) * values.reduce(0) { max($0, abs($1).ulp) }
      #expect(abs(expansion.y - z) < 1e-9 * max(1, abs(z)) + rounding)
    }
  }

  /// Between clusters far apart the law has no density to speak of, and the coordinate stands still.
  @Test func gapsAreCrossed() throws {
    let scores = try NormalScores(
      GaussianMixture(weights: [0.4, 0.6], means: Matrix([[0], [1e6]]), variances: Matrix([[1], [1]])))
    for x in [-3.0, 0, 3, 1e6 - 3, 1e6 + 2] {
      #expect(abs(scores.inverses(of: scores.scores(at: [x]))[0] - x) < 1e-7)
    }
    let middle = scores.expansions(at: [5e5])[0]
    #expect(abs(middle.y - standardNormalQuantile(0.4)) < 1e-12 && middle.logSlope < -1e9)
  }

  @Test(arguments: [plain, skewed, mirrored, boxed]) func filesGiveTheSameBits(_ scores: NormalScores) throws
  {
    let data = try JSONEncoder().encode(ColumnTransformation.normalScores(scores))
    #expect(try JSONDecoder().decode(ColumnTransformation.self, from: data) == .normalScores(scores))
  }

  @Test(arguments: [
    #"{"coordinate": {"identity": {}}, "weights": [1], "means": [0], "deviations": [0]}"#,
    #"{"coordinate": {"identity": {}}, "weights": [0.5], "means": [0], "deviations": [1]}"#,
    #"{"coordinate": {"identity": {}}, "weights": [1], "means": [0, 1], "deviations": [1]}"#,
    #"{"coordinate": {"period": {"origin":0, "length":1}}, "weights": [1], "means": [0], "deviations": [1]}"#,
    #"{"coordinate": {"logarithmAbove": {"_0": 1e308}}, "weights": [1], "means": [0], "deviations": [9]}"#,
    #"{"coordinate": {"identity": {}}, "weights": [1], "means": [0]}"#,
  ]) func brokenFilesAreRefused(_ text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(NormalScores.self, from: Data(text.utf8))
    }
  }

  @Test func whatHasNoScoresIsRefused() throws {
    let line = try GaussianMixture(weights: [1], means: Matrix([[0]]), variances: Matrix([[1]]))
    let plane = try GaussianMixture(weights: [1], means: Matrix([[0, 0]]), variances: Matrix([[1, 1]]))
    #expect(throws: ParzenError.self) { try NormalScores(plane) }
    #expect(throws: ParzenError.self) { try NormalScores(line, of: .period(origin: 0, length: 1)) }
    #expect(throws: ParzenError.self) { try NormalScores(line, of: .inverseSinh(centre: 0, scale: 0)) }
  }
}
