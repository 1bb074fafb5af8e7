import ParzenCore

/// What the first rows of a delimited text say about all of it: where they begin, what stands between fields,
/// how numbers are written, and what is done with every column.
struct CSVDialect {
  /// Stands before the first row of numbers.
  private(set) var scanner: CSVScanner
  let options: TableOptions
  let layout: TextLayout
  private(set) var notation = NumberNotation()
  private(set) var selection: ColumnSelection
  private(set) var roles: [Role] = []
  let missing: MissingCodes
  /// What was decided, one sentence each.
  private(set) var notes: [String]

  /// What is done with the fields of a column.
  enum Role: Equatable {
    case value
    case weight
    /// A field that has to be empty.
    case empty
    case other
  }

  /// The rows from which the dialect is found.
  private static let sampledRows = 1000

  /// - Throws: `FormatError` with the question where the rows leave it open.
  init(_ text: UnsafeBufferPointer<UInt8>, _ options: TableOptions) throws(FormatError) {
    guard options.skippedLines >= 0 else {
      throw FormatError("`skippedLines` is \(options.skippedLines): give 0 or more")
    }
    var options = options
    var start = CSVScanner(text, separator: .whitespace)
    start.skipLines(options.skippedLines)
    if options.separator == nil { options.separator = start.skipSeparatorLine() }
    var opening = start
    if opening.startRow() { try ForeignFormat.checkText(text[opening.position...]) }

    let separator: Separator
    if options.format == .chain {
      separator = .whitespace
    } else if let character = options.separator {
      separator = try Separator(character)
    } else {
      separator = Separator.detect(start, decimalMark: options.decimalMark)
    }
    let content = Self.withoutEmptyRowsAtEnd(text, separator)
    scanner = CSVScanner(content, separator: separator)
    scanner.skipLines(start.line - 1)
    var rows = TextRow.first(Self.sampledRows, from: scanner)
    if separator == .character(UInt8(ascii: ",")), options.separator == nil, options.decimalMark == nil {
      switch DecimalCommaEvidence(rows) {
      case .twoNumbers: break
      case .oneNumber:
        options.decimalMark = ","
        scanner = scanner.with(.character(UInt8(ascii: ";")))
        rows = TextRow.first(Self.sampledRows, from: scanner)
      case .open(let example):
        throw FormatError(
          """
          \(quoted(example)) may be one number with a decimal comma or two numbers: say which with \
          `decimalMark = ,` or 
          """
            + "`separator = ,`")
      }
    }
    guard !rows.isEmpty else {
      // The first row cannot be divided: reading it says why.
      guard scanner.startRow() else { throw FormatError("the file is empty: it has no rows") }
      _ = try scanner.row()
      throw FormatError("the file is empty: it has no rows")
    }
    var layout = try TextLayout(rows, comment: Self.namesInComment(scanner), options: options)
    if let names = options.givenNames {
      guard names.count == layout.columns else {
        throw FormatError(
          "there are \(layout.columns) columns, but \(names.count) names for them: give the chain's own names"
        )
      }
      layout.columnNames = names
    }
    for _ in 0..<layout.leadingRows {
      guard scanner.startRow() else { break }
      _ = try scanner.row()
    }
    let body = rows.dropFirst(layout.leadingRows).filter { $0.fields.count == layout.columns }
    self.layout = layout
    selection = ColumnSelection(all: layout.columns)
    missing = MissingCodes(options.missing, notation: notation)
    notes = layout.notes
    self.options = options
    try choose(from: body)
    notation = try self.notation(in: body)
    roles = (0..<layout.columns).map { column in
      selection.kept.contains(column)
        ? .value : column == selection.weight ? .weight : isEmptyAtEnd(column, body) ? .empty : .other
    }
  }

  /// The names of the columns that are kept.
  var keptNames: [String]? {
    layout.columnNames.map { all in selection.kept.map { all[$0].isEmpty ? "x\($0 + 1)" : all[$0] } }
  }

