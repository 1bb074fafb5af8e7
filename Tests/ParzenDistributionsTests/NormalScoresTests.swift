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
  @Test(arguments: [plain, skewed]) func neighboursDoNotMatter(_ scores: NormalScores) {
    let z = (0..<300).map { 12 * sin(Double($0 * $0)) }
    let values = scores.inverses(of: z)
    #expect(z.map { scores.inverses(of: [$0])[0] } == values)
    #expect(scores.inverses(of: z.reversed()) == values.reversed())
    for (value, z) in zip(scores.scores(at: values), z) { #expect(abs(value - z) < 1e-9 * max(1, abs(z))) }
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

  @Test(arguments: [plain, skewed]) func filesGiveTheSameBits(_ scores: NormalScores) throws {
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
