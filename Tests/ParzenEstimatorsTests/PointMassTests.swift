import ParzenCore
import ParzenDistributions
import ParzenPlatform
import Testing

@testable import ParzenEstimators

/// Columns in which one value is that of many samples, as zero is in amounts.
@Suite struct PointMassTests {
  /// Where the mass is, its share, and the law of the other samples.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let place: Double
    let share: Double
    let count: Int
    var domain: ColumnDomain?
    let law: @Sendable (inout Xoshiro256) -> Double

    func samples(seed: UInt64) -> Matrix {
      var generator = Xoshiro256(seed: seed)
      let values = (0..<count).map { _ in
        let value = law(&generator)
        return generator.nextUniform() < share ? place : value
      }
      return Matrix(rows: count, columns: 1, elements: values)
    }
  }

  private static let waits: @Sendable (inout Xoshiro256) -> Double = {
    -log($0.nextUniform() * $0.nextUniform())
  }
  private static let normal: @Sendable (inout Xoshiro256) -> Double = { 40 + 7 * $0.nextNormal() }

  static let cases = [
    Case(testDescription: "waits, some none", place: 0, share: 0.35, count: 900, law: waits),
    Case(testDescription: "waits, most none", place: 0, share: 0.7, count: 1100, law: waits),
    Case(
      testDescription: "waits, some none, told", place: 0, share: 0.3, count: 700,
      domain: .bounded(lower: 0, upper: nil), law: waits),
    Case(
      testDescription: "waits, most none, told", place: 0, share: 0.72, count: 1000,
      domain: .bounded(lower: 0, upper: nil), law: waits),
    Case(
      testDescription: "skewed amounts, most none, told", place: 0, share: 0.6, count: 900,
      domain: .bounded(lower: 0, upper: nil), law: { exp(3 + $0.nextNormal()) }),
    Case(testDescription: "inside", place: 43, share: 0.15, count: 800, law: normal),
    Case(
      testDescription: "above a limit", place: 46, share: 0, count: 500,
      domain: .bounded(lower: nil, upper: 46), law: { min(46, normal(&$0)) }),
    Case(
      testDescription: "below a limit", place: 33, share: 0, count: 250, law: { max(33, normal(&$0)) }),
  ]

  @Test(arguments: cases) func massIsKept(example: Case) throws {
    let samples = example.samples(seed: 31)
    let density = try MixtureTransformer(
      samples: samples, columns: example.domain.map { [$0] }, threads: 2
    ).density
    let share = Double(samples.elements.count { $0 == example.place }) / Double(example.count)
    var generator = Xoshiro256(seed: 32)
    let draws = density.sample(count: 20_000, using: &generator).elements
    let spread = standardDeviation(samples.elements)
    let near = Double(draws.count { abs($0 - example.place) < 0.01 * spread }) / Double(draws.count)
    #expect(near > 0.8 * share && near < share + 0.03, "\(near) of \(share)")
    // Nor has it no width at all, as likelihood alone would have it (200 and more).
    let height = try density.logDensity(at: Matrix([[example.place]]))[0]
    #expect(height + log(spread) < 25, "\(height)")
  }

  private func standardDeviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
  }

  /// The bandwidth of kernels is that of the other samples.
  @Test func bandwidthIsThatOfTheOthers() throws {
    let samples = Self.cases[0].samples(seed: 5)
    let others = samples.elements.filter { $0 != 0 }
    func bandwidth(_ values: [Double]) throws -> Double {
      let samples = Matrix(rows: values.count, columns: 1, elements: values)
      return try KernelDensity(samples: samples, bandwidth: .crossValidation).mixture.covarianceFactor(of: 0)[
        0, 0]
    }
    let (all, own) = (try bandwidth(samples.elements), try bandwidth(others))
    #expect(all < 1.7 * own && all > 0.6 * own, "\(all), \(own)")
  }

  @Test func onlyWhatVeryManyHaveIsAMass() {
    let distinct = (0..<200).map(Double.init)
    #expect(RepeatedSamples.limited([Double](repeating: 3, count: 50)).allSatisfy { $0 == 3 })
    #expect(RepeatedSamples.limited([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 300]).last == 4)
    // Rows drawn from others with replacement, and one value of many samples.
    let drawn = (0..<600).map { Double($0 * 7919 % 211) }
    for (values, many) in [(distinct, 0), (drawn, 0), (distinct + [Double](repeating: 0.5, count: 60), 60)] {
      let points = Matrix(rows: values.count, columns: 1, elements: values)
      #expect(RepeatedSamples.areMany(points, counts: nil).count { $0 } == many)
    }
  }

  @Test func massesAndRepeatsAreNamed() throws {
    var generator = Xoshiro256(seed: 9)
    let rows = (0..<300).map { row in
      [
        generator.nextNormal(), row % 3 == 0 ? 0 : generator.nextNormal(),
        row % 20 == 0 ? -77 : generator.nextNormal(),
      ]
    }
    let record = try MixtureTransformer(samples: Matrix(rows)).record
    #expect(record.masses?.map(\.column) == [1, 2] && record.masses?.map(\.value) == [0, -77])
    #expect(record.masses.map { $0.map { ($0.share * 300).rounded() } } == [100, 15])
    #expect(record.repeatedRows == 0)
    let repeated = try MixtureTransformer(samples: Matrix(rows + rows[..<40])).record
    #expect(repeated.repeatedRows == 40)
    // Counts have steps, not masses; zeros of a single column are a mass, not repeats.
    let counts = Matrix(
      (0..<300).map { _ in [(generator.nextUniform() * 5).rounded(), generator.nextNormal()] })
    #expect(try MixtureTransformer(samples: counts).record.masses == [])
    let zeros = try MixtureTransformer(samples: Self.cases[0].samples(seed: 1)).record
    #expect(zeros.masses?.count == 1 && zeros.repeatedRows == 0)
  }
}
