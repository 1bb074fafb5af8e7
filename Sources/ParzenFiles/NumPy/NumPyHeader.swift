/// What the header of a `.npy` file says: a Python dictionary such as
/// `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }`.
///
/// Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
struct NumPyHeader: Equatable {
  /// The first bytes of every `.npy` file.
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The element type, in NumPy's notation; of an array of records, those of all fields.
  var elementTypes: [String]
  /// The names of a record's fields; nil for an array of plain elements.
  var fieldNames: [String]?
  /// Whether the first axis, rather than the last, is the one that varies fastest.
  var isFortranOrder: Bool
  /// The extent of every axis.
  var shape: [Int]

  /// Reads the text of a header.
  init(parsing text: UnsafeRawBufferPointer) throws(FormatError) {
    var scanner = PythonLiteralScanner(text)
    var elementTypes: [String] = []
    var fieldNames: [String]?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try scanner.expect("{")
    while !scanner.skip("}") {
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "descr" where elementTypes.isEmpty:
        if scanner.skip("[") {
          (fieldNames, elementTypes) = try scanner.fields()
        } else {
          elementTypes = [try scanner.string()]
        }
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try scanner.boolean()
      case "shape" where shape == nil: shape = try scanner.tuple()
      default:
        throw FormatError("the header of the .npy file has an unexpected or repeated key \(quoted(key))")
      }
      if !scanner.skip(",") {
        try scanner.expect("}")
        break
      }
    }
    try scanner.end()
    guard !elementTypes.isEmpty, let isFortranOrder, let shape else {
      throw FormatError("the header of the .npy file lacks 'descr', 'fortran_order' or 'shape'")
    }
    self.elementTypes = elementTypes
    self.fieldNames = fieldNames
    self.isFortranOrder = isFortranOrder
    self.shape = shape
  }

  /// The bytes before the elements of a file with `rows` x `columns` Float64 values in C order: version 1.0,
  /// of a length that is a multiple of 64 bytes.
  static func encoded(rows: Int, columns: Int) -> [UInt8] {
    let text = Array("{'descr': '<f8', 'fortran_order': False, 'shape': (\(rows), \(columns)), }".utf8)
    // The magic, two bytes of version, two of length, and a line feed at the end.
    let total = (magic.count + 4 + text.count + 1 + 63) / 64 * 64
    let padding = [UInt8](repeating: UInt8(ascii: " "), count: total - magic.count - 4 - text.count - 1)
    let length = total - magic.count - 4
    return magic + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + text + padding + [UInt8(ascii: "\n")]
  }
}

/// Reads the few kinds of Python literals that a `.npy` header has.
private struct PythonLiteralScanner {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func skip(_ token: StaticString) -> Bool {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    let text = UnsafeRawBufferPointer(start: token.utf8Start, count: token.utf8CodeUnitCount)
    guard bytes[position...].starts(with: text) else { return false }
    position += text.count
    return true
  }

  mutating func expect(_ token: StaticString) throws(FormatError) {
    guard skip(token) else { throw malformed("'\(token)' is missing") }
  }

  /// A string in single or double quotes, without escapes.
  mutating func string() throws(FormatError) -> String {
    let isSingle = skip("'")
    guard isSingle || skip("\"") else { throw malformed("a string should start") }
    let quote = UInt8(ascii: isSingle ? "'" : "\"")
    guard let end = bytes[position...].firstIndex(of: quote) else { throw malformed("a string does not end") }
    defer { position = end + 1 }
    return String(decoding: bytes[position..<end], as: UTF8.self)
  }

  mutating func boolean() throws(FormatError) -> Bool {
    if skip("True") { return true }
    guard skip("False") else { throw malformed("neither True nor False") }
    return false
  }

  /// A tuple of integers that are not negative.
  mutating func tuple() throws(FormatError) -> [Int] {
    var values: [Int] = []
    try expect("(")
    while !skip(")") {
      values.append(try naturalNumber())
      if !skip(",") {
        try expect(")")
        break
      }
    }
    return values
  }

