import ParzenCore
import ParzenDistributions
import ParzenPlatform
import Testing

@testable import ParzenEstimators

/// Several columns with known bounds: what is known of them must not cost accuracy.
@Suite struct ToldColumnTests {
  /// Correlated columns that have a law each, and what the column's domain is.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let column: ColumnTransformation
    let domain: ColumnDomain
    /// The most that knowing it may lose, in nats.
    let most: Double

    /// - Parameter law: the normal scores of its mixture are the column's.
    init(
      _ name: String, _ weights: [Double], means: [Double], deviations: [Double],
      of coordinate: ColumnTransformation, domain: ColumnDomain, most: Double
    ) throws {
      let law = try GaussianMixture(
        weights: weights, means: Matrix(means.map { [$0] }), variances: Matrix(deviations.map { [$0 * $0] }))
      testDescription = name
      column = .normalScores(try NormalScores(law, of: coordinate))
      (self.domain, self.most) = (domain, most)
    }
  }

  static let cases: [Case] = [
    try! Case(
      "two waits", [0.7, 0.3], means: [-1, 2], deviations: [0.6, 0.3], of: .logarithmAbove(0),
      domain: .bounded(lower: 0, upper: nil), most: 0.16),
    // The softplus of a logistic variable, nearly: an exponential one.
    try! Case(
      "waits", [0.5, 0.5], means: [0, 0], deviations: [1.3, 2.2],
      of: .inverseSoftplusAbove(10, scale: 3), domain: .bounded(lower: 10, upper: nil), most: 0.12),
    try! Case(
      "lacks", [0.5, 0.5], means: [0, 0], deviations: [1.3, 2.2],
      of: .inverseSoftplusBelow(-1, scale: 0.01), domain: .bounded(lower: nil, upper: -1), most: 0.12),
    try! Case(
      "shares", [0.6, 0.4], means: [-2, 1], deviations: [0.5, 1], of: .logit(lower: 0, upper: 100),
      domain: .bounded(lower: 0, upper: 100), most: 0.12),
  ]

  private func law(_ column: ColumnTransformation, dimension d: Int) throws -> TransformedMixture {
    var covariance = Matrix.identity(d)
    for i in 0..<d { for j in 0..<d where i != j { covariance[i, j] = 0.5 } }
    let normal = try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: d), covariances: [covariance])
    return try TransformedMixture(normal, columns: [ColumnTransformation](repeating: column, count: d))
  }

  /// As few samples as there may be: their wide components are all that is known of the others.
  @Test(arguments: cases) func boundsOfVeryFewSamplesDoNotHurt(_ one: Case) throws {
    let d = 3
    let target = try law(one.column, dimension: d)
    var generator = Xoshiro256(seed: 12)
    for n in [5, 6, 8, 12] {
      let losses = try (0..<9).map { _ -> Double in
        let samples = target.sample(count: n, using: &generator)
        let fresh = target.sample(count: 500, using: &generator)
        func mean(_ domains: [ColumnDomain]?) throws -> Double {
          try MixtureTransformer(samples: samples, columns: domains).logDensity(at: fresh).reduce(0, +) / 500
        }
        return try mean(nil) - mean([ColumnDomain](repeating: one.domain, count: d))
      }
      #expect(losses.sorted()[4] < 1, "\(n): \(losses)")
      #expect(losses.max()! < 100, "\(n): \(losses)")
    }
  }

  @Test(arguments: cases) func boundsThatAreKnownDoNotHurt(_ one: Case) throws {
    let (d, n) = (4, 500)
    let target = try law(one.column, dimension: d)
    var generator = Xoshiro256(seed: 11)
    let (samples, fresh) = (
      target.sample(count: n, using: &generator), target.sample(count: 4000, using: &generator)
    )
    func loss(_ domains: [ColumnDomain]?) throws -> Double {
      let estimate = try MixtureTransformer(samples: samples, columns: domains)
      let gaps = try zip(target.logDensity(at: fresh), estimate.logDensity(at: fresh)).map { $0 - $1 }
      return gaps.reduce(0, +) / 4000
    }
    let told = try loss([ColumnDomain](repeating: one.domain, count: d))
    #expect(try told < one.most && told < 1.2 * loss(nil), "\(told)")
  }

  /// More columns than can be mirrored at both of their edges, of which each takes many images.
  @Test func manyColumnsWithTwoBounds() throws {
    let d = 8
    var generator = Xoshiro256(seed: 12)
    let samples = Matrix((0..<150).map { _ in (0..<d).map { _ in generator.nextUniform() } })
    let estimate = try MixtureTransformer(
      samples: samples, columns: [ColumnDomain](repeating: .bounded(lower: 0, upper: 1), count: d))
    #expect(try estimate.logDensity(at: Matrix([[Double](repeating: 1.01, count: d)])) == [-.infinity])
    let fresh = Matrix((0..<2000).map { _ in (0..<d).map { _ in generator.nextUniform() } })
    #expect(try estimate.logDensity(at: fresh).reduce(0, +) / 2000 > -0.8)
  }

  /// A column with samples on its bound stays mirrored there, beside others that are transformed.
  @Test func samplesOnABound() throws {
    var generator = Xoshiro256(seed: 13)
    let samples = Matrix(
      (0..<300).map { row in
        [row % 10 == 0 ? 0 : -log(generator.nextUniform()), exp(2 * generator.nextNormal())]
      })
    let estimate = try MixtureTransformer(
      samples: samples, columns: [.bounded(lower: 0, upper: nil), .bounded(lower: 0, upper: nil)])
    #expect(estimate.density.columns[0] == .reflection(lower: 0, upper: nil))
    #expect(try estimate.logDensity(at: samples).allSatisfy(\.isFinite))
  }

  /// Whole numbers that reach a bound have densities there, although their ties are spread off it.
  @Test(arguments: [1, 2]) func tiesOnABound(d: Int) throws {
    var generator = Xoshiro256(seed: 15)
    let samples = Matrix(
      (0..<400).map { _ in
        [(-20 * log(generator.nextUniform())).rounded(.down), (100 * generator.nextUniform()).rounded()]
          .prefix(d).map { min($0, 100) }
      })
    let estimate = try MixtureTransformer(
      samples: samples, columns: [ColumnDomain](repeating: .bounded(lower: 0, upper: 100), count: d))
    #expect(try estimate.logDensity(at: samples).allSatisfy(\.isFinite))
    #expect(try estimate.logDensity(at: Matrix(rows: 1, columns: d)).allSatisfy(\.isFinite))
  }

  /// The coordinate above an edge is linear beyond where the tail is short, whatever the unit and the
  /// direction, and the logarithm where it is not.
  @Test(arguments: [1e-6, 1, 1e9]) func tailsDecideWhatIsLinear(unit: Double) throws {
    var generator = Xoshiro256(seed: 14)
    let waits = (0..<400).map { _ in -unit * log(generator.nextUniform()) }
    let incomes = (0..<400).map { _ in unit * exp(generator.nextNormal()) }
    func coordinate(_ values: [Double], _ domain: ColumnDomain) -> ColumnTransformation {
      let samples = Matrix(rows: values.count, columns: 1, elements: values)
      return CoordinateChoice.coordinates(domain, DistinctSamples(samples, counts: nil))[1]
    }
    guard
      case .inverseSoftplusAbove(3 * unit, let scale) =
        coordinate(waits.map { 3 * unit + $0 }, .bounded(lower: 3 * unit, upper: nil)),
      case .inverseSoftplusBelow(0, let mirrored) = coordinate(
        waits.map { -$0 }, .bounded(lower: nil, upper: 0))
    else {
      Issue.record("no short tail was seen")
      return
    }
    #expect(scale > 0.3 * unit && scale < 6 * unit && abs(mirrored / scale - 1) < 0.05)
    #expect(coordinate(incomes, .bounded(lower: 0, upper: nil)) == .logarithmAbove(0))
    #expect(coordinate(incomes.map { -$0 }, .bounded(lower: nil, upper: 0)) == .logarithmBelow(0))
  }
}
