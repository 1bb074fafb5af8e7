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
  let separator: Separator
  /// The index of the next byte; at the start of a line or of a field between calls.
  private(set) var position = 0
  /// The line of the file that `position` is in, counted from 1.
  private(set) var line = 1
  private let numbers = DecimalParser()

  /// - Parameter bytes: must outlive the scanner.
  init(_ bytes: UnsafeBufferPointer<UInt8>, separator: Separator) {
    self.bytes = bytes
    self.separator = separator
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
      } else if bytes[position] == UInt8(ascii: "#"),
        !SpecialValue.startsWithSpreadsheetError(bytes[position...])
      {
        while position < bytes.count, !isLineEnd(bytes[position]) { position += 1 }
        skipLineEnd()
      } else {
        if separator != .whitespace { position = start }
        return true
      }
    }
    return false
  }

  /// Skips the rest of a row, showing every byte that is not within quotation marks.
  mutating func skipRow(_ visit: (UInt8) -> Void) {
    var isQuoted = false
    while position < bytes.count {
      let byte = bytes[position]
      if isLineEnd(byte) {
        skipLineEnd()
        if !isQuoted { return }
        continue
      }
      position += 1
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted { visit(byte) }
    }
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
  mutating func text() throws(FormatError) -> (text: String, terminator: Terminator) {
    skipBlanks()
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return try quotedText() }
    let start = position
    while position < bytes.count, !isLineEnd(bytes[position]), !isSeparator(bytes[position]) { position += 1 }
    var end = position
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    let text = String(decoding: bytes[start..<end], as: UTF8.self)
    return (text, skipTerminator()!)
  }

  private mutating func quotedText() throws(FormatError) -> (text: String, terminator: Terminator) {
    let startLine = line
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
          guard let terminator = skipTerminator() else {
            throw FormatError("row \(line): there is text behind a closing quotation mark")
          }
          return (String(decoding: content, as: UTF8.self), terminator)
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
    throw FormatError("row \(startLine): a quotation mark is opened and never closed")
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
