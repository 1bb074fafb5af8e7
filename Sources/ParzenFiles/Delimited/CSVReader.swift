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
  private let dialect: CSVDialect
  private var scanner: CSVScanner

  private var values: [Double] = []
  private var weights: [Double] = []
  private var rowNumbers: [Int] = []
  private var otherTexts: [[String]]
  private var droppedRows = 0
  private var truthColumns: Set<Int> = []
  /// Whether rows stay in `values` until all are read.
  private var keepsRows = true

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
    let width = reader.dialect.selection.kept.count + (reader.dialect.selection.weight == nil ? 0 : 1)
    try reader.readRows { (values) throws(FormatError) in
      count += values.count / width
      try write(values)
    }
    guard count > 0 else { throw FormatError("there are no rows of numbers below the header") }
    let weightName = reader.dialect.selection.weight == nil ? [] : ["weight"]
    return (reader.dialect.keptNames.map { $0 + weightName }, width, count, reader.notes)
  }

  private init(_ text: UnsafeBufferPointer<UInt8>, _ options: TableOptions) throws(FormatError) {
    dialect = try CSVDialect(text, options)
    scanner = dialect.scanner
    otherTexts = [[String]](
      repeating: [], count: options.keepsOtherColumns ? dialect.layout.columns : 0)
  }
}

// MARK: - Rows

extension CSVReader {
  /// - Parameter write: takes rows where they are not kept.
  private mutating func readRows(
    _ write: ([Double]) throws(FormatError) -> Void = { _ in }
  ) throws(FormatError) {
    let (roles, notation, missing, options) = (
      dialect.roles, dialect.notation, dialect.missing, dialect.options
    )
    let (width, columns) = (dialect.selection.kept.count, dialect.layout.columns)
    let isWeighted = dialect.selection.weight != nil
    let isPlain = notation.isPlain || notation.groupMark == ","
    if keepsRows { values.reserveCapacity(Self.expectedValueCount(scanner.bytes, columns: width)) }
    // Where columns are chosen in another order than the file's, a row is put in order at its end.
    let order = dialect.selection.kept.enumerated().sorted { $0.element < $1.element }.map(\.offset)
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
          if isPlain, let field = scanner.number() {
            (value, terminator) = field
            if !missing.isEmpty, missing.contains(value) {
              isComplete = false
              if !options.dropMissing {
                throw dialect.unusable(Self.missingValue, line: line, column: count)
              }
            }
          } else {
            let field = try scanner.text()
            value = try self.number(field.field.text, line: line, column: count)
            terminator = field.terminator
          }
          if !value.isFinite {
            isComplete = false
            if !options.dropMissing { throw dialect.unusable(value, line: line, column: count) }
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
          if role == .empty, !field.field.text.isEmpty { throw dialect.ragged(count + 1, line: line) }
          if options.keepsOtherColumns, count < roles.count, role == .other {
            otherTexts[count].append(field.field.text)
          }
        }
        count += 1
      }
      // What separators at the end of a row make, where the other rows do not have it.
      guard count == columns else { throw dialect.ragged(count, line: line) }
      guard isComplete || !keepsRows else {
        droppedRows += 1
        if options.keepsOtherColumns {
          for column in roles.indices where roles[column] == .other {
            otherTexts[column].removeLast()
          }
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
        if isWeighted { values.append(weight) }
        if values.count >= Self.valuesAtOnce {
          try write(values)
          values.removeAll(keepingCapacity: true)
        }
        continue
      }
      rowNumbers.append(number)
      if isWeighted { weights.append(weight) }
    }
    if !keepsRows, !values.isEmpty { try write(values) }
  }

  private static let valuesAtOnce = 1 << 14

  private func result() throws(FormatError) -> TableFile {
    let width = dialect.selection.kept.count
    guard !values.isEmpty else {
      throw FormatError(
        droppedRows > 0
          ? "every row has a missing, not-a-number or infinite value"
          : "there are no rows of numbers below the header")
    }
    let names = dialect.keptNames
    let matrix = Matrix(rows: values.count / width, columns: width, elements: values)
    var file = TableFile(
      table: byConstruction { try Table(columnNames: names, values: matrix, droppedRows: droppedRows) })
    file.rowNumbers = rowNumbers
    file.notes = notes
    file.sampleWeights = dialect.selection.weight == nil ? nil : weights
    if dialect.options.keepsOtherColumns {
      file.otherColumns = dialect.roles.indices.filter { dialect.roles[$0] == .other }.map { column in
        (
          dialect.layout.columnNames.map { $0[column].isEmpty ? "x\(column + 1)" : $0[column] }
            ?? "x\(column + 1)",
          otherTexts[column]
        )
      }
    }
    if !dialect.selection.isExplicit, dialect.selection.kept.first == 0, dialect.options.format != .chain {
      file.examineRowNumbers(names: dialect.layout.columnNames)
    }
    file.examineRepeatedValues()
    return file
  }

  /// What is said about numbers that are not in the plain notation.
  private var notes: [String] {
    var notes = dialect.notes
    if dialect.notation.decimalMark == "," { notes.append("numbers read with decimal commas") }
    if let mark = dialect.notation.groupMark {
      notes.append("\(quoted(String(mark))) read as the mark between thousands")
    }
    if !truthColumns.isEmpty {
      let names = truthColumns.sorted().map { ColumnSelection.label($0, dialect.layout.columnNames) }
      notes.append("true and false read as 1 and 0 in column \(names.joined(separator: ", "))")
    }
    return notes
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
    if dialect.missing.contains(text) { return Self.missingValue }
    if let number = dialect.notation.number(text) {
      return dialect.missing.contains(number) ? Self.missingValue : number
    }
    if let number = TruthValue.number(text) {
      truthColumns.insert(column)
      return number
    }
    switch SpecialValue(text) {
    case .missing: return Self.missingValue
    case .notANumber: return .nan
    case .infinite: return .infinity
    case nil: throw dialect.notANumber(text, line: line, column: column)
    }
  }

  /// Stands for a field without a value; a NaN that no text gives.
  static let missingValue = Double(nan: 1, signaling: false)
}
