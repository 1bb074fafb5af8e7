import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

/// Bounds, periods, ties and the coordinates of columns.
@Suite struct ColumnTests {
  private func draws(_ law: UnivariateLaw, _ n: Int, seed: UInt64, _ d: Int = 1) throws -> Matrix {
    var generator = Xoshiro256(seed: seed)
    let target = try ProductDistribution(repeating: UnivariateDistribution(law), dimension: d)
    return target.sample(count: n, using: &generator)
  }

  private func column(_ values: [Double]) -> Matrix {
    Matrix(rows: values.count, columns: 1, elements: values)
  }

  private func divergence(
    _ estimate: any Density, _ fresh: Matrix, _ truth: [Double]
  ) throws -> Double {
    let found = try estimate.logDensity(at: fresh)
    return zip(truth, found).reduce(0) { $0 + $1.0 - $1.1 } / Double(truth.count)
  }

  @Test func resolutionIsTheStepOfRoundedColumns() {
    var generator = Xoshiro256(seed: 1)
    let normals = (0..<500).map { _ in 30 + 7 * generator.nextNormal() }
    #expect(ColumnResolution(normals) == nil)
    for step in [0.1, 0.25, 3] {
      let rounded = normals.map { ($0 / step).rounded() * step }
      let found = ColumnResolution(rounded)
      #expect(abs((found?.step ?? 0) / step - 1) < 1e-6, "\(step)")
    }
    // A spike on a continuous column is no grid.
    #expect(ColumnResolution(normals.enumerated().map { $0 % 5 == 0 ? 0 : $1 }) == nil)
    #expect(ColumnResolution([Double](repeating: 4, count: 50)) == nil)
  }

  /// Values that end alike more often than those beside them are named, with the longest period that says
  /// most of them; what is smooth, few values, or one value of many samples is no habit.
  @Test func roundValuesThatArePreferredAreFound() throws {
    var generator = Xoshiro256(seed: 21)
    func values(_ count: Int, _ value: (inout Xoshiro256) -> Double) -> [Double] {
      (0..<count).map { _ in value(&generator) }
    }
    func rounded(_ value: Double, to step: Double) -> Double { (value / step).rounded() * step }
    let minutes = values(700) {
      rounded(90 + 30 * $0.nextNormal(), to: $0.nextUniform() < 0.5 ? 15 : 1)
    }
    let found = try #require(ColumnResolution(minutes)?.heaping)
    #expect(found.period == 15 && found.remainder == 0 && found.share > 0.45 && found.share < 0.65)
    let prices = values(900) {
      exp(3 + 0.7 * $0.nextNormal()).rounded(.down)
        + ($0.nextUniform() < 0.6 ? 0.99 : rounded(0.98 * $0.nextUniform(), to: 0.01))
    }
    let ends = try #require(ColumnResolution(prices)?.heaping)
    #expect(abs(ends.period - 1) < 1e-9 && abs(ends.remainder - 0.99) < 1e-6)
    #expect(abs(ends.share - 0.6) < 0.06)
    // Heights to half a centimetre about a negative number, of which most are fives.
    let depths = values(800) {
      rounded(-40 + 9 * $0.nextNormal(), to: $0.nextUniform() < 0.8 ? 5 : 0.5)
    }
    #expect(ColumnResolution(depths)?.heaping?.period == 5)
    let smooth = [
      values(900) { rounded(170 + 8 * $0.nextNormal(), to: 1) },
      values(900) { (-30 * log($0.nextUniform())).rounded(.down) },
      values(900) { $0.nextUniform() < 0.6 ? 0 : (-30 * log($0.nextUniform())).rounded(.down) },
      values(900) { Double(1 + $0.next() % 5) },
      values(900) { rounded(100 * $0.nextUniform(), to: 0.25) },
    ]
    for column in smooth {
      let resolution = try #require(ColumnResolution(column))
      #expect(resolution.heaping == nil)
    }
  }

