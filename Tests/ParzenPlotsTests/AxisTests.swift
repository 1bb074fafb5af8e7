import Foundation
import Testing

@testable import ParzenPlots

@Suite struct AxisTests {
  private static let linearCases: [(ClosedRange<Double>, Int, [String], String)] = [
    (0.0...1.0, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"], ""),
    (-30.0...47.0, 4, ["−20", "0", "20", "40"], ""),
    (0.0...0.033, 6, ["0.000", "0.005", "0.010", "0.015", "0.020", "0.025", "0.030"], ""),
    (0.0...1e-7, 2, ["0.0", "0.5", "1.0"], " (×10⁻⁷)"),
    (0.0...3e12, 3, ["0", "1", "2", "3"], " (×10¹²)"),
    (1e8 - 1...1e8 + 1, 4, ["−1.0", "−0.5", "0.0", "0.5", "1.0"], " − 10⁸"),
    (-1e8 - 1...1 - 1e8, 2, ["−1", "0", "1"], " + 10⁸"),
    (2e-150...5e-150, 3, ["2", "3", "4", "5"], " (×10⁻¹⁵⁰)"),
    (0.0...4e150, 4, ["0", "1", "2", "3", "4"], " (×10¹⁵⁰)"),
  ]

  @Test(arguments: linearCases)
  func linearTicksAreRoundAndShort(
    domain: ClosedRange<Double>, count: Int, labels: [String], unit: String
  ) {
    let ticks = AxisTicks(AxisScale(domain: domain), count: count)
    #expect(ticks.labels == labels)
    #expect(ticks.unit == unit)
  }

  private static let logarithmicCases: [(ClosedRange<Double>, [String])] = [
    (1.0...1000.0, ["1", "10", "100", "1000"]),
    (60.0...5000, ["100", "200", "500", "1000", "2000", "5000"]),
    (1e-9...1e9, ["10⁻⁹", "10⁻⁵", "0.1", "1000", "10⁷"]),
    (3.0...4.0, []),
  ]

  @Test(arguments: logarithmicCases)
  func logarithmicTicksArePowersOfTen(domain: ClosedRange<Double>, labels: [String]) {
    #expect(AxisTicks(AxisScale(.logarithmic, domain: domain)).labels == labels)
  }

  /// New domains every time, and those of seeds where rounding once led out of them, or to a tick too many.
  @Test(arguments: [UInt64.random(in: 0 ... .max), 6_743_433_110_560_005_331, 7_033_960_144_895_522_610])
  func ticksLieInTheDomainForAnyDomain(seed: UInt64) {
    var samples = DiagonalMixture(weights: [1], means: [[0, 0]], deviations: [[1, 1]]).samples(
      500, seed: seed)
    for row in 0..<samples.rows {
      // Ends a random offset and a random range apart, each over many powers of ten.
      let offset = samples[row, 0] * pow(10, 4 * samples[row, 1])
      let range = pow(10, 3 * samples[row, 0])
      samples[row, 0] = offset
      guard offset + range > offset else { continue }
      let scale = AxisScale(domain: offset...offset + range)
      let ticks = AxisTicks(scale)
      #expect((3...12).contains(ticks.values.count), "seed \(seed), row \(row): \(scale.domain)")
      let places = ticks.values.map(scale.position)
      #expect(places.allSatisfy { (-1e-9...1 + 1e-9).contains($0) }, "seed \(seed), row \(row)")
      #expect(Set(ticks.labels).count == ticks.labels.count, "seed \(seed), row \(row): \(ticks.labels)")
      #expect(ticks.labels.allSatisfy { $0.count <= 8 }, "seed \(seed), row \(row): \(ticks.labels)")
    }
  }

  @Test func scalesMapTheirEndsAndShowSingleValues() {
    let linear = AxisScale(domain: -2...6)
    #expect([-2, 0, 6].map(linear.position) == [0, 0.25, 1])
    let logarithmic = AxisScale(.logarithmic, domain: 1...100)
    #expect(abs(logarithmic.position(10) - 0.5) < 1e-15)
    #expect(logarithmic.values(3).map { ($0 * 1e9).rounded() / 1e9 } == [1, 10, 100])
    for value in [0.0, 5, -1e150, 1e-150] {
      let scale = AxisScale(showing: [value])
      #expect(scale.domain.lowerBound < value && value < scale.domain.upperBound)
    }
    #expect(AxisScale(.logarithmic, showing: [0, -1, .nan, .infinity]).domain == 1...10)
    #expect(AxisScale(showing: [.nan]).domain == 0...1)
  }

  /// Any finite ends make an axis with ticks.
  @Test func extremeDomainsHaveTicks() {
    let largest = Double.greatestFiniteMagnitude
    let domains = [
      5e-324...1e-323, 0.0...5e-324, -largest...largest, 1e300...largest, -1e-300...1e-300, 1e-310...1e300,
      1e15...1e15.nextUp,
    ]
    for domain in domains {
      for kind in [AxisKind.linear, .logarithmic] where kind == .linear || domain.lowerBound > 0 {
        for scale in [
          AxisScale(kind, domain: domain),
          AxisScale(kind, showing: [domain.lowerBound, domain.upperBound], margin: 0.2),
        ] {
          let ticks = AxisTicks(scale)
          #expect(ticks.values.allSatisfy(\.isFinite) && ticks.labels.count == ticks.values.count)
          #expect(scale.values(5).allSatisfy { $0.isFinite && scale.position($0).isFinite })
        }
      }
    }
  }
}
