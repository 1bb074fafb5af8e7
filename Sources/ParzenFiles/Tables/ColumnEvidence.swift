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

/// A value that stands several times in a column, far from all others: perhaps a code for a missing value,
/// such as -999.
struct RepeatedValue: Equatable {
  var value: Double
  var count: Int

  /// The extreme of a column that occurs at least three times, and that the other values, of which there are
  /// at least ten different ones, keep away from by more than their own range.
  ///
  /// - Complexity: O(n log n).
  init?(_ column: [Double]) {
    let sorted = column.sorted()
    guard let low = sorted.first, let high = sorted.last, low < high else { return nil }
    for extreme in [low, high] {
      let others = sorted.filter { $0 != extreme }
      let count = sorted.count - others.count
      guard count >= 3, extreme == extreme.rounded() || count >= 10,
        let first = others.first, let last = others.last,
        zip(others, others.dropFirst()).count(where: { $0 != $1 }) >= 9,
        max(first - extreme, extreme - last) > last - first
      else { continue }
      value = extreme
      self.count = count
      return
    }
    return nil
  }
}