  /// The text up to the last row that has more than separators (which spreadsheets leave behind).
  private static func withoutEmptyRowsAtEnd(
    _ text: UnsafeBufferPointer<UInt8>, _ separator: Separator
  ) -> UnsafeBufferPointer<UInt8> {
    let lineEnds: [UInt8] = [UInt8(ascii: "\n"), UInt8(ascii: "\r")]
    let last = text.lastIndex { byte in
      !lineEnds.contains(byte) && byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\t")
        && separator != .character(byte)
    }
    guard let last else { return UnsafeBufferPointer(rebasing: text[..<0]) }
    let end = text[last...].firstIndex(where: lineEnds.contains) ?? text.count
    return UnsafeBufferPointer(rebasing: text[..<end])
  }
}

// MARK: - Columns

extension CSVDialect {
  /// Chooses the columns that become the table's: those that options name, or all but row names and what a
  /// separator at the end of every row makes.
  private mutating func choose(from rows: [TextRow]) throws(FormatError) {
    let names = layout.columnNames?.enumerated().map { $1.isEmpty ? "x\($0 + 1)" : $1 }
    selection = try ColumnSelection(options, names: names, count: layout.columns)
    guard !selection.isExplicit else { return }
    let last = layout.columns - 1
    if last > 0, selection.kept.contains(last), isEmptyAtEnd(last, rows) {
      selection.kept.removeAll { $0 == last }
    }
    guard selection.kept.count > 1, selection.kept.contains(0), layout.columnNames?[0] ?? "" == "",
      !layout.isNumeric[0], rows.contains(where: { $0.fields[0].isName })
    else {
      if selection.kept.count > 1, selection.kept.contains(0), layout.columnNames != nil,
        areQuotedCounts(rows)
      {
        leaveOutFirst("row numbers")
      }
      return
    }
    guard layout.columnNames != nil else { return }
    leaveOutFirst("row names")
  }

  private mutating func leaveOutFirst(_ what: String) {
    selection.kept.removeAll { $0 == 0 }
    notes.append("column 1 left out, which holds \(what); `columns` keeps it")
  }

  /// Whether the first column counts the rows in quotation marks, and has no name, as R writes it.
  private func areQuotedCounts(_ rows: [TextRow]) -> Bool {
    layout.columnNames?[0] == "" && rows.count >= 2 && rows.allSatisfy { $0.fields[0].isQuoted }
      && Set(rows.map(\.fields[0].text)).count == rows.count
      && rows.allSatisfy { Int($0.fields[0].text) != nil }
  }

  private func isEmptyAtEnd(_ column: Int, _ rows: [TextRow]) -> Bool {
    column == layout.columns - 1 && column > 0 && layout.columnNames?[column] ?? "" == ""
      && rows.allSatisfy { $0.fields[column].text.isEmpty }
  }

  /// The notation of the numbers in the chosen columns.
  private func notation(in rows: [TextRow]) throws(FormatError) -> NumberNotation {
    var evidence = NotationEvidence()
    for row in rows {
      for column in selection.kept { evidence.add(row.fields[column].text) }
      if let weight = selection.weight { evidence.add(row.fields[weight].text) }
    }
    return try evidence.notation(options)
  }

  /// The names in the comment right above the first row.
  private static func namesInComment(_ start: CSVScanner) -> [String]? {
    var scanner = start
    guard scanner.startRow(), let range = scanner.comment else { return nil }
    let text = UnsafeBufferPointer(rebasing: scanner.bytes[range])
    var comment = CSVScanner(text, separator: scanner.separator)
    guard comment.startRow(), let row = try? comment.row() else { return nil }
    let names = row.fields.map(\.text)
    guard row.fields.allSatisfy(\.isName), Set(names).count == names.count,
      names.count > 1 || !names[0].contains(" ")
    else { return nil }
    return names
  }
}
