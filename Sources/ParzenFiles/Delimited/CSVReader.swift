import ParzenCore

/// Reads a table of numbers from delimited text in the dialects that programs write.
///
/// What the separator, the notation of numbers and the header are shows in the first thousand rows, unless
/// options say so; where they leave it open, reading fails with the question. Blank lines, comments (lines
/// that start with #, %, // or @) and rows of nothing but separators at the end of the file are skipped.
///
/// Parsing is done here because no package for Swift on Linux reads numbers from bytes with a place for
/// every error: SwiftCSV makes strings of all fields, and TabularData exists on Apple's systems alone.
struct CSVReader {
  private var scanner: CSVScanner
  private let options: TableOptions
  private var notation = NumberNotation()
  private var layout: TextLayout
  private var selection: ColumnSelection
  private var roles: [Role] = []
  private let missing: MissingCodes

  private var values: [Double] = []
  private var weights: [Double] = []
  private var rowNumbers: [Int] = []
  private var otherTexts: [[String]]
  private var notes: [String]
  private var droppedRows = 0
  private var truthColumns: Set<Int> = []
  /// Whether rows stay in `values` until all are read.
  private var keepsRows = true

  /// What is done with the fields of a column.
  private enum Role: Equatable {
    case value
    case weight
    /// A field that has to be empty.
    case empty
    case other
  }

  /// The rows from which the dialect is found.
  private static let sampledRows = 1000

  /// Reads a whole file.
  ///
  /// - Complexity: O(size) in time; memory is that of the values.
  static func table(
    _ bytes: UnsafeBufferPointer<UInt8>, options: TableOptions
  ) throws(FormatError) -> TableFile {
    if let utf8 = try TextEncoding.convertedToUTF8(bytes) {
      return try utf8.withUnsafeBufferPointer { text throws(FormatError) in
        try table(text, options: options)
      }
    }
    var reader = try CSVReader(try TextEncoding.content(bytes), options)
    try reader.readRows()
    return try reader.result()
  }

  /// Reads a whole file without keeping its rows. A column of weights is the last one; rows with a missing
  /// value, where these are dropped, are not numbers, so that rows keep their places.
  ///
  /// - Parameter write: takes some rows after the other, row by row.
  /// - Returns: what the reader noticed, the names of the columns, and how many rows were written.
  /// - Complexity: O(size) in time; memory of a few thousand rows.
  static func rows(
    _ bytes: UnsafeBufferPointer<UInt8>, options: TableOptions,
    to write: ([Double]) throws(FormatError) -> Void
  ) throws(FormatError) -> (names: [String]?, columns: Int, rows: Int, notes: [String]) {
    var reader = try CSVReader(try TextEncoding.content(bytes), options)
    reader.keepsRows = false
    var count = 0
    let width = reader.selection.kept.count + (reader.selection.weight == nil ? 0 : 1)
    try reader.readRows { (values) throws(FormatError) in
      count += values.count / width
      try write(values)
    }
    guard count > 0 else { throw FormatError("there are no rows of numbers below the header") }
    let weightName = reader.selection.weight == nil ? [] : ["weight"]
    return (reader.keptNames.map { $0 + weightName }, width, count, reader.notes + reader.notationNotes)
  }

  private init(_ text: UnsafeBufferPointer<UInt8>, _ options: TableOptions) throws(FormatError) {
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
    otherTexts = []
    notes = layout.notes
    self.options = options
    try choose(from: body)
    notation = try self.notation(in: body)
    roles = (0..<layout.columns).map { column in
      selection.kept.contains(column)
        ? .value : column == selection.weight ? .weight : isEmptyAtEnd(column, body) ? .empty : .other
    }
    otherTexts = [[String]](repeating: [], count: options.keepsOtherColumns ? layout.columns : 0)
  }
}

// MARK: - Columns

extension CSVReader {
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

// MARK: - Rows

extension CSVReader {
  /// - Parameter write: takes rows where they are not kept.
  private mutating func readRows(
    _ write: ([Double]) throws(FormatError) -> Void = { _ in }
  ) throws(FormatError) {
    let width = selection.kept.count
    if keepsRows { values.reserveCapacity(Self.expectedValueCount(scanner.bytes, columns: width)) }
    // Where columns are chosen in another order than the file's, a row is put in order at its end.
    let order = selection.kept.enumerated().sorted { $0.element < $1.element }.map(\.offset)
    let isOrdered = order == Array(order.indices)
    var row = [Double](repeating: 0, count: width)
    var number = 0
    while scanner.startRow() {
      let line = scanner.line
      number += 1
      var (count, place) = (0, 0)
      var isComplete = true
      var weight = 1.0
      var terminator = CSVScanner.Terminator.separator
      while terminator == .separator {
        let role = count < roles.count ? roles[count] : .other
        switch role {
        case .value, .weight:
          let value: Double
          if notation.isPlain || notation.groupMark == ",", let field = scanner.number() {
            (value, terminator) = field
            if !missing.isEmpty, missing.contains(value) {
              isComplete = false
              if !options.dropMissing { throw unusable(Self.missingValue, line: line, column: count) }
            }
          } else {
            let field = try scanner.text()
            value = try self.number(field.field.text, line: line, column: count)
            terminator = field.terminator
          }
          if !value.isFinite {
            isComplete = false
            if !options.dropMissing { throw unusable(value, line: line, column: count) }
          }
          if role == .weight {
            weight = value
          } else {
            if place < width { row[place] = value }
            place += 1
          }
        case .empty, .other:
          let field = try scanner.text()
          terminator = field.terminator
          if role == .empty, !field.field.text.isEmpty { throw ragged(count + 1, line: line) }
          if options.keepsOtherColumns, count < roles.count, role == .other {
            otherTexts[count].append(field.field.text)
          }
        }
        count += 1
      }
      // What separators at the end of a row make, where the other rows do not have it.
      guard count == layout.columns else { throw ragged(count, line: line) }
      guard isComplete || !keepsRows else {
        droppedRows += 1
        if options.keepsOtherColumns {
          for column in roles.indices where roles[column] == .other { otherTexts[column].removeLast() }
        }
        continue
      }
      if !isComplete {
        for index in row.indices { row[index] = .nan }
      }
      if isOrdered {
        values += row
      } else {
        var ordered = row
        for (index, target) in order.enumerated() { ordered[target] = row[index] }
        values += ordered
      }
      guard keepsRows else {
        if selection.weight != nil { values.append(weight) }
        if values.count >= Self.valuesAtOnce {
          try write(values)
          values.removeAll(keepingCapacity: true)
        }
        continue
      }
      rowNumbers.append(number)
      if selection.weight != nil { weights.append(weight) }
    }
    if !keepsRows, !values.isEmpty { try write(values) }
  }

