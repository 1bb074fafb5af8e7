import ParzenCore

/// Reads a table of numbers from delimited text, with or without a header.
///
/// Separators are commas, semicolons, tabs or white space, whichever the file uses. The first row is a header
/// if a field of it is neither a number nor a mark for a missing value. Blank lines, comments (lines that
/// start with #) and rows of nothing but separators at the end of the file are skipped.
struct CSVReader {
  private var scanner: CSVScanner
  private let dropMissing: Bool
  private var columnNames: [String]?
  private var columns = 0
  private var values: [Double] = []
  private var droppedRows = 0

  /// Reads a whole file.
  ///
  /// - Complexity: O(size) in time; memory is that of the values.
  static func table(_ bytes: UnsafeBufferPointer<UInt8>, dropMissing: Bool) throws(FormatError) -> Table {
    var reader = CSVReader(try textContent(bytes), dropMissing: dropMissing)
    try reader.readHeader()
    try reader.readRows()
    return try reader.table()
  }

  private init(_ text: UnsafeBufferPointer<UInt8>, dropMissing: Bool) {
    let separator = Separator.detect(text)
    let content = Self.withoutEmptyRowsAtEnd(text, separator)
    scanner = CSVScanner(content, separator: separator)
    self.dropMissing = dropMissing
  }

  private mutating func readHeader() throws(FormatError) {
    let start = scanner
    guard scanner.startRow() else { throw FormatError("the file is empty: it has no rows") }
    var fields: [String] = []
    var terminator = CSVScanner.Terminator.separator
    while terminator == .separator {
      let field = try scanner.text()
      fields.append(field.text)
      terminator = field.terminator
    }
    columns = fields.count
    if fields.contains(where: { Self.number($0) == nil && SpecialValue($0) == nil }) {
      columnNames = fields.enumerated().map { $1.isEmpty ? "x\($0 + 1)" : $1 }
    } else {
      scanner = start
    }
  }

  private mutating func readRows() throws(FormatError) {
    values.reserveCapacity(Self.expectedValueCount(scanner.bytes, columns: columns))
    while scanner.startRow() {
      let line = scanner.line
      var count = 0
      var isComplete = true
      var terminator = CSVScanner.Terminator.separator
      while terminator == .separator {
        let value: Double
        if let field = scanner.number() {
          (value, terminator) = field
        } else {
          let field = try scanner.text()
          value = try number(field.text, line: line, column: count)
          terminator = field.terminator
        }
        if !value.isFinite {
          isComplete = false
          if !dropMissing { throw unusable(value, line: line, column: count) }
        }
        count += 1
        if count <= columns { values.append(value) }
      }
      guard count == columns else { throw ragged(count, line: line) }
      if !isComplete {
        values.removeLast(columns)
        droppedRows += 1
      }
    }
  }

  private func table() throws(FormatError) -> Table {
    guard !values.isEmpty else {
      throw FormatError(
        droppedRows > 0
          ? "every row has a missing, not-a-number or infinite value"
          : "there are no rows of numbers below the header")
    }
    let matrix = Matrix(rows: values.count / columns, columns: columns, elements: values)
    return Table(columnNames: columnNames, values: matrix, droppedRows: droppedRows)
  }
}

// MARK: - Fields

extension CSVReader {
  /// The number that a field is as a whole, or nil.
  private static func number(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { bytes in
      var position = 0
      let value = DecimalParser().parse(bytes, at: &position)
      return position == bytes.count ? value : nil
    }
  }

  /// The value of a field that is not a plain number: not a number, or infinite, where it stands for that.
  private func number(_ text: String, line: Int, column: Int) throws(FormatError) -> Double {
    if let number = Self.number(text) { return number }
    switch SpecialValue(text) {
    case .missing: return Self.missing
    case .notANumber: return .nan
    case .infinite: return .infinity
    case nil:
      let shown = text.count > 40 ? text.prefix(40) + "..." : text[...]
      let isDecimalComma = Self.number(text.replacing(",", with: ".", maxReplacements: 1)) != nil
      throw FormatError(
        "\(place(line, column)) has \(quoted(shown)), which is not a number: "
          + (isDecimalComma
            ? "write decimals with a point" : "remove this column, or replace its texts by numbers"))
    }
  }

  /// Stands for a field without a value; a NaN that no text gives.
  private static let missing = Double(nan: 1, signaling: false)

  private func unusable(_ value: Double, line: Int, column: Int) -> FormatError {
    let what =
      if value.isInfinite { "is infinite, or too large" } else if value.bitPattern == Self.missing.bitPattern
      {
        "has no value"
      } else {
        "is not a number (NaN)"
      }
    return FormatError(
      "\(place(line, column)) \(what): correct it, or leave out such rows with --drop-missing")
  }

  private func ragged(_ count: Int, line: Int) -> FormatError {
    let first = columnNames == nil ? "the first row" : "the header"
    return FormatError(
      "row \(line) has \(count) \(count == 1 ? "column" : "columns"), but \(first) has \(columns)")
  }

  private func place(_ line: Int, _ column: Int) -> String {
    let name = columnNames.flatMap { column < columns ? " (\($0[column]))" : nil } ?? ""
    return "row \(line), column \(column + 1)\(name)"
  }
}

// MARK: - The file as a whole

extension CSVReader {
  /// The text without a byte order mark.
  private static func textContent(
    _ bytes: UnsafeBufferPointer<UInt8>
  ) throws(FormatError) -> UnsafeBufferPointer<UInt8> {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw FormatError("the text is in UTF-16: save it as UTF-8")
    }
    if bytes.prefix(4096).contains(0) { throw FormatError("this is neither a text file nor a .npy file") }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return bytes.starts(with: mark) ? UnsafeBufferPointer(rebasing: bytes.dropFirst(mark.count)) : bytes
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
