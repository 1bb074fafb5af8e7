/// A column shifted and scaled to mean 0 and variance 1, without overflow for values up to 1e300.
package struct StandardisedColumn {
  let index: Int
  /// Divided by the number of samples; zero where the column is constant.
  package let standardDeviation: Double
  /// A value of the column, and the largest distance from it.
  private let origin: Double
  private let reach: Double
  /// Mean and standard deviation of (x - origin) / reach.
  private let mean: Double
  private let deviation: Double

  package init(_ samples: Matrix, column: Int) {
    index = column
    guard samples.rows > 0 else {
      (origin, reach, mean, deviation, standardDeviation) = (0, 0, 0, 0, 0)
      return
    }
    let origin = samples[0, column]
    let reach = (0..<samples.rows).reduce(0) { max($0, abs(samples[$1, column] - origin)) }
    self.origin = origin
    self.reach = reach
    guard reach > 0 else {
      (mean, deviation, standardDeviation) = (0, 0, 0)
      return
    }
    let count = Double(samples.rows)
    let mean = (0..<samples.rows).reduce(0) { $0 + (samples[$1, column] - origin) / reach } / count
    let squares = (0..<samples.rows).reduce(0.0) { sum, row in
      let distance = (samples[row, column] - origin) / reach - mean
      return sum + distance * distance
    }
    self.mean = mean
    deviation = (squares / count).squareRoot()
    standardDeviation = reach * deviation
  }

  func standardised(_ value: Double) -> Double {
    ((value - origin) / reach - mean) / deviation
  }
}
