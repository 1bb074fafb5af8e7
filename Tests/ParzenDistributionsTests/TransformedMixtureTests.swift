import Foundation
import ParzenCore
import Testing

@testable import ParzenDistributions

@Suite struct TransformedMixtureTests {
  static let transformations: [ColumnTransformation] = [
    .identity, .logarithmAbove(-1.5), .logarithmBelow(4), .inverseSoftplusAbove(-1.5, scale: 0.4),
    .inverseSoftplusBelow(4, scale: 3), .logit(lower: -2, upper: 3),
    .inverseSinh(centre: 0.4, scale: 0.3), .doubleInverseSinh(lower: -1, upper: 2, scale: 0.05),
    .normalScores(NormalScoresTests.plain), .normalScores(NormalScoresTests.skewed),
    .normalScores(NormalScoresTests.mirrored), .normalScores(NormalScoresTests.boxed),
    .reflection(lower: -1, upper: nil), .reflection(lower: nil, upper: 2.5),
    .reflection(lower: -1, upper: 2.5),
    .period(origin: -1, length: 2.7),
  ]

  private let mixture = try! GaussianMixture(
    weights: [0.3, 0.7], means: Matrix([[-0.6], [0.9]]), variances: Matrix([[0.5], [0.09]]))

  private func inside(_ transformation: ColumnTransformation, seed: UInt64, count: Int) throws -> Matrix {
    var generator = Xoshiro256(seed: seed)
    return try TransformedMixture(mixture, columns: [transformation]).sample(count: count, using: &generator)
  }

