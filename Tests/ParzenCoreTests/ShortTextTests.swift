import Testing

@testable import ParzenCore

@Suite struct ShortTextTests {
  @Test func numbersHaveTheDigitsThatTellThemApart() {
    #expect(short(1.23456, spread: 3) == "1.235")
    // Seconds since 1970, in a sample of four months.
    #expect(short(1_703_152_345, spread: 1e7) == "1.70315e+09")
    #expect(short(1_703_152_345, spread: 1e3) == "1703152345")
    #expect(short(0, spread: 1) == "0" && short(2.5, spread: 0) == "2.5")
    #expect(
      short(0.25...1_000) == "0.25 to 1000"
        && short(1_703_152_345...1_703_152_395) == "1703152345 to 1703152395")
    #expect(short(1e300, spread: 1e-300).count <= 24)
  }
}
