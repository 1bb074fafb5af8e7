import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

/// Values that many samples share in one column while they differ in others.
@Suite struct ColumnMassesTests {
  @Test func partsAreThoseOfTheSameMasses() throws {
    var generator = Xoshiro256(seed: 61)
    let rows = (0..<200).map { row in
      [
        row % 4 == 0 ? 0 : generator.nextNormal(), row % 10 == 0 ? -1 : generator.nextNormal(),
        generator.nextNormal(),
      ]
    }
    let parts = try #require(ColumnMasses.propose(Matrix(rows), counts: nil))
    #expect(parts.map(\.count).sorted() == [10, 10, 40, 140])
    #expect(Set(parts.joined()) == Set(0..<200))
    for part in parts {
      #expect(Set(part.map { rows[$0][0] == 0 }).count == 1 && Set(part.map { rows[$0][1] == -1 }).count == 1)
    }
    // Counts are repetitions.
    let counts = rows.map { $0[0] == 0 ? 3.0 : 1 }
    #expect(ColumnMasses.propose(Matrix(rows), counts: counts)?.count == 4)
  }

  @Test func ordinaryColumnsHaveNone() {
    var generator = Xoshiro256(seed: 62)
    let values = (0..<600).map { _ in generator.nextNormal() }
    for points in [
      Matrix(rows: 200, columns: 3, elements: values),
      // On a grid all values are shared; of one column, equal rows are for others.
      Matrix(rows: 200, columns: 3, elements: values.map { (2 * $0).rounded() }),
      Matrix(rows: 600, columns: 1, elements: values.map { max(0, $0) }),
      Matrix(rows: 300, columns: 2, elements: values.indices.map { $0 % 2 == 0 ? 1 : values[$0] }),
    ] {
      #expect(ColumnMasses.propose(points, counts: nil) == nil)
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let count: Int
    /// The column with the mass, and its place.
    let column: Int
    let place: Double
    let row: @Sendable (inout Xoshiro256) -> [Double]
  }

  static let cases = [
    Case(testDescription: "the end of a scale, one of four", count: 450, column: 0, place: 0.8) { generator in
      [min(0.8, generator.nextNormal())] + (0..<3).map { _ in generator.nextNormal() }
    },
    Case(testDescription: "a few zeros beside clusters", count: 700, column: 1, place: 0) { generator in
      let centre = generator.nextUniform() < 0.4 ? 5.0 : 0
      let amount = generator.nextUniform() < 0.06 ? 0 : 1 - generator.nextUniform() + generator.nextUniform()
      return [centre + generator.nextNormal(), amount, centre - generator.nextNormal()]
    },
    Case(testDescription: "many zeros beside zeros", count: 1500, column: 2, place: 0) { generator in
      (0..<4).map { _ in generator.nextUniform() < 0.5 ? 0 : 2 + generator.nextNormal() }
    },
  ]

  /// What is drawn has the mass as often as the samples, and the density of the rest remains.
  @Test(arguments: cases) func massesBesideOtherColumnsAreKept(example: Case) throws {
    var generator = Xoshiro256(seed: 63)
    let samples = Matrix((0..<example.count).map { _ in example.row(&generator) })
    let estimate = try MixtureTransformer(samples: samples, threads: 2)
    func share(_ points: Matrix, within width: Double) -> Double {
      Double((0..<points.rows).count { abs(points[$0, example.column] - example.place) <= width })
        / Double(points.rows)
    }
    let drawn = share(estimate.density.sample(count: 20_000, using: &generator), within: 0.01)
    let expected = share(samples, within: 0)
    #expect(drawn > 0.8 * expected && drawn < 1.25 * expected, "\(drawn) of \(expected)")
  }
}
