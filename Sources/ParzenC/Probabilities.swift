// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CParzen
import ParzenCore
import ParzenDistributions
import ParzenEstimators

// The functions of parzen.h that ask a density of one column for probabilities and quantiles.

@c @implementation
public func parzen_cumulative(
  _ density: OpaquePointer, _ values: UnsafePointer<parzen_matrix>,
  _ probabilities: UnsafePointer<parzen_matrix>, _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    try answer(density, values, "values", probabilities, "probabilities") {
      (line, value) throws(ParzenError) in
      guard !value.isNaN else { throw .invalidOption("a value is not a number: give numbers") }
      return try line.cumulativeProbability(at: value)
    }
  }
}

@c @implementation
public func parzen_quantiles(
  _ density: OpaquePointer, _ probabilities: UnsafePointer<parzen_matrix>,
  _ values: UnsafePointer<parzen_matrix>, _ error: UnsafeMutablePointer<parzen_error>?
) -> parzen_status {
  call(error) { () throws(ParzenError) in
    try answer(density, probabilities, "probabilities", values, "values") { (line, p) throws(ParzenError) in
      try line.quantile(p)
    }
  }
}

/// Asks a density of one column one question for each of the numbers of a column.
private func answer(
  _ density: OpaquePointer, _ given: UnsafePointer<parzen_matrix>, _ givenName: String,
  _ result: UnsafePointer<parzen_matrix>, _ resultName: String,
  _ question: (TransformedMixture, Double) throws(ParzenError) -> Double
) throws(ParzenError) {
  let line = try FittedDensity.of(density).estimate.transformedMixture()
  guard line.dimension == 1 else { throw .dimensionMismatch(expected: line.dimension, found: 1) }
  let view = try MatrixView(given.pointee, name: givenName)
  let numbers = try MatrixView(given.pointee, name: givenName, rows: view.rows, columns: 1).copied().elements
  let answers = try MatrixView(result.pointee, name: resultName, rows: view.rows, columns: 1)
  answers.write(try numbers.map { (number) throws(ParzenError) in try question(line, number) })
}
