import Foundation
import Parzen

/// Columns that a person names in an option: names, or numbers from 1, separated by commas.
enum ColumnList {
  /// The parts of a list that commas separate, without the spaces around them.
  static func parts(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// The places of columns, in the order of the list. A column whose name has commas is named alone.
  ///
  /// - Parameters:
  ///   - option: what the list was given as.
  ///   - names: those that there are.
  /// - Throws: `ParzenError.invalidOption` for a column that there is not, that is named twice, and for a
  ///   list without columns.
  static func columns(
    _ text: String, of names: [String], as option: String
  ) throws(ParzenError) -> [Int] {
    let parts = names.contains(text) ? [text] : parts(text)
    let columns = try parts.map { (part) throws(ParzenError) in try column(part, of: names) }
    guard !columns.isEmpty, Set(columns).count == columns.count else {
      throw .invalidOption("\(option) is \(text): give columns, each once")
    }
    return columns
  }

  /// The place of a column: its name, or its number from 1, perhaps between spaces.
  static func column(_ text: String, of names: [String]) throws(ParzenError) -> Int {
    for name in [text, text.trimmingCharacters(in: .whitespaces)] {
      if let index = names.firstIndex(of: name) { return index }
      if let number = Int(name), (1...names.count).contains(number) { return number - 1 }
    }
    throw .invalidOption(
      "there is no column \"\(text)\": choose from \(shortList(names, limit: 12)), or a number from 1 to"
        + " \(names.count)")
  }
}
