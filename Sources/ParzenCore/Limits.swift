/// The gate for numbers that come from a file or an option: counts, sizes, steps, rates.
///
/// Such a number is in no range at all until it has passed one of these checks, and nothing is allocated by
/// it, and no arithmetic done with it, before. A product of several sizes passes as a product, without
/// overflow. Every error says which number it is, what it is, and what would do.
package enum Limits {
  /// The most numbers in one array that a file or an option may ask for: 2^28, 2 GiB of Float64.
  package static let numbers = 1 << 28
  /// The most steps of a run, or rows of a stream.
  package static let steps = 1_000_000_000_000
  /// The most repetitions whose results are kept in memory.
  package static let repetitions = 1_000_000
  /// The most dimensions.
  package static let dimensions = 4096
  /// The most threads.
  package static let threads = 4096

  /// Throws unless a whole number is within a range.
  ///
  /// - Parameter name: what the number is, for instance "--count".
  package static func check(
    _ name: String, _ value: Int, _ range: ClosedRange<Int>
  ) throws(ParzenError) {
    guard value >= range.lowerBound else {
      throw .invalidOption("\(name) is \(value): give \(range.lowerBound) or more")
    }
    guard value <= range.upperBound else {
      throw .invalidOption("\(name) is \(value): give \(range.upperBound) or less")
    }
  }

  /// Throws unless a number is within a range; not-a-number is within none.
  package static func check(
    _ name: String, _ value: Double, _ range: ClosedRange<Double>
  ) throws(ParzenError) {
    guard range.contains(value) else {
      throw .invalidOption(
        "\(name) is \(value): give a number from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  /// Throws unless a number is positive and at most `largest`.
  package static func checkPositive(
    _ name: String, _ value: Double, upTo largest: Double = 1e300
  ) throws(ParzenError) {
    guard value > 0, value <= largest else {
      throw .invalidOption("\(name) is \(value): give a positive number up to \(largest)")
    }
  }

  /// The product of sizes that are not negative.
  ///
  /// - Parameters:
  ///   - what: what has so many numbers, for instance "the particles".
  ///   - most: the largest product that passes.
  /// - Throws: `ParzenError.invalidOption` if it is larger, whether or not it overflows.
  @discardableResult
  package static func checkProduct(
    _ what: String, _ factors: [Int], most: Int = Limits.numbers
  ) throws(ParzenError) -> Int {
    var product = factors.contains(0) ? 0 : 1
    for factor in factors where product > 0 {
      let next = product.multipliedReportingOverflow(by: factor)
      product = next.overflow || next.partialValue > most ? -1 : next.partialValue
    }
    guard product >= 0 else {
      let sizes = factors.map(String.init).joined(separator: " x ")
      throw .invalidOption("\(what) would be \(sizes) numbers: at most \(most) are possible, give less")
    }
    return product
  }
}