  private static let valuesAtOnce = 1 << 14

  /// The names of the columns that are kept.
  private var keptNames: [String]? {
    layout.columnNames.map { all in selection.kept.map { all[$0].isEmpty ? "x\($0 + 1)" : all[$0] } }
  }

  private func result() throws(FormatError) -> TableFile {
    let width = selection.kept.count
    guard !values.isEmpty else {
      throw FormatError(
        droppedRows > 0
          ? "every row has a missing, not-a-number or infinite value"
          : "there are no rows of numbers below the header")
    }
    let names = keptNames
    let matrix = Matrix(rows: values.count / width, columns: width, elements: values)
    var file = TableFile(table: Table(columnNames: names, values: matrix, droppedRows: droppedRows))
    file.rowNumbers = rowNumbers
    file.notes = notes + notationNotes
    file.sampleWeights = selection.weight == nil ? nil : weights
    if options.keepsOtherColumns {
      file.otherColumns = roles.indices.filter { roles[$0] == .other }.map { column in
        (
          layout.columnNames.map { $0[column].isEmpty ? "x\(column + 1)" : $0[column] } ?? "x\(column + 1)",
          otherTexts[column]
        )
      }
    }
    if !selection.isExplicit, selection.kept.first == 0, options.format != .chain {
      file.examineRowNumbers(names: layout.columnNames)
    }
    file.examineRepeatedValues()
    return file
  }

  /// What is said about numbers that are not in the plain notation.
  private var notationNotes: [String] {
    var notes: [String] = []
    if notation.decimalMark == "," { notes.append("numbers read with decimal commas") }
    if let mark = notation.groupMark {
      notes.append("\(quoted(String(mark))) read as the mark between thousands")
    }
    if !truthColumns.isEmpty {
      let names = truthColumns.sorted().map { ColumnSelection.label($0, layout.columnNames) }
      notes.append("true and false read as 1 and 0 in column \(names.joined(separator: ", "))")
    }
    return notes
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

  /// How many values to make room for: the number of lines times the number of columns, as far as they fit
  /// the size.
  private static func expectedValueCount(_ text: UnsafeBufferPointer<UInt8>, columns: Int) -> Int {
    var lines = 1
    for byte in text where byte == UInt8(ascii: "\n") { lines += 1 }
    let (count, overflow) = lines.multipliedReportingOverflow(by: columns)
    return overflow ? text.count : min(count, text.count)
  }
}

// MARK: - Fields

extension CSVReader {
  /// The value of a field that is not a plain number: not a number, or infinite, where it stands for that.
  private mutating func number(_ text: String, line: Int, column: Int) throws(FormatError) -> Double {
    if missing.contains(text) { return Self.missingValue }
    if let number = notation.number(text) { return missing.contains(number) ? Self.missingValue : number }
    if let number = TruthValue.number(text) {
      truthColumns.insert(column)
      return number
    }
    switch SpecialValue(text) {
    case .missing: return Self.missingValue
    case .notANumber: return .nan
    case .infinite: return .infinity
    case nil: throw notANumber(text, line: line, column: column)
    }
  }

  /// Stands for a field without a value; a NaN that no text gives.
  private static let missingValue = Double(nan: 1, signaling: false)

  private func notANumber(_ text: String, line: Int, column: Int) -> FormatError {
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

  private func unusable(_ value: Double, line: Int, column: Int) -> FormatError {
    let what =
      if value.isInfinite {
        "is infinite, or too large"
      } else if value.bitPattern == Self.missingValue.bitPattern {
        "has no value"
      } else {
        "is not a number (NaN)"
      }
    return FormatError(
      "\(place(line, column)) \(what): correct it, or leave out such rows with `dropMissing`")
  }

  private func ragged(_ count: Int, line: Int) -> FormatError {
    let first = layout.columnNames == nil || options.givenNames != nil ? "the first row" : "the header"
    return FormatError(
      "line \(line) has \(count) \(count == 1 ? "column" : "columns"), but \(first) has \(layout.columns)")
  }

  private func place(_ line: Int, _ column: Int) -> String {
    let name = layout.columnNames.flatMap { column < layout.columns ? $0[column] : nil } ?? ""
    return "line \(line), column \(column + 1)" + (name.isEmpty ? "" : " (\(name))")
  }
}
