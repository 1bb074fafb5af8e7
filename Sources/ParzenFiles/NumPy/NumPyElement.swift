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
    case (.floatingPoint, 2): place(UInt16.self, Self.half)
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

  /// The value of an IEEE 754 number of 16 bits; not every platform has the type `Float16`.
  private static func half(_ bits: UInt16) -> Double {
    let fraction = Double(bits & 0x3FF)
    let exponent = Int(bits >> 10 & 0x1F)
    let magnitude: Double =
      switch exponent {
      case 0: fraction * 0x1p-24
      case 31: fraction == 0 ? .infinity : .nan
      default: Double(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
      }
    return bits >> 15 == 0 ? magnitude : -magnitude
  }
}
