/// A row of delimited text as it stands in the file.
struct TextRow {
  struct Field: Equatable {
    var text: String
    var isQuoted = false

    /// Whether this is a number in some notation, or a truth value.
    var isNumber: Bool { NotationEvidence.isNumber(text) || TruthValue.number(text) != nil }
    /// Whether this is a number, or stands for a missing or infinite one.
    var isValue: Bool { SpecialValue(text) != nil || isNumber }
    /// Whether this looks like a number that something is wrong with, such as `<0.1`, `12%` or `4x`, rather
    /// than like a name.
    var isDamagedNumber: Bool {
      guard !isValue else { return false }
      let start = text.drop { "<>~=≈≤≥±$€£+-.,(".contains($0) || $0 == " " }
      return start.first?.isASCIIDigit == true && !text.contains(where: { $0 == "_" })
    }
    /// Whether this could be the name of a column.
    var isName: Bool { !isValue && !isDamagedNumber }
  }

  /// The line of the file that the row starts in, from 1.
  var line: Int
  var fields: [Field]
}

/// Truth values as numbers.
enum TruthValue {
  /// 1 for true, 0 for false, whatever the case of the letters; nil for any other text.
  static func number(_ text: String) -> Double? {
    switch text.lowercased() {
    case "true", ".true.": 1
    case "false", ".false.": 0
    default: nil
    }
  }
}