  @Test(arguments: [0.2, 0.7, 1.0]) func spreadTiesAreWhatWasRounded(step: Double) throws {
    let normals = try draws(.normal, 3000, seed: 2)
    let rounded = column(normals.elements.map { ($0 / step).rounded() * step })
    let fresh = try draws(.normal, 4000, seed: 3)
    let truth = fresh.elements.map { -0.5 * $0 * $0 - 0.5 * log(2 * Double.pi) }
    let estimate = try MixtureTransformer(samples: rounded)
    #expect(abs(estimate.record.spread[0]!.step - step) < 1e-9)
    #expect(try divergence(estimate, fresh, truth) < 0.01)
    #expect(try MixtureTransformer(samples: rounded, keepsTies: true).record.spread == [nil])
    // No value leaves its cell, and rows in another order are spread to the same points.
    let spread = TieSpreading.spread(rounded, [ColumnResolution(rounded.elements)], domains: [.unbounded])
    for (a, b) in zip(spread.elements, rounded.elements) { #expect(abs(a - b) <= 0.5 * step * (1 + 1e-9)) }
    let reversed = column(rounded.elements.reversed())
    let other = TieSpreading.spread(reversed, [ColumnResolution(rounded.elements)], domains: [.unbounded])
    #expect(spread.elements.sorted() == other.elements.sorted())
  }

  /// Rows double with every mirrored column: what no memory holds is refused before they do.
  @Test(arguments: [20, 40, 70]) func mirrorImagesHaveALimit(d: Int) throws {
    let samples = try draws(.normal, 2 * d, seed: 14, d)
    let positive = Matrix(rows: 2 * d, columns: d, elements: samples.elements.map { abs($0) })
    let domains = (0..<d).map {
      $0 % 3 == 0 ? ColumnDomain.bounded(lower: nil, upper: 10) : .bounded(lower: -1, upper: nil)
    }
    let message = "\(d) columns are mirrored at bounds"
    #expect { try MixtureTransformer(samples: positive, policy: .network, columns: domains) } throws: {
      "\($0)".contains(message)
    }
    // An update mirrors new samples, too.
    let mixture = try GaussianMixture(
      weights: [1], means: Matrix([[Double](repeating: 5, count: d)]),
      variances: Matrix([[Double](repeating: 0.01, count: d)]))
    var fit = try SavedFit(
      .transformed(TransformedMixture(mixture, columns: domains.map { $0.transformations[0] })),
      columnNames: (1...d).map(String.init), origin: .init(method: "", samples: positive))
    #expect { try fit.update(with: SampleSource(positive)) } throws: { "\($0)".contains(message) }
    // As many bounded columns as there are images for are taken.
    let few = try TransformedSamples(
      positive, counts: nil,
      columns: domains.indices.map { $0 < 6 ? domains[$0].transformations[0] : .identity })
    #expect(few.points.rows == 2 * d * 64)
  }

  @Test func toldBoundsHoldAndHelp() throws {
    let samples = try draws(.blurredExponential(blur: 1e-4), 800, seed: 4).elements.map { abs($0) }
    let fresh = (1...2000).map { -log(1 - (Double($0) - 0.5) / 2000) }
    let truth = fresh.map { -$0 }
    let told = try MixtureTransformer(
      samples: column(samples), columns: [.bounded(lower: 0, upper: nil)])
    let plain = try MixtureTransformer(samples: column(samples), policy: .untransformed)
    #expect(try told.logDensity(at: column([-1e-6])) == [-.infinity])
    let (better, worse) = (
      try divergence(told, column(fresh), truth), try divergence(plain, column(fresh), truth)
    )
    #expect(better < 0.5 * worse && better < 0.015, "\(better) \(worse)")
    var generator = Xoshiro256(seed: 5)
    #expect(told.sample(count: 500, using: &generator).elements.allSatisfy { $0 >= 0 })
  }

  @Test func untoldEdgesAndTailsAreFound() throws {
    let uniform = try draws(.blurredUniform(blur: 1e-5), 1000, seed: 6)
    let cauchy = try draws(.studentT(degrees: 1), 1000, seed: 7)
    for samples in [uniform, cauchy] {
      let estimate = try MixtureTransformer(samples: samples)
      #expect(estimate.density.columns != [.identity])
      let plain = try MixtureTransformer(samples: samples, policy: .untransformed)
      #expect(plain.mixture != nil)
    }
    // A normal law stays as it is.
    #expect(try MixtureTransformer(samples: draws(.normal, 1000, seed: 8)).density.columns == [.identity])
  }

