/// How a text writes its numbers.
struct NumberNotation: Equatable, Sendable {
  /// The decimal mark, a point or a comma.
  var decimalMark: Character = "."
  /// What stands between groups of three digits; nil for nothing.
  var groupMark: Character?

  /// Whether a plain number, with a decimal point and without groups, is read as such.
  var isPlain: Bool { decimalMark == "." && groupMark == nil }

  /// The number that a text is as a whole; nil if it is none in this notation.
  ///
  /// Beside the plain grammar of `DecimalParser` it may have Fortran's exponents (`1.0D3`, `1.0-103`), a
  /// Unicode minus sign, and groups of exactly three digits, the first of one to three.
  func number(_ text: String) -> Double? {
    if isPlain, let value = Self.plainNumber(text) { return value }
    var result = ""
    var body = text[...]
    if let sign = body.first, "+-\u{2212}\u{2013}".contains(sign) {
      result = sign == "+" ? "" : "-"
      body = body.dropFirst()
    }
    let end = body.firstIndex { !$0.isASCIIDigit && $0 != decimalMark && $0 != groupMark } ?? body.endIndex
    let parts = body[..<end].split(separator: decimalMark, omittingEmptySubsequences: false)
    guard let whole = parts.first, parts.count <= 2, let digits = ungrouped(whole) else { return nil }
    result += digits
    if parts.count == 2 {
      guard parts[1].allSatisfy(\.isASCIIDigit) else { return nil }
      result += "." + parts[1]
    }
    guard let exponent = Self.exponent(body[end...], hasFraction: parts.count == 2) else { return nil }
    return Self.plainNumber(result + exponent)
  }

  /// The digits of a whole number without its group marks; nil if the groups are not of three digits.
  private func ungrouped(_ digits: Substring) -> String? {
    guard let groupMark, digits.contains(groupMark) else {
      return digits.allSatisfy(\.isASCIIDigit) ? String(digits) : nil
    }
    let groups = digits.split(separator: groupMark, omittingEmptySubsequences: false)
    guard groups.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }), 1...3 ~= groups[0].count,
      groups.dropFirst().allSatisfy({ $0.count == 3 })
    else { return nil }
    return groups.joined()
  }

  /// An exponent in the plain grammar; nil if a text is no exponent.
  private static func exponent(_ text: Substring, hasFraction: Bool) -> String? {
    guard let letter = text.first else { return "" }
    if "eEdDqQ".contains(letter) { return "e" + text.dropFirst().replacing("\u{2212}", with: "-") }
    // Fortran leaves out the letter where the exponent has three digits.
    let isBare = hasFraction && (letter == "+" || letter == "-") && text.count == 4
    return isBare ? "e" + text : nil
  }

  private static func plainNumber(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { bytes in
      var position = 0
      let value = DecimalParser().parse(bytes, at: &position)
      return position == bytes.count ? value : nil
    }
  }
}

extension Character {
  /// Whether this is one of 0 to 9.
  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

/// What stands for a missing value in a file, beyond the usual marks.
struct MissingCodes {
  private let texts: Set<String>
  private let numbers: Set<Double>

  init(_ codes: [String], notation: NumberNotation) {
    texts = Set(codes.map { $0.lowercased() })
    numbers = Set(codes.compactMap { Double($0) ?? notation.number($0) })
  }

  var isEmpty: Bool { texts.isEmpty }
  /// Those that are numbers.
  var all: [Double] { numbers.sorted() }

  func contains(_ number: Double) -> Bool { numbers.contains(number) }

  func contains(_ text: String) -> Bool { texts.contains(text.lowercased()) }
}
