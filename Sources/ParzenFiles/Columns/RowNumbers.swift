import ParzenCore

/// Recognises columns that only count the rows.
enum RowNumbers {
  /// The names that programs give to a column of row numbers, in lower case.
  private static let names: Set = [
    "", "index", "idx", "id", "row", "rows", "rowid", "row_id", "row id", "rownames", "row_names",
    "row.names",
    "rownum", "row_number", "row number", "no", "no.", "nr", "nr.", "num", "#", "obs", "obs.", "observation",
    "sample_id", "unnamed: 0",
  ]
  /// The names that nobody gives to a column on purpose.
  private static let accidentalNames: Set = [
    "", "unnamed: 0", "unnamed: 0.1", "...1", "row_names", "rownames",
  ]

  /// What a first column is.
  enum Verdict {
    /// Row numbers: to be left out, with a line that says so.
    case rowNumbers
    /// Consecutive whole numbers that may be data all the same: to be kept, with a hint.
    case perhaps
    case data
  }

  /// Judges the first column of several by its name and its values.
  ///
  /// Consecutive whole numbers from 0 or 1 on are row numbers under a name such as `id`, or in a table
  /// without names from eight rows on. Under a name that comes about by accident, such as pandas'
  /// `Unnamed: 0`, different whole numbers are enough: rows may have been left out or shuffled.
  ///
  /// - Parameter name: nil if the table has no names.
  static func verdict(_ values: [Double], name: String?) -> Verdict {
    let isWhole = values.allSatisfy { $0 >= 0 && $0 < 0x1p53 && $0 == $0.rounded() }
    guard isWhole, values.count >= 2 else { return .data }
    let lowercase = name?.lowercased()
    if let lowercase, accidentalNames.contains(lowercase) {
      return Set(values).count == values.count ? .rowNumbers : .data
    }
    let isConsecutive = values[0] <= 1 && zip(values, values.dropFirst()).allSatisfy { $1 == $0 + 1 }
    guard isConsecutive else { return .data }
    guard let lowercase else { return values.count >= 8 ? .rowNumbers : .data }
    // R makes a capital X of an empty name.
    if names.contains(lowercase) || name == "X" { return .rowNumbers }
    return values.count >= 8 ? .perhaps : .data
  }
}