  /// What is guessed ends nowhere: positive samples may be those of a law that is not.
  @Test(arguments: [1.0, -1.0]) func guessesEndNowhere(sign: Double) throws {
    var generator = Xoshiro256(seed: 4)
    let values = (0..<400).map { _ in sign * exp(2 * generator.nextNormal()) }
    let estimate = try MixtureTransformer(
      samples: Matrix(rows: 400, columns: 1, elements: values), threads: 2)
    #expect(estimate.density.columns != [.identity])
    let smallest = values.min { abs($0) < abs($1) }!
    let beyond = Matrix(rows: 3, columns: 1, elements: [0, -0.5 * smallest, -2 * smallest])
    for value in try estimate.logDensity(at: beyond) { #expect(value.isFinite) }
    // Nothing else than a logarithm, where samples are.
    let draws = estimate.density.sample(count: 20_000, using: &generator).elements
    #expect(draws.count { sign * $0 < 0 } < 20)
    #expect(draws.count { sign * $0 < 1 } > 9_000 && draws.count { sign * $0 < 1 } < 11_000)
  }

  @Test func anglesWrap() throws {
    var generator = Xoshiro256(seed: 9)
    // About 350 degrees, on both sides of zero.
    let angles = (0..<600).map { _ in
      let angle = 350 + 20 * generator.nextNormal()
      return angle - 360 * (angle / 360).rounded(.down)
    }
    let estimate = try MixtureTransformer(samples: column(angles), columns: [.periodic(360)])
    let values = try estimate.logDensity(at: column([350, -10, 710, 0, 360]))
    #expect(abs(values[0] - values[1]) < 1e-9 && abs(values[0] - values[2]) < 1e-9)
    #expect(abs(values[3] - values[4]) < 1e-9)
    #expect(abs(values[0] + log(20 * (2 * Double.pi).squareRoot())) < 0.15)
    let grid = column((0..<3600).map { Double($0) / 10 })
    #expect(abs(try estimate.density(at: grid).reduce(0, +) / 10 - 1) < 1e-6)
  }

  /// A period is the one that the samples are given in, wherever that is.
  @Test(arguments: [(180.0, 0.0), (180, -7200), (40, 360), (300, 0)])
  func drawsOfAnglesLieAmongTheSamples(centre: Double, shift: Double) throws {
    var generator = Xoshiro256(seed: 21)
    let angles = (0..<400).map { _ in shift + centre + 25 * generator.nextNormal() }
    let estimate = try MixtureTransformer(samples: column(angles), columns: [.periodic(360)])
    let draws = estimate.sample(count: 2000, using: &generator).elements
    let mean = draws.reduce(0, +) / 2000
    #expect(abs(mean - shift - centre) < 4, "\(mean)")
    #expect(draws.allSatisfy { abs($0 - shift - centre) <= 360 })
    let law = estimate.density
    #expect(abs(try law.mean - mean) < 4)
    #expect(abs(try law.cumulativeProbability(at: shift + centre) - 0.5) < 0.08)
    #expect(try abs(law.probability(of: (centre - 25)...(centre + 25)) - 0.683) < 0.06)
  }

  @Test func scalesAndShiftsOfColumnsAreFollowed() throws {
    let samples = try draws(.sinhArcsinh(skew: 0.6, tail: 0.8), 500, seed: 10, 2)
    var moved = samples
    for row in 0..<500 {
      moved[row, 0] = 1e4 * samples[row, 0] - 3e6
      moved[row, 1] = 1e-5 * samples[row, 1] + 2
    }
    let (a, b) = (
      try MixtureTransformer(samples: samples).logDensity(at: samples),
      try MixtureTransformer(samples: moved).logDensity(at: moved)
    )
    for (x, y) in zip(a, b) { #expect(abs(x - y - log(1e-1)) < 1e-4) }
  }

  @Test func senselessDomainsAreRefused() throws {
    let samples = try draws(.normal, 60, seed: 11, 2)
    func refuse(_ columns: [ColumnDomain], _ policy: EstimationPolicy = .automatic) -> String {
      do {
        _ = try MixtureTransformer(samples: samples, policy: policy, columns: columns)
        return ""
      } catch { return "\(error)" }
    }
    #expect(refuse([.unbounded]).contains("2"))
    #expect(refuse([.bounded(lower: 0, upper: nil), .unbounded]).contains("outside its bounds"))
    #expect(refuse([.bounded(lower: 3, upper: 2), .unbounded]).contains("below the upper"))
    #expect(refuse([.unbounded, .periodic(0)]).contains("period"))
    #expect(refuse([.unbounded, .periodic(7)], .equivariant).contains("equivariant"))
  }

  /// Edges where the density jumps are left as wide as they were guessed, poles are not.
  @Test func edgesAreAsSharpAsTheyMustBe() throws {
    func finer(_ law: UnivariateLaw) throws -> Int {
      try (UInt64(0)..<6).count { seed in
        // Not from 0 to 1, where shares have their ends.
        var samples = try draws(law, 1000, seed: 70 + seed)
        for row in 0..<1000 { samples[row, 0] = 7 * samples[row, 0] - 3 }
        let values = DistinctSamples(samples, column: 0, counts: nil)
        let suggested = CoordinateChoice.suggested(values)
        let chosen = try MixtureTransformer(samples: samples).density.columns[0]
        return suggested.contains { CoordinateChoice.finer(than: $0.columns[0]).contains(chosen) }
      }
    }
    #expect(try finer(.beta(a: 0.5, b: 0.5)) >= 5)
    #expect(try finer(.uniform) <= 3)
  }
}
