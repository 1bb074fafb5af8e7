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
    "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity",
  ]
  private static let notNumbers: Set = ["nan", "+nan", "-nan"]
  private static let placeholders: Set = ["", "na", "n/a", "<na>", "null", "none", "nil", "?", ".", "-"]
  private static let spreadsheetErrors: Set = [
    "#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!",
  ]
}
