import ParzenCore
import ParzenPlatform
import Testing

@testable import ParzenEstimators

/// Columns that look like angles or times of day.
@Suite struct PeriodNoteTests {
  private func notes(_ values: [Double], columns: [ColumnDomain]? = nil) throws -> [String] {
    let samples = Matrix(rows: values.count, columns: 1, elements: values)
    return try MixtureTransformer(samples: samples, columns: columns).periodNotes.map(\.description)
  }

  private func draws(_ count: Int, _ value: (inout Xoshiro256) -> Double) -> [Double] {
    var generator = Xoshiro256(seed: 81)
    return (0..<count).map { _ in value(&generator) }
  }

  private func wrapped(_ value: Double, _ length: Double) -> Double {
    value - length * (value / length).rounded(.down)
  }

  @Test func circlesThatAreFilledAreNamed() throws {
    let degrees = draws(500) { wrapped(60 * $0.nextNormal(), 360) }
    #expect(
      try notes(degrees) == [
        "column 1 fills 0 to 360: if that is a circle, tell its period (`--periodic NAME=360`)"
      ])
    #expect(try notes(degrees, columns: [.periodic(360)]).isEmpty)
    #expect(try notes(draws(500) { wrapped(.pi + $0.nextNormal(), 2 * .pi) - .pi }).count == 0)
    #expect(try notes(draws(500) { wrapped($0.nextNormal(), 2 * .pi) - .pi }).count == 1)
    #expect(try notes(draws(500) { wrapped(.pi + 2 * $0.nextNormal(), 2 * .pi) - .pi }).count == 1)
    // Whole hours, of which the last begins at 23.
    #expect(try notes(draws(900) { wrapped(5 * $0.nextNormal(), 24).rounded(.down) }).count == 1)
  }

  @Test func othersAreNot() throws {
    #expect(try notes(draws(500) { 100 * $0.nextUniform() }).isEmpty)
    #expect(try notes(draws(500) { 180 + 60 * $0.nextNormal() }).isEmpty)
    // Filled, but with hardly any samples at the ends.
    #expect(try notes([0.1, 359.9] + draws(500) { 180 + 40 * $0.nextNormal() }).isEmpty)
  }
}
