/// Where the rows of numbers are in a text, and what their columns are called.
struct TextLayout {
  /// The names of the columns; nil if the text has none. An empty name stands for a missing one.
  var columnNames: [String]?
  /// The number of fields in a row.
  var columns: Int
  /// The number of rows before the first of the table: preambles, the header, units.
  var leadingRows = 0
  /// What was decided, one sentence each.
  var notes: [String] = []
  /// Whether more than half of the fields of each column are numbers, as far as the first rows show.
  var isNumeric: [Bool] = []

  /// Finds the layout from the first rows.
  ///
  /// - Throws: `FormatError` if it is open whether the first row is a header.
  init(_ rows: [TextRow], comment: [String]?, options: TableOptions) throws(FormatError) {
    let first = rows[0]
    columns = first.fields.count
    let preamble = Self.preambleCount(rows)
    if preamble > 0 {
      leadingRows = preamble
      columns = rows[preamble].fields.count
      let last = rows[preamble - 1].fields
      guard last.count < 2 || columns != 2 * last.count || !last.allSatisfy(\.isName) else {
        throw FormatError(
          """
          line \(rows[preamble].line) has \(columns) columns, but the header has \(last.count): if numbers \
          have 
          """
            + "decimal commas, save the table with another separator, such as a semicolon")
      }
      notes.append(
        preamble == 1
          ? "line \(first.line) skipped, which is no row of the table"
          : "\(preamble) lines skipped from line \(first.line) on, which are no rows of the table")
    }
    if try readShortHeader(rows, options) { return }
    let row = rows[leadingRows]
    let tail = rows.dropFirst(leadingRows + 1).filter { $0.fields.count == columns }
    isNumeric = Self.numericColumns(tail.count > 8 ? tail.dropFirst(3) : tail[...], columns)
    let evidence = HeaderEvidence(row, below: tail, isNumeric: isNumeric)
    let hasHeader: Bool
    switch options.header {
    case .yes: hasHeader = true
    case .no: hasHeader = false
    case .automatic: hasHeader = try evidence.decision(row)
    }
    if hasHeader {
      try readHeader(row, tail, options)
    } else if let comment, comment.count == columns {
      columnNames = comment
    }
    if hasHeader, options.header == .automatic, row.fields.allSatisfy(\.isValue) {
      notes.append(
        "line \(row.line) taken as the names of the columns; if it is a sample, say `header = no`")
    }
    if tail.isEmpty { isNumeric = row.fields.map(\.isValue) }
  }

  /// Reads the header, and skips rows of units below it.
  private mutating func readHeader(
    _ row: TextRow, _ tail: [TextRow], _ options: TableOptions
  ) throws(FormatError) {
    columnNames = row.fields.map { Self.name($0.text) }
    leadingRows += 1
    guard options.header == .automatic else { return }
    for below in tail.prefix(3) {
      let numeric = zip(below.fields, isNumeric).filter(\.1).map(\.0)
      guard !numeric.isEmpty, !numeric.contains(where: \.isNumber), numeric.contains(where: Self.isUnit)
      else { return }
      leadingRows += 1
      let shown = below.fields.map(\.text).prefix(6).joined(separator: ", ")
      if row.fields.contains(where: \.isNumber), below.fields.allSatisfy(\.isName) {
        // A line of a preamble that has as many fields as the table.
        columnNames = below.fields.map { Self.name($0.text) }
        notes.append("line \(row.line) skipped; the names of the columns are in line \(below.line)")
      } else {
        notes.append("line \(below.line) (\(shown)) skipped: it holds units or remarks, no numbers")
      }
    }
  }

  /// Reads a header with a name less, or more, than the rows have fields: R leaves out the name of the row
  /// names, and some programs end every row, or the header, with a separator.
  private mutating func readShortHeader(_ rows: [TextRow], _ options: TableOptions) throws(FormatError)
    -> Bool
  {
    let header = rows[leadingRows].fields
    let body = rows.dropFirst(leadingRows + 1)
    guard options.header != .no, body.count >= 2, let count = TextRow.commonFieldCount(Array(body)),
      body.allSatisfy({ $0.fields.count == count }), abs(header.count - count) == 1,
      options.header == .yes || header.dropLast().allSatisfy(\.isName)
    else { return false }
    let names = header.map { Self.name($0.text) }
    if header.count == count + 1, header[count].text.isEmpty {
      columnNames = Array(names.dropLast())
    } else if header.count == count - 1, header[header.count - 1].isName {
      let lastIsEmpty = body.allSatisfy { $0.fields[count - 1].text.isEmpty }
      columnNames = lastIsEmpty ? names + [""] : [""] + names
    } else {
      return false
    }
    columns = count
    leadingRows += 1
    isNumeric = Self.numericColumns(body, columns)
    return true
  }

  /// How many rows at the start are no rows of the table: they have another number of fields than the more
  /// than half of all rows that have the same number, and begin with a text.
  private static func preambleCount(_ rows: [TextRow]) -> Int {
    guard let count = TextRow.commonFieldCount(rows),
      2 * rows.count(where: { $0.fields.count == count }) > rows.count,
      let first = rows.firstIndex(where: { $0.fields.count == count }), first > 0,
      rows[..<first].allSatisfy({ $0.fields[0].isName })
    else { return 0 }
    // A last line with about as many names as there are columns is the header.
    return abs(rows[first - 1].fields.count - count) == 1 && count > 2 ? first - 1 : first
  }

  private static func numericColumns(_ rows: some Collection<TextRow>, _ columns: Int) -> [Bool] {
    (0..<columns).map { column in
      let values = rows.map { $0.fields[column] }.filter { SpecialValue($0.text) == nil }
      return !values.isEmpty && 2 * values.count(where: \.isNumber) >= values.count
    }
  }

  /// A name without single quotes around it.
  private static func name(_ text: String) -> String {
    guard text.count >= 2, text.hasPrefix("'"), text.hasSuffix("'") else { return text }
    return String(text.dropFirst().dropLast())
  }

  /// Whether a field could be a unit or a remark.
  private static func isUnit(_ field: TextRow.Field) -> Bool { field.isName && field.text.count <= 24 }
}

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
