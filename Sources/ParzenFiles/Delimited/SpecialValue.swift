/// A field that stands for no finite number, without being an error in the file.
enum SpecialValue: Equatable {
  case missing
  case notANumber
  case infinite

  /// What a field's text stands for; nil for any other text.
  init?(_ text: String) {
    let lowercase = text.lowercased()
    if Self.infinities.contains(lowercase) {
      self = .infinite
    } else if Self.notNumbers.contains(lowercase) {
      self = .notANumber
    } else if Self.placeholders.contains(lowercase) || Self.spreadsheetErrors.contains(text) {
      self = .missing
    } else {
      return nil
    }
  }

  /// Whether bytes that look like a comment are a spreadsheet's mark for a value that could not be computed.
  static func startsWithSpreadsheetError(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    spreadsheetErrors.contains { bytes.starts(with: $0.utf8) }
  }

  private static let infinities: Set = [
    "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "1.#inf", "-1.#inf", "∞", "-∞",
  ]
  private static let notNumbers: Set = [
    "nan", "+nan", "-nan", "nan(ind)", "-nan(ind)", "nan(snan)", "1.#qnan", "-1.#qnan", "1.#ind", "-1.#ind",
  ]
  private static let placeholders: Set = [
    "", "na", "n/a", "n.a.", "n.a", "<na>", "#na", "#n/a", "#n/a n/a", "nat", "null", "(null)", "<null>",
    "none", "nil",
    "\\n", "?", ".", "..", "...", "-", "--", "---", "\u{2013}", "\u{2014}", "*", "**", "***", "_", "missing",
    "<missing>",
    "(missing)", "miss", "not available", "nd", "n.d.", "n.d", "nr", "n.r.", "no data", "nodata", "undefined",
    "undef",
    "unknown", "blank", "empty", "void", "k.a.", "s.o.", "n/d", "tba", "tbd",
  ]
  private static let spreadsheetErrors: Set = [
    "#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#N/D", "#NV", "#WERT!", "#BEZUG!",
    "#ZAHL!",
    "#VALEUR!", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "Err:502", "Err:503",
  ]
}
