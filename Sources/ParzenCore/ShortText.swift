import ParzenPlatform

/// A number with four significant digits.
package func short(_ value: Double) -> String { formatted("%.4g", value) }

/// A number with as many significant digits, at least four, as tell it from others a thousandth of a spread
/// away.
package func short(_ value: Double, spread: Double) -> String {
  let digits = 3 + log10(abs(value) / spread).rounded(.up)
  return formatted("%.\(digits.isFinite ? max(4, min(17, Int(digits))) : 4)g", value)
}

/// The ends of a range, with the digits that tell them apart: "0 to 1".
package func short(_ range: ClosedRange<Double>) -> String {
  let spread = range.upperBound - range.lowerBound
  return "\(short(range.lowerBound, spread: spread)) to \(short(range.upperBound, spread: spread))"
}

/// A number with its noun: "1 row", "7 rows".
package func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// The first few texts of a list.
package func shortList(_ texts: [String], limit: Int = 6) -> String {
  texts.prefix(limit).joined(separator: ", ") + (texts.count > limit ? ", ..." : "")
}

/// Texts as an enumeration: "a", "a or b", "a, b or c".
package func enumeration(_ texts: [String], _ last: String = "or") -> String {
  guard texts.count > 1 else { return texts.first ?? "" }
  return texts.dropLast().joined(separator: ", ") + " \(last) " + texts[texts.count - 1]
}
