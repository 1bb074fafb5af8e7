/// Reads decimal numbers from bytes, correctly rounded to Float64 (round to nearest, ties to even).
///
/// Up to 19 significant digits take the exact product of two Float64 where there is one (W. D. Clinger, "How
/// to read floating point numbers accurately", 1990), and otherwise the Eisel-Lemire algorithm (D. Lemire,
/// "Number parsing at a gigabyte per second", 2021), which needs no second attempt (N. Mushtak and D. Lemire,
/// "Fast number parsing without fallback", 2023). Longer numbers are left to the standard library.
struct DecimalParser {
  private let powersOfFive = PowersOfFive.shared

  /// Reads the longest number that starts at `position`, and moves `position` behind it.
  ///
  /// The grammar is `[+-] (digits [. [digits]] | . digits) [(e|E) [+-] digits]`. A number too large for
  /// Float64 is infinity, one too small is zero.
  ///
  /// - Returns: the number, or nil, with `position` unchanged, if none starts there.
  func parse(_ bytes: UnsafeBufferPointer<UInt8>, at position: inout Int) -> Double? {
    var index = position
    let end = bytes.count
    var isNegative = false
    if index < end, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      isNegative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }

    // The digits as one integer (modulo 2^64), and the power of ten that they are to be multiplied by.
    var digits: UInt64 = 0
    let integerStart = index
    while index < end, case let digit = bytes[index] &- 48, digit < 10 {
      digits = digits &* 10 &+ UInt64(digit)
      index += 1
    }
    var digitCount = index - integerStart
    var exponent = 0
    if index < end, bytes[index] == UInt8(ascii: ".") {
      let fractionStart = index + 1
      index = fractionStart
      while index < end, case let digit = bytes[index] &- 48, digit < 10 {
        digits = digits &* 10 &+ UInt64(digit)
        index += 1
      }
      exponent = fractionStart - index
      digitCount -= exponent
    }
    guard digitCount > 0 else { return nil }
    let significand = integerStart..<index
    if let (power, next) = Self.exponent(bytes, from: index) {
      exponent += power
      index = next
    }

    let start = position
    position = index
    if digitCount > 19, Self.significantDigits(bytes, significand) > 19 {
      return Double(String(decoding: bytes[start..<index], as: UTF8.self))
    }
    let magnitude = value(digits, timesTenTo: exponent)
    return isNegative ? -magnitude : magnitude
  }

  /// Reads `(e|E) [+-] digits`.
  private static func exponent(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (power: Int, next: Int)? {
    var index = start
    let end = bytes.count
    guard index < end, bytes[index] | 0x20 == UInt8(ascii: "e") else { return nil }
    index += 1
    var isNegative = false
    if index < end, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      isNegative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    let digitsStart = index
    var power = 0
    while index < end, case let digit = bytes[index] &- 48, digit < 10 {
      // Larger than any number of digits that fits in memory, so it decides between zero and infinity.
      power = min(power * 10 + Int(digit), 1 << 56)
      index += 1
    }
    guard index > digitsStart else { return nil }
    return (isNegative ? -power : power, index)
  }

  /// The number of digits without leading zeros.
  private static func significantDigits(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
    bytes[range].drop { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }.count { $0 != UInt8(ascii: ".") }
  }

  /// significand * 10^exponent, rounded to nearest, ties to even.
  private func value(_ significand: UInt64, timesTenTo exponent: Int) -> Double {
    if significand <= 1 << 53, -22...22 ~= exponent {
      // Both numbers are exact, so there is one rounding.
      let factor = Self.exactPowersOfTen[abs(exponent)]
      return exponent < 0 ? Double(significand) / factor : Double(significand) * factor
    }
    if significand == 0 || exponent < PowersOfFive.exponents.lowerBound { return 0 }
    if exponent > PowersOfFive.exponents.upperBound { return .infinity }

    // The leading bits of significand * 5^exponent; the second half of the power matters only if the first
    // leaves the bits that decide about rounding open.
    let leadingZeros = significand.leadingZeroBitCount
    let normalised = significand << UInt64(leadingZeros)
    let power = powersOfFive[exponent]
    var (high, low) = normalised.multipliedFullWidth(by: power.high)
    if high & 0x1FF == 0x1FF {
      let (sum, overflow) = low.addingReportingOverflow(normalised.multipliedFullWidth(by: power.low).high)
      low = sum
      if overflow { high += 1 }
    }

    // 54 bits: the significand of the result, and one more to round.
    let upperBit = Int(high >> 63)
    let shift = UInt64(upperBit + 9)
    var bits = high >> shift
    // floor(log2(10^exponent)) + 63, plus the bias of the result's exponent.
    var biasedExponent = (217706 * exponent) >> 16 + 63 + upperBit - leadingZeros + 1023
    if biasedExponent <= 0 {
      // Subnormal, or zero.
      guard biasedExponent > -63 else { return 0 }
      bits >>= UInt64(1 - biasedExponent)
      bits = (bits + bits & 1) >> 1
      // Rounding up to the smallest normal number carries into the exponent by itself.
      return Double(bitPattern: bits)
    }
    if low <= 1, -4...23 ~= exponent, bits & 3 == 1, bits << shift == high {
      // Exactly between two numbers, of which the lower is even.
      bits &= ~1
    }
    bits = (bits + bits & 1) >> 1
    if bits == 1 << 53 {
      bits = 1 << 52
      biasedExponent += 1
    }
    guard biasedExponent < 0x7FF else { return .infinity }
    return Double(bitPattern: UInt64(biasedExponent) << 52 | bits & (1 << 52 - 1))
  }

  /// The powers of ten that Float64 has exactly.
  private static let exactPowersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
    1e20, 1e21, 1e22,
  ]
}
