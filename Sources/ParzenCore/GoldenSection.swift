/// A search for the maximum of a function of one variable with a single one between two points, which keeps
/// two inner points at the golden section, so that every step needs one value.
///
/// J. Kiefer, Sequential minimax search for a maximum, Proc. Am. Math. Soc. 4, 1953.
package struct GoldenSection: Sendable {
  /// The points between which the maximum lies, no further apart than the tolerance.
  package private(set) var low: Double
  package private(set) var high: Double
  /// The better one of the inner points.
  package let best: (point: Double, value: Double)

  /// - Complexity: 2 + log((high - low) / tolerance) / log 1.618 values.
  package init<Failure: Error>(
    from low: Double, to high: Double, tolerance: Double, value: (Double) throws(Failure) -> Double
  ) throws(Failure) {
    let ratio = (5.0.squareRoot() - 1) / 2
    (self.low, self.high) = (low, high)
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (leftValue, rightValue) = (try value(left), try value(right))
    while self.high - self.low > tolerance {
      if leftValue > rightValue {
        (self.high, right, rightValue) = (right, left, leftValue)
        left = self.high - ratio * (self.high - self.low)
        leftValue = try value(left)
      } else {
        (self.low, left, leftValue) = (left, right, rightValue)
        right = self.low + ratio * (self.high - self.low)
        rightValue = try value(right)
      }
    }
    best = leftValue > rightValue ? (left, leftValue) : (right, rightValue)
  }
}
