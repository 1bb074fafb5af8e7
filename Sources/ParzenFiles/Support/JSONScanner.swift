/// Reads JSON (RFC 8259) token by token from bytes, for readers that know what structure they expect.
///
/// There is no tree of values, so nested or huge input costs no more memory than the caller keeps.
struct JSONScanner {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  /// - Parameter bytes: must outlive the scanner.
  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Reads an object, calling `member` with each key, the scanner being at the key's value.
  ///
  /// - Throws: `FormatError` if two members have the same key.
  mutating func object(
    _ member: (_ key: String, _ scanner: inout JSONScanner) throws(FormatError) -> Void
  ) throws(FormatError) {
    var keys: Set<String> = []
    try expect(UInt8(ascii: "{"))
    if skip(UInt8(ascii: "}")) { return }
    repeat {
      let key = try string()
      guard keys.insert(key).inserted else { throw FormatError("the JSON has the key \(quoted(key)) twice") }
      try expect(UInt8(ascii: ":"))
      try member(key, &self)
    } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
  }

  /// Reads an array of integers that are not negative.
  mutating func naturalNumbers() throws(FormatError) -> [Int] {
    var values: [Int] = []
    try expect(UInt8(ascii: "["))
    if skip(UInt8(ascii: "]")) { return values }
    repeat { values.append(try naturalNumber()) } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
    return values
  }

  /// Reads an integer that is not negative, written without fraction and exponent, and fits an `Int`.
  mutating func naturalNumber() throws(FormatError) -> Int {
    skipWhitespace()
    let start = position
    var value = 0
    while let digit = next.map({ Int($0) - 48 }), 0...9 ~= digit {
      let (product, overflow1) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = product.addingReportingOverflow(digit)
      guard !overflow1, !overflow2 else {
        throw FormatError("the JSON has a number too large at byte \(start)")
      }
      value = sum
      position += 1
    }
    let hasLeadingZero = position > start + 1 && bytes[start] == UInt8(ascii: "0")
    let continues = next.map { ".eE".utf8.contains($0) } ?? false
    guard position > start, !hasLeadingZero, !continues else {
      throw FormatError("the JSON should have a whole number, not negative, at byte \(start)")
    }
    return value
  }

  /// Reads a string.
  mutating func string() throws(FormatError) -> String {
    try expect(UInt8(ascii: "\""))
    let start = position
    var unescaped: [UInt8]?
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: unescaped ?? Array(bytes[start..<position - 1]), as: UTF8.self)
        else {
          throw FormatError("the JSON has a string that is not UTF-8 at byte \(start)")
        }
        return text
      case UInt8(ascii: "\\"):
        if unescaped == nil { unescaped = Array(bytes[start..<position - 1]) }
        unescaped!.append(contentsOf: String(try escapedScalar()).utf8)
      case 0..<0x20:
        throw FormatError("the JSON has a control character in a string at byte \(position - 1)")
      default:
        unescaped?.append(byte)
      }
    }
    throw FormatError("the JSON ends within a string")
  }

  /// Checks that only white space is left.
  mutating func end() throws(FormatError) {
    skipWhitespace()
    guard next == nil else { throw FormatError("the JSON goes on after its end, at byte \(position)") }
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipWhitespace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// Skips a punctuation character, if it is the next token.
  private mutating func skip(_ character: UInt8) -> Bool {
    skipWhitespace()
    guard next == character else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: UInt8) throws(FormatError) {
    guard skip(character) else {
      let expected = quoted(String(UnicodeScalar(character)))
      throw FormatError(
        "the JSON \(next == nil ? "ends early: it" : "") should have \(expected) at byte \(position)")
    }
  }

  /// The character for what follows a backslash.
  private mutating func escapedScalar() throws(FormatError) -> Unicode.Scalar {
    let start = position
    guard let byte = next else { throw FormatError("the JSON ends within a string") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try hexadecimalUnit()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      // A character beyond U+FFFF is written as two surrogates.
      if 0xD800..<0xDC00 ~= unit, next == UInt8(ascii: "\\") {
        position += 1
        if next == UInt8(ascii: "u") {
          position += 1
          let low = try hexadecimalUnit()
          if 0xDC00..<0xE000 ~= low {
            let value = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
            return Unicode.Scalar(value)!
          }
        }
      }
      throw FormatError("the JSON has an unpaired surrogate at byte \(start)")
    default: throw FormatError("the JSON has an unknown escape at byte \(start)")
    }
  }

  private mutating func hexadecimalUnit() throws(FormatError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw FormatError("the JSON has an escape without four hexadecimal digits at byte \(position)")
      }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }
}

/// A string as a JSON string: in quotes, with escapes where needed. Also for names in messages.
func quoted(_ text: some StringProtocol) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.value < 0x20 || scalar.value == 0x7F:
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
