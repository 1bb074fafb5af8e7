import ParzenPlatform

/// A mean with its standard error.
package struct Measurement: Sendable, Equatable, Codable {
  /// The value.
  package var value: Double
  /// Its standard error over the contexts; not a number for a single one, infinite where the value is.
  package var standardError: Double

  /// A value with a known standard error.
  package init(value: Double, standardError: Double) {
    self.value = value
    self.standardError = standardError
  }

  /// The mean of independent values: standard deviation (divided by n - 1) over sqrt(n).
  package init(meanOf values: [Double]) {
    self.init(ratioOf: values, to: [Double](repeating: 1, count: values.count))
  }

  /// The root of the mean square of independent values, with its standard error by the delta method.
  init(rootMeanSquareOf values: [Double]) {
    let square = Measurement(meanOf: values.map { $0 * $0 })
    let root = square.value.squareRoot()
    self.init(value: root, standardError: root > 0 ? square.standardError / (2 * root) : square.standardError)
  }

  /// The ratio of two means, sum a / sum b, of independent pairs (a, b).
  ///
  /// Its standard error is that of the mean of a - ratio * b, divided by the mean of b (the delta method), so
  /// that what a and b have in common does not count.
  package init(ratioOf numerators: [Double], to denominators: [Double]) {
    let n = Double(numerators.count)
    let total = denominators.reduce(0, +)
    let ratio = numerators.reduce(0, +) / total
    guard ratio.isFinite else {
      self.init(value: ratio, standardError: ratio.isNaN ? .nan : .infinity)
      return
    }
    let squares = zip(numerators, denominators).reduce(0) { sum, pair in
      let residual = pair.0 - ratio * pair.1
      return sum + residual * residual
    }
    self.init(
      value: ratio,
      standardError: numerators.count > 1 ? (squares * n / (n - 1)).squareRoot() / abs(total) : .nan)
  }

  /// The geometric mean of independent measurements of positive quantities, with its standard error by the
  /// delta method. A value below its standard error counts as that error: noise must not decide the mean.
  /// Infinite where one is.
  init(geometricMeanOf measurements: [Measurement]) {
    let values = measurements.map { max($0.value, $0.standardError, .leastNormalMagnitude) }
    let count = Double(values.count)
    let mean = exp(values.reduce(0) { $0 + log($1) } / count)
    let variance = zip(measurements, values).reduce(0) { sum, pair in
      let relative = pair.0.standardError / pair.1
      return sum + relative * relative
    }
    self.init(value: mean, standardError: mean.isFinite ? mean * variance.squareRoot() / count : .infinity)
  }

  /// The same in other units.
  func scaled(by factor: Double) -> Measurement {
    Measurement(value: factor * value, standardError: factor * standardError)
  }
}
