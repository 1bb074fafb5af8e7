import Parzen

/// The first rows of a table of results, aligned for reading.
struct TerminalTable {
  /// The most rows to show.
  static let mostRows = 10

  let columnNames: [String]
  /// The first rows.
  let rows: [[Double]]
  /// The number of rows that the results have in all.
  let total: Int
  /// Columns of texts, which come first.
  var texts: [(name: String, texts: [String])] = []

  /// The lines of the table, and how many more rows there are.
  var description: String {
    let header = texts.map(\.name) + columnNames
    let lines = rows.enumerated().map { index, row in texts.map { $0.texts[index] } + row.map(Self.text) }
    let more = total - rows.count
    let rest = more > 0 ? ["... and \(counted(more, "more row")): --output FILE writes them all"] : []
    return ([textTable([header] + lines)] + rest).joined(separator: "\n")
  }
}

extension TerminalTable {
  /// A number with four significant digits; a whole one in full.
  private static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : short(value)
  }
}

/// Rows of texts with their columns aligned to the right.
func textTable(_ rows: [[String]]) -> String {
  let rows = rows.map { $0.map(Console.escapedLine) }
  let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ")
  }
  .joined(separator: "\n")
}