  /// The rest of a list of fields, each a tuple of a name and a type.
  mutating func fields() throws(FormatError) -> (names: [String], types: [String]) {
    var (names, types): ([String], [String]) = ([], [])
    while !skip("]") {
      try expect("(")
      names.append(try string())
      try expect(",")
      guard !skip("[") else { throw malformed("a record holds records") }
      types.append(try string())
      guard skip(")") else {
        throw FormatError(
          "the field \(quoted(names[names.count - 1])) of the records is an array: save it alone")
      }
      if !skip(",") {
        try expect("]")
        break
      }
    }
    return (names, types)
  }

  /// The text must go on with nothing but white space.
  mutating func end() throws(FormatError) {
    _ = skip("")
    guard position == bytes.count else { throw malformed("there is text behind it") }
  }

  private mutating func naturalNumber() throws(FormatError) -> Int {
    _ = skip("")
    let start = position
    while position < bytes.count, 48...57 ~= bytes[position] { position += 1 }
    guard let value = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      throw malformed("a size is not a whole number, or too large")
    }
    // Python 2 wrote long integers with a letter.
    _ = skip("L")
    return value
  }

  private func malformed(_ what: String) -> FormatError {
    FormatError("the header of the .npy file is malformed: \(what) at byte \(position) of the dictionary")
  }
}

/// The type of the elements of an array: floating-point numbers of 16, 32 or 64 bits, integers of 8 to 64
/// bits, or truth values.
struct NumPyElement: Equatable {
  enum Kind { case floatingPoint, signed, unsigned }

  let kind: Kind
  /// The bytes of an element.
  let size: Int
  private let isByteSwapped: Bool

  /// A type in NumPy's notation, such as `<f8`; nil for one that is no real number.
  init?(_ text: String) {
    let characters = Array(text)
    guard characters.count == 3, let size = characters[2].wholeNumberValue else { return nil }
    switch (characters[1], size) {
    case ("f", 2), ("f", 4), ("f", 8): kind = .floatingPoint
    case ("i", 1), ("i", 2), ("i", 4), ("i", 8): kind = .signed
    case ("u", 1), ("u", 2), ("u", 4), ("u", 8), ("b", 1): kind = .unsigned
    default: return nil
    }
    let isLittleEndian: Bool
    switch characters[0] {
    case "<": isLittleEndian = true
    case ">": isLittleEndian = false
    case "|" where size == 1, "=": isLittleEndian = 1.littleEndian == 1
    default: return nil
    }
    self.size = size
    isByteSwapped = size > 1 && isLittleEndian != (1.littleEndian == 1)
  }

  /// Whether the elements lie in memory as Float64.
  var isNative: Bool { kind == .floatingPoint && size == 8 && !isByteSwapped }

  /// Places `count` elements, `step` bytes apart from `source` on, `stride` apart from `target` on.
  /// Integers beyond 2^53 are rounded to the nearest Float64.
  func convert(
    _ source: UnsafeRawPointer, step: Int, count: Int, into target: UnsafeMutablePointer<Double>, stride: Int
  ) {
    func place<Word: FixedWidthInteger & BitwiseCopyable>(_: Word.Type, _ value: (Word) -> Double) {
      for index in 0..<count {
        let word = source.loadUnaligned(fromByteOffset: index * step, as: Word.self)
        target[index * stride] = value(isByteSwapped ? word.byteSwapped : word)
      }
    }
    switch (kind, size) {
    case (.floatingPoint, 2): place(UInt16.self) { Double(Float(halfPrecisionBits: $0)) }
    case (.floatingPoint, 4): place(UInt32.self) { Double(Float(bitPattern: $0)) }
    case (.floatingPoint, _): place(UInt64.self) { Double(bitPattern: $0) }
    case (.signed, 1): place(Int8.self) { Double($0) }
    case (.signed, 2): place(Int16.self) { Double($0) }
    case (.signed, 4): place(Int32.self) { Double($0) }
    case (.signed, _): place(Int64.self) { Double($0) }
    case (.unsigned, 1): place(UInt8.self) { Double($0) }
    case (.unsigned, 2): place(UInt16.self) { Double($0) }
    case (.unsigned, 4): place(UInt32.self) { Double($0) }
    case (.unsigned, _): place(UInt64.self) { Double($0) }
    }
  }
}
