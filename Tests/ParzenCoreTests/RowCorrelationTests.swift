import ParzenCore
import Testing

@Suite struct RowCorrelationTests {
  /// An autoregressive series x_t = a x_(t-1) + noise, whose integrated autocorrelation time is (1 + a) /
  /// (1 - a).
  private func series(_ a: Double, count: Int, seed: UInt64) -> Matrix {
    var generator = Xoshiro256(seed: seed)
    var value = generator.nextNormal() / (1 - a * a).squareRoot()
    let elements = (0..<count).map { _ in
      value = a * value + generator.nextNormal()
      return value
    }
    return Matrix(rows: count, columns: 1, elements: elements)
  }

  @Test(arguments: [0.5, 0.8, 0.9])
  func timeOfASeriesIsFound(a: Double) {
    let exact = (1 + a) / (1 - a)
    let times = (1...8).map { RowCorrelation(series(a, count: 20_000, seed: $0)).time }
    let mean = times.reduce(0, +) / 8
    #expect(abs(mean / exact - 1) < 0.1, "\(mean), should be \(exact)")
  }

  @Test func independentRowsAreNotCorrelated() {
    let found = (1...200).filter { RowCorrelation(series(0, count: 300, seed: $0)).isCorrelated }
    #expect(found.count <= 1)
    #expect(RowCorrelation(series(0, count: 300, seed: 7)).effectiveCount == 300)
  }

  @Test(arguments: [7.0, 0.1, -1e-300, 1e300, 0])
  func constantColumnsAreNotCorrelated(value: Double) {
    for rows in [16, 300, 1000] {
      let column = Matrix(rows: rows, columns: 1, elements: [Double](repeating: value, count: rows))
      #expect(!RowCorrelation(column).isCorrelated, "\(rows) rows")
    }
  }

  @Test func scaleAndOriginPlayNoPart() {
    let samples = series(0.8, count: 2000, seed: 3)
    let time = RowCorrelation(samples).time
    for (scale, origin) in [(1e250, 0), (1e-250, 0), (-3, 1e6), (1e299, 5e299)] {
      var moved = samples
      moved.elements = moved.elements.map { $0 * scale + origin }
      #expect(abs(RowCorrelation(moved).time / time - 1) < 1e-6, "\(scale), \(origin)")
    }
  }
}
