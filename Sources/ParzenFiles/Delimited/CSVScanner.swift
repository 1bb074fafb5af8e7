/// What stands between the fields of a row.
enum Separator: Equatable, Sendable {
  /// One character; blanks around it do not count.
  case character(UInt8)
  /// One or more blanks or tabs; those at either end of a line do not count.
  case whitespace
}

/// Walks over the fields of delimited text (RFC 4180, with the liberties that real files take).
///
/// Lines end with LF, CRLF or CR. A field in double quotes may contain separators and line ends, and a double
/// quote written twice.
struct CSVScanner {
  /// What ended a field.
  enum Terminator { case separator, lineEnd }

  let bytes: UnsafeBufferPointer<UInt8>
  private(set) var separator: Separator
  /// The index of the next byte; at the start of a line or of a field between calls.
  private(set) var position = 0
  /// The line of the file that `position` is in, counted from 1.
  private(set) var line = 1
  /// The content of the last comment that was skipped, without its mark.
  private(set) var comment: Range<Int>?
  private let numbers = DecimalParser()

  /// - Parameter bytes: must outlive the scanner.
  init(_ bytes: UnsafeBufferPointer<UInt8>, separator: Separator) {
    self.bytes = bytes
    self.separator = separator
  }

  /// The same place in the text, with another separator.
  func with(_ separator: Separator) -> CSVScanner {
    var result = self
    result.separator = separator
    return result
  }

  /// Moves to the next line that has content: not blank and not a comment.
  ///
  /// - Returns: false at the end.
  mutating func startRow() -> Bool {
    while position < bytes.count {
      let start = position
      skipBlanks()
      if position == bytes.count { return false }
      if isLineEnd(bytes[position]) {
        skipLineEnd()
      } else if let length = commentMark {
        let content = position + length
        while position < bytes.count, !isLineEnd(bytes[position]) { position += 1 }
        comment = min(content, position)..<position
        skipLineEnd()
      } else {
        if separator != .whitespace { position = start }
        return true
      }
    }
    return false
  }

  /// The length of the mark that makes this line a comment: `#`, `%`, `//` or `@`; nil for a row.
  private var commentMark: Int? {
    switch bytes[position] {
    case UInt8(ascii: "#"): SpecialValue.startsWithSpreadsheetError(bytes[position...]) ? nil : 1
    case UInt8(ascii: "%"), UInt8(ascii: "@"): 1
    case UInt8(ascii: "/") where bytes[position...].starts(with: [UInt8(ascii: "/"), UInt8(ascii: "/")]): 2
    default: nil
    }
  }

  /// Skips a line such as `sep=;`, by which spreadsheets are told the separator.
  ///
  /// - Returns: the separator; nil if there is no such line.
  mutating func skipSeparatorLine() -> Character? {
    let mark = Array("sep=".utf8)
    guard bytes[position...].starts(with: mark), position + mark.count < bytes.count else { return nil }
    let separator = bytes[position + mark.count]
    guard !isLineEnd(separator) else { return nil }
    skipLines(1)
    return Character(Unicode.Scalar(separator))
  }

  /// Skips lines, whatever is in them, as far as there are any.
  mutating func skipLines(_ count: Int) {
    var skipped = 0
    while skipped < count, position < bytes.count {
      while position < bytes.count, !isLineEnd(bytes[position]) { position += 1 }
      skipLineEnd()
      skipped += 1
    }
  }

  /// Reads the fields of the row that starts here.
  mutating func row() throws(FormatError) -> TextRow {
    var row = TextRow(line: line, fields: [])
    var terminator = Terminator.separator
    while terminator == .separator {
      let field = try text()
      row.fields.append(field.field)
      terminator = field.terminator
    }
    return row
  }

  /// Reads a field that is a plain number.
  ///
  /// - Returns: the number and what follows; nil, without moving, if the field is anything else.
  mutating func number() -> (value: Double, terminator: Terminator)? {
    let start = position
    skipBlanks()
    guard let value = numbers.parse(bytes, at: &position), let terminator = skipTerminator() else {
      position = start
      return nil
    }
    return (value, terminator)
  }

  /// Reads a field of any kind: its text without quotes, and without blanks around it.
  mutating func text() throws(FormatError) -> (field: TextRow.Field, terminator: Terminator) {
    skipBlanks()
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return try quotedText() }
    let start = position
    while position < bytes.count, !isLineEnd(bytes[position]), !isSeparator(bytes[position]) { position += 1 }
    var end = position
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return (TextRow.Field(text: decodedText(bytes[start..<end])), skipTerminator()!)
  }

  private mutating func quotedText() throws(FormatError) -> (field: TextRow.Field, terminator: Terminator) {
    let startLine = line
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
          guard let terminator = skipTerminator() else {
            throw FormatError("line \(line): there is text behind a closing quotation mark")
          }
          return (TextRow.Field(text: decodedText(content), isQuoted: true), terminator)
        }
        position += 1
        content.append(byte)
      } else if isLineEnd(byte) {
        skipLineEnd()
        content.append(UInt8(ascii: "\n"))
      } else {
        position += 1
        content.append(byte)
      }
    }
    throw FormatError("line \(startLine): a quotation mark is opened and never closed")
  }

  /// Skips what ends a field.
  ///
  /// - Returns: nil if the field has not ended, the position being somewhere behind blanks.
  private mutating func skipTerminator() -> Terminator? {
    let start = position
    skipBlanks()
    guard position < bytes.count else { return .lineEnd }
    if isLineEnd(bytes[position]) {
      skipLineEnd()
      return .lineEnd
    }
    switch separator {
    case .whitespace: return position > start ? .separator : nil
    case .character(let character):
      guard bytes[position] == character else { return nil }
      position += 1
      return .separator
    }
  }

  private mutating func skipBlanks() {
    while position < bytes.count, isBlank(bytes[position]) { position += 1 }
  }

  private mutating func skipLineEnd() {
    guard position < bytes.count else { return }
    let isCarriageReturn = bytes[position] == UInt8(ascii: "\r")
    position += 1
    if isCarriageReturn, position < bytes.count, bytes[position] == UInt8(ascii: "\n") { position += 1 }
    line += 1
  }

  private func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

  /// Whether a byte is a blank that is not the separator.
  private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") && separator != .character(UInt8(ascii: "\t"))
  }

  private func isSeparator(_ byte: UInt8) -> Bool {
    switch separator {
    case .character(let character): byte == character
    case .whitespace: isBlank(byte)
    }
  }
}
