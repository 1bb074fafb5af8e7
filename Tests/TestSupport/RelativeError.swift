/// The largest difference relative to the largest magnitude of the expected values; infinite where one is not
/// a number.
package func relativeError(
  _ found: [some BinaryFloatingPoint], _ expected: [some BinaryFloatingPoint]
) -> Double {
  precondition(found.count == expected.count)
  let scale = expected.reduce(0.0) { max($0, abs(Double($1))) }
  let largest = zip(found, expected).reduce(0.0) {
    let difference = abs(Double($1.0) - Double($1.1))
    return difference.isNaN ? .infinity : max($0, difference)
  }
  return largest / max(scale, 1e-30)
}