  @Test(arguments: transformations) func inverseUndoesTheCoordinate(_ transformation: ColumnTransformation)
    throws
  {
    for x in try inside(transformation, seed: 1, count: 200).elements {
      #expect(transformation.contains(x))
      let expansion = transformation.expansion(at: x)
      #expect(transformation.coordinate(at: x) == expansion.y)
      #expect(abs(transformation.inverse(expansion.y) - x) < 1e-9 * max(1, abs(x)))
      guard transformation.isBijection else { continue }
      // The slope and its logarithm's derivatives, by differences.
      let h = 1e-6 * max(1e-3, exp(-expansion.logSlope))
      let (above, below) = (transformation.expansion(at: x + h), transformation.expansion(at: x - h))
      #expect(abs((above.y - below.y) / (2 * h) / exp(expansion.logSlope) - 1) < 1e-4)
      #expect(
        abs((above.logSlope - below.logSlope) / (2 * h) - expansion.bend) < 1e-4 * max(1, abs(expansion.bend))
      )
    }
  }

  @Test(arguments: transformations) func massIsOne(_ transformation: ColumnTransformation) throws {
    let density = try TransformedMixture(mixture, columns: [transformation], origin: [0.1], scale: [0.7])
    // Over the domain in the coordinate's own steps, so that edges and tails are resolved.
    var (mass, last) = (0.0, Double.nan)
    let steps = 40_000
    for step in 0...steps {
      var x = transformation.inverse(-12 + 24 * Double(step) / Double(steps))
      if !transformation.isBijection {
        let (low, high): (Double, Double) =
          switch transformation {
          case .reflection(let lower, let upper): (lower ?? -12, upper ?? 12)
          case .period(let origin, let length): (origin, origin + length * (1 - 1e-12))
          default: (0, 1)
          }
        x = low + (high - low) * Double(step) / Double(steps)
      }
      let value = try density.density(at: Matrix([[x]]))[0]
      if step > 0 { mass += 0.5 * (value + (try density.density(at: Matrix([[last]]))[0])) * (x - last) }
      last = x
    }
    #expect(abs(mass - 1) < 1e-5, "\(transformation): \(mass)")
  }

  @Test(arguments: transformations) func scoreIsTheGradient(_ transformation: ColumnTransformation) throws {
    let density = try TransformedMixture(mixture, columns: [transformation], origin: [-0.2], scale: [1.3])
    for x in try inside(transformation, seed: 2, count: 50).elements {
      let h = 1e-6 * max(1e-3, exp(-transformation.expansion(at: x).logSlope))
      let values = try density.logDensity(at: Matrix([[x - h], [x + h]]))
      guard values.allSatisfy(\.isFinite) else { continue }
      let score = try density.score(at: Matrix([[x]]))[0, 0]
      #expect(abs((values[1] - values[0]) / (2 * h) - score) < 1e-4 * max(1, abs(score)))
    }
  }

  @Test func withoutTransformationsItIsTheMixture() throws {
    let plain = try TransformedMixture(mixture)
    let queries = Matrix([[-3], [0], [2]])
    #expect(try plain.evaluate(at: queries) == mixture.evaluate(at: queries))
    #expect(plain.gaussianMixture == mixture)
    let scaled = try TransformedMixture(mixture, origin: [5], scale: [2])
    let expected = try #require(scaled.gaussianMixture).evaluate(at: queries)
    let found = try scaled.evaluate(at: queries)
    for (a, b) in zip(expected.logDensity, found.logDensity) { #expect(abs(a - b) < 1e-12) }
    #expect(try TransformedMixture(mixture, columns: [.logarithmAbove(0)]).gaussianMixture == nil)
  }

  @Test func outsideTheDomainThereIsNoDensity() throws {
    let density = try TransformedMixture(mixture, columns: [.logarithmAbove(0)])
    let value = try density.evaluate(at: Matrix([[-1], [0], [.nan]]))
    #expect(
      value.logDensity[0] == -.infinity && value.logDensity[1] == -.infinity && value.logDensity[2].isNaN)
    #expect(value.score[0, 0] == 0)
  }

  private func joint() throws -> TransformedMixture {
    let covariance = Matrix([[1, 0.5, -0.3], [0.5, 0.8, 0.1], [-0.3, 0.1, 0.6]])
    let plane = try GaussianMixture(
      weights: [0.4, 0.6], means: Matrix([[0.2, -0.3, 0.5], [0.9, 0.4, -0.2]]),
      covariances: [covariance, .identity(3)])
    return try TransformedMixture(
      plane, columns: [.logarithmAbove(0), .reflection(lower: -1, upper: 2), .period(origin: 0, length: 3)])
  }

  /// f(a | b) f(b) = f(a, b), for columns of every kind.
  @Test(arguments: [[0], [1], [2], [1, 2], [0, 2]]) func conditionalsTimesMarginalsAreTheDensity(
    _ given: [Int]
  ) throws {
    let density = try joint()
    var generator = Xoshiro256(seed: 4)
    let points = density.sample(count: 40, using: &generator)
    let free = (0..<3).filter { !given.contains($0) }
    let whole = try density.logDensity(at: points)
    let marginal = try density.marginal(of: given).logDensity(at: points.selectingColumns(given))
    for row in 0..<40 {
      let conditional = try density.conditional(on: given, equalTo: given.map { points[row, $0] })
      let rest = try conditional.logDensity(at: points.selectingRows([row]).selectingColumns(free))[0]
      #expect(abs(rest + marginal[row] - whole[row]) < 1e-9)
    }
  }

  @Test func senselessTransformationsAreRefused() {
    let bad: [ColumnTransformation] = [
      .logarithmAbove(.infinity), .inverseSoftplusAbove(0, scale: 0), .inverseSoftplusBelow(.nan, scale: 1),
      .logit(lower: 1, upper: 1), .inverseSinh(centre: 0, scale: 0),
      .doubleInverseSinh(lower: 0, upper: 1, scale: -1), .reflection(lower: nil, upper: nil),
      .reflection(lower: 2, upper: 1), .period(origin: 0, length: 0),
    ]
    for column in bad {
      #expect(throws: ParzenError.self) { try TransformedMixture(mixture, columns: [column]) }
    }
    #expect(throws: ParzenError.dimensionMismatch(expected: 1, found: 2)) {
      try TransformedMixture(mixture, columns: [.identity, .identity])
    }
    #expect(throws: ParzenError.self) {
      try TransformedMixture(mixture, columns: [.logarithmAbove(0)]).conditional(on: [0], equalTo: [-1])
    }
  }

  /// Far out there are numbers, or a density of zero: nothing overflows on the way.
  @Test(arguments: transformations) func farPointsHaveNumbers(_ transformation: ColumnTransformation) throws {
    let density = try TransformedMixture(mixture, columns: [transformation])
    let points = [-1e300, -1e160, -1e20, 1e20, 1e160, 1e300]
    let evaluation = try density.evaluate(at: Matrix(points.map { [$0] }))
    #expect(evaluation.logDensity.allSatisfy { !$0.isNaN && $0 < .infinity })
    #expect(evaluation.score.elements.allSatisfy { !$0.isNaN })
  }

  /// The same on every side of a wrapped column, however many periods away.
  @Test func wrappingIsExactFarAway() throws {
    let density = try TransformedMixture(mixture, columns: [.period(origin: -1, length: 2)])
    let values = try density.logDensity(at: Matrix([[0.5], [0.5 + 1_048_576], [0.5 - 1_048_576]]))
    #expect(values[1] == values[0] && values[2] == values[0])
  }

  /// A component whose images would be endless, or more than memory has room for, is refused.
  @Test func imagesBeyondBoundsAreRefused() throws {
    let far = try GaussianMixture(weights: [1], means: Matrix([[1e300]]), variances: Matrix([[1]]))
    let wide = try GaussianMixture(weights: [1], means: Matrix([[0]]), variances: Matrix([[1e30]]))
    for mixture in [far, wide] {
      for column in [
        ColumnTransformation.period(origin: 0, length: 1), .reflection(lower: 0, upper: 1),
      ] {
        #expect(throws: ParzenError.self) { try TransformedMixture(mixture, columns: [column]) }
      }
    }
    let d = 12
    let many = try GaussianMixture(
      weights: [1], means: Matrix([[Double](repeating: 0.5, count: d)]),
      variances: Matrix([[Double](repeating: 0.09, count: d)]))
    #expect(throws: ParzenError.self) {
      try TransformedMixture(many, columns: .init(repeating: .period(origin: 0, length: 1), count: d))
    }
    #expect(throws: ParzenError.self) {
      try TransformedMixture(many, scale: [Double](repeating: 1e-307, count: d).map { $0 * 1e-10 })
    }
  }

  /// Images that are left out, since they reach the domain in no place, are not missed: against the sum over
  /// all shifts, for columns that go together.
  @Test func imagesAreThoseOfTheSum() throws {
    let mean = [0.2, 0.9]
    let covariance = Matrix([[0.25, 0.2], [0.2, 0.36]])
    let mixture = try GaussianMixture(weights: [1], means: Matrix([mean]), covariances: [covariance])
    let density = try TransformedMixture(
      mixture, columns: .init(repeating: .period(origin: 0, length: 1), count: 2))
    for point in [[0.0, 0.0], [0.3, 0.8], [0.99, 0.5]] {
      let shifts = (-12...12).flatMap { i in
        (-12...12).map { j in [point[0] + Double(i), point[1] + Double(j)] }
      }
      let expected = try mixture.density(at: Matrix(shifts)).reduce(0, +)
      #expect(abs(try density.density(at: Matrix([point]))[0] / expected - 1) < 1e-12)
    }
  }

  /// Mean and standard deviation in units of which the squares leave Float64.
  @Test(arguments: [1e-300, 1e-170, 1.0, 1e170, 1e300]) func momentsHaveAnyUnits(unit: Double) throws {
    let scaled = try GaussianMixture(
      weights: [0.3, 0.7], means: Matrix([[-0.6 * unit], [0.9 * unit]]),
      covarianceFactors: [Matrix([[0.7071067811865476 * unit]]), Matrix([[0.3 * unit]])])
    let (density, plain) = (try TransformedMixture(scaled), try TransformedMixture(mixture))
    #expect(try abs(density.mean / unit - plain.mean) < 1e-12)
    #expect(try abs(density.standardDeviation / unit - plain.standardDeviation) < 1e-12)
  }
}
