import ParzenCore

/// A table as it was read from a file, with what the reader noticed on the way.
///
/// ```swift
/// let file = try TableFile(contentsOf: URL(filePath: "samples.csv"))
/// let (names, values) = (file.table.columnNames, file.table.values)
/// ```
public struct TableFile: Sendable {
  /// The points.
  public var table: Table
  /// The number of every row in the file, from 1; rows that were left out are counted, headers are not.
  public var rowNumbers: [Int]
  /// What was decided about the file, one sentence each: columns left out, notations, values that may stand
  /// for missing ones.
  public var notes: [String] = []
  /// The weight of every row, if a column or the format gives weights.
  public var sampleWeights: [Double]?
  /// The columns that are not in the table, where these were to be kept: name, and a text for every row.
  public var otherColumns: [(name: String, texts: [String])] = []

  /// A table whose rows are those of the file.
  init(table: Table, notes: [String] = []) {
    self.table = table
    self.notes = notes
    rowNumbers = Array(1...max(table.values.rows, 1))
  }
}

extension TableFile {
  /// Leaves out a first column that only counts the rows, or says that one may do so.
  mutating func examineRowNumbers(names: [String]?) {
    guard table.values.columns > 1 else { return }
    switch RowNumbers.verdict(table.values[column: 0], name: names?[0]) {
    case .data: return
    case .perhaps:
      notes.append(
        """
        column \(table.columnNames[0]) counts the rows from \(Int(table.values[0, 0])) on: leave it out with 
        """
          + "`droppedColumns = \(table.columnNames[0])` if that is all it does")
    case .rowNumbers:
      notes.append(
        "column 1\(names.map { $0[0].isEmpty ? "" : " (\($0[0]))" } ?? "") left out, which holds row "
          + "numbers; `columns` keeps it")
      let rest = Array(1..<table.values.columns)
      table = byConstruction {
        try Table(
          columnNames: names == nil ? nil : Array(table.columnNames.dropFirst()),
          values: table.values.selectingColumns(rest), droppedRows: table.droppedRows)
      }
    }
  }

  /// Says so where one far value repeats in a column.
  mutating func examineRepeatedValues() {
    let rows = table.values.rows
    // Enough rows, at even distances, for a value that occurs in one of a hundred.
    let step = max(1, rows / 20_000)
    for (column, name) in table.columnNames.enumerated() {
      let values = stride(from: 0, to: rows, by: step).map { table.values[$0, column] }
      guard let far = RepeatedValue(values) else { continue }
      let text =
        far.value == far.value.rounded() && abs(far.value) < 1e15 ? "\(Int(far.value))" : "\(far.value)"
      let scope = step > 1 ? " among every \(step)th row" : ""
      notes.append(
        "\(text) stands \(far.count) times in column \(name)\(scope), far from its other values: "
          + "if it means a missing value, say `missing = \(text)` `dropMissing`")
    }
  }
}
