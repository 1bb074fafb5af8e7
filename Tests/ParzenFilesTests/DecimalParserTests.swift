import Foundation
import Testing

@testable import ParzenFiles

@Suite struct DecimalParserTests {
  /// The parser's value of a text that must be a number as a whole.
  private func parse(_ text: String) -> Double? {
    let bytes = Array(text.utf8)
    var position = 0
    let value = bytes.withUnsafeBufferPointer { DecimalParser().parse($0, at: &position) }
    return position == bytes.count ? value : nil
  }

  /// Checks against the C library, which rounds correctly.
  private func expectExact(_ text: String, _ comment: String = "") {
    #expect(parse(text)?.bitPattern == strtod(text, nil).bitPattern, "\(text) \(comment)")
  }

  @Test func rightAtTheLimitsOfFloat64() {
    for text in [
      "0", "-0", "+0", "0.0", "00000", ".5", "5.", "1e0", "1E5", "1e+5", "1e-5", "1e22", "1e23", "8.5e22",
      "1e-22",
      "9007199254740993", "9007199254740992.5", "9007199254740993e1", "4503599627370496.5",
      "4503599627370497.5",
      "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "1e308", "1e309",
      "-1e400",
      "2.2250738585072014e-308", "2.2250738585072011e-308", "2.225073858507201e-308",
      "4.9406564584124654e-324",
      "2.4703282292062327e-324", "2.4703282292062328e-324", "2.5e-324", "1e-323", "1e-324", "1e-400",
      "1e-150", "1e150", "18446744073709551615", "18446744073709551616", "9999999999999999999",
      "3.141592653589793238462643383279502884",
      "0.000000000000000000000000000000000000000000012345678901234567",
      "6.92949564460092e15", "7.3177701707893310e15", "100000000000000016777215", "100000000000000016777216",
      "1e00000000000000000000001", "1e99999999999999999999999999", "1e-99999999999999999999999999",
      "0e99999999999999999999999999", "123456789012345678901234567890e-99999999999999999999999999",
    ] {
      expectExact(text)
    }
    expectExact("0." + String(repeating: "0", count: 400) + "1e401")
    expectExact("1" + String(repeating: "0", count: 400) + "e-400")
    // Halfway between 1 and the next number, and just above.
    let half = "1.00000000000000011102230246251565404236316680908203125"
    expectExact(half)
    expectExact(half + "0000000000000000000000000000001")
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func rightForRandomNumbers(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<20_000 {
      // Every exponent, including subnormal numbers: shortest digits, and 15 to 21 digits.
      let number = Double(bitPattern: generator.next())
      guard number.isFinite else { continue }
      expectExact("\(number)", "seed \(seed)")
      let digits = Int.random(in: 15...21, using: &generator)
      expectExact(String(format: "%.\(digits - 1)e", number), "seed \(seed)")
      // Random digits with a random point and exponent.
      let whole = generator.next() >> UInt64.random(in: 0..<64, using: &generator)
      expectExact("\(whole)e\(Int.random(in: -345...310, using: &generator))", "seed \(seed)")
      expectExact("\(whole >> 32).\(whole)", "seed \(seed)")
    }
  }

  @Test(arguments: 0..<2 as Range<UInt64>)
  func rightHalfwayBetweenTwoNumbers(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<10_000 {
      // The middle of two neighbours below 2^63 is a decimal of at most 19 digits times a small power of
      // five.
      let bits = UInt64.random(in: 1 << 53..<1 << 54, using: &generator) | 1
      let shift = UInt64.random(in: 0...9, using: &generator)
      expectExact("\(bits << shift)", "seed \(seed)")
      expectExact("\(bits >> 3 | 1).5", "seed \(seed)")
      expectExact("\(bits >> 4 | 1).25", "seed \(seed)")
    }
  }

  @Test func stopsBehindTheNumber() {
    for (text, count) in [
      ("1,2", 1), ("1e,2", 1), ("1e+,2", 1), ("1.5.5", 3), ("1. 2", 2), ("-1-1", 2), ("0x10", 1),
    ] {
      var position = 0
      let bytes = Array(text.utf8)
      #expect(bytes.withUnsafeBufferPointer { DecimalParser().parse($0, at: &position) } != nil)
      #expect(position == count, "\(text)")
    }
    for text in ["", "-", "+", ".", "-.", "e5", ".e5", "--1", "x", "nan", "inf"] {
      #expect(parse(text) == nil)
    }
  }
}
