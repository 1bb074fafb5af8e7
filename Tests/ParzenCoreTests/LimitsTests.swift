import ParzenCore
import Testing

/// The gate for numbers from files and options.
@Suite struct LimitsTests {
  private func message(_ check: () throws -> Void) -> String {
    do {
      try check()
      return ""
    } catch { return "\(error)" }
  }

  @Test func rangesAreClosed() {
    for value in [2, 3, 5] { #expect(message { try Limits.check("n", value, 2...5) } == "") }
    #expect(message { try Limits.check("n", 1, 2...5) } == "n is 1: give 2 or more")
    #expect(message { try Limits.check("n", .max, 2...5) } == "n is 9223372036854775807: give 5 or less")
    #expect(message { try Limits.check("n", .min, 2...5) } == "n is -9223372036854775808: give 2 or more")
  }

  @Test(arguments: [.nan, .infinity, -.infinity, -1, 0, 1e301, .greatestFiniteMagnitude])
  func onlyPositiveNumbersPass(value: Double) {
    #expect(
      message { try Limits.checkPositive("h", value) }.hasPrefix("h is \(value): give a positive number"))
    if !(0...1).contains(value) { #expect(message { try Limits.check("p", value, 0...1) } != "") }
  }

  @Test(
    arguments: [
      ([], 1), ([7], 7), ([0, .max], 0), ([.max, 0], 0), ([1 << 14, 1 << 14], 1 << 28),
    ] as [([Int], Int)])
  func productsPass(factors: [Int], product: Int) throws {
    #expect(try Limits.checkProduct("it", factors) == product)
  }

  @Test(arguments: [[.max], [1 << 32, 1 << 32], [1 << 28, 2], [3, .max, 3], [(1 << 28) + 1]] as [[Int]])
  func productsBeyondAreRefused(factors: [Int]) {
    #expect(message { try Limits.checkProduct("it", factors) }.hasPrefix("it would be "))
  }
}
