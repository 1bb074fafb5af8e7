import ParzenCore
import ParzenPlatform
import Testing

@testable import ParzenEstimators

/// Columns that determine each other but for their rounding.
@Suite struct RoundedRelationsTests {
  private func related(_ n: Int, _ row: (inout Xoshiro256) -> [Double]) throws -> [Int] {
    var generator = Xoshiro256(seed: 91)
    let samples = Matrix((0..<n).map { _ in row(&generator) })
    return try #require(try MixtureTransformer(samples: samples).record.columnsRelatedButForRounding)
  }

  private func rounded(_ value: Double, _ step: Double) -> Double { (value / step).rounded() * step }

  @Test func relatedColumnsAreNamed() throws {
    // A temperature in two units beside a pressure.
    let units = try related(300) { generator in
      let celsius = 18 + 4 * generator.nextNormal()
      return [rounded(celsius, 0.1), 1000 + 9 * generator.nextNormal(), rounded(32 + 1.8 * celsius, 0.1)]
    }
    #expect(units == [0, 2])
    // Shares of three that sum to a hundred.
    let shares = try related(500) { generator in
      let parts = (0..<3).map { _ in 0.1 + generator.nextUniform() }
      return parts.map { rounded(100 * $0 / parts.reduce(0, +), 0.1) }
    }
    #expect(shares == [0, 1, 2])
  }

  @Test func othersAreNot() throws {
    // Whole numbers by themselves, a column of zeros and ones, and related ones whose noise is not rounding.
    let counts = try related(400) { generator in
      [generator.nextNormal().rounded(), generator.nextUniform() < 0.3 ? 1 : 0, generator.nextNormal()]
    }
    #expect(counts.isEmpty)
    let measured = try related(400) { generator in
      let value = generator.nextNormal()
      return [rounded(value, 0.01), rounded(value + 0.05 * generator.nextNormal(), 0.01)]
    }
    #expect(measured.isEmpty)
    let plain = try related(100) { generator in [generator.nextNormal(), generator.nextNormal()] }
    #expect(plain.isEmpty)
  }
}
