import ParzenCore

/// What is said about a field or a row that cannot be read, by line and column, and what to do.
extension CSVDialect {
  func notANumber(_ text: String, line: Int, column: Int) -> FormatError {
    let shown = quoted(text.count > 40 ? text.prefix(40) + "..." : text[...])
    let label = ColumnSelection.label(column, layout.columnNames)
    let fact = "\(place(line, column)) has \(shown), which is not a number"
    if !layout.isNumeric[column] {
      let numeric = layout.isNumeric.indices.filter { layout.isNumeric[$0] }
      let choice =
        numeric.isEmpty
        ? ""
        : ", or choose others with "
          + "`columns = \(numeric.prefix(6).map { quotedLabel($0) }.joined(separator: ","))`"
      return FormatError(
        "\(fact): leave the column out with `droppedColumns = \(quotedLabel(column))`\(choice)")
    }
    if NotationEvidence.isNumber(text) {
      let marks =
        text.contains(",") ? "`decimalMark = ,` or `groupMark = ,`" : "`decimalMark = .` or `groupMark`"
      return FormatError("\(fact) as the others are written: say how to read it with \(marks)")
    }
    return FormatError(
      """
      \(fact): correct it, say `missing = \(shown)` if it stands for a missing value, or leave the column \
      out with 
      """
        + "`droppedColumns = \(label)`")
  }

  /// A column's name as an argument.
  private func quotedLabel(_ column: Int) -> String {
    let label = ColumnSelection.label(column, layout.columnNames)
    let name = label.isEmpty ? "\(column + 1)" : label
    return name.contains { " ,\"'".contains($0) } ? "\(column + 1)" : name
  }

  func unusable(_ value: Double, line: Int, column: Int) -> FormatError {
    let what =
      if value.isInfinite {
        "is infinite, or too large"
      } else if value.bitPattern == CSVReader.missingValue.bitPattern {
        "has no value"
      } else {
        "is not a number (NaN)"
      }
    return FormatError(
      "\(place(line, column)) \(what): correct it, or leave out such rows with `dropMissing`")
  }

  func ragged(_ count: Int, line: Int) -> FormatError {
    let first = layout.columnNames == nil || options.givenNames != nil ? "the first row" : "the header"
    return FormatError(
      "line \(line) has \(count) \(count == 1 ? "column" : "columns"), but \(first) has \(layout.columns)")
  }

  private func place(_ line: Int, _ column: Int) -> String {
    let name = layout.columnNames.flatMap { column < layout.columns ? $0[column] : nil } ?? ""
    return "line \(line), column \(column + 1)" + (name.isEmpty ? "" : " (\(name))")
  }
}
