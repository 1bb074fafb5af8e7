import ParzenCore

/// One tensor of a safetensors file: an element type, a shape, and the elements in row-major (C) order.
///
/// ```swift
/// let tensor = try SafetensorsTensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
/// let file = SafetensorsFile(tensors: ["x": tensor])
/// ```
public struct SafetensorsTensor: Sendable, Equatable {
  /// The types that elements may have, named as in the file format.
  public enum ElementType: String, Sendable, CaseIterable {
    case float64 = "F64"
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case int8 = "I8"
    case uint64 = "U64"
    case uint32 = "U32"
    case uint16 = "U16"
    case uint8 = "U8"
    case bool = "BOOL"

    /// The size of one element in bytes.
    public var size: Int {
      switch self {
      case .float64, .int64, .uint64: 8
      case .float32, .int32, .uint32: 4
      case .float16, .bfloat16, .int16, .uint16: 2
      case .int8, .uint8, .bool: 1
      }
    }
  }

  /// The type of the elements.
  public let elementType: ElementType
  /// The extent of every axis; empty for a single number.
  public let shape: [Int]
  /// The elements, little-endian.
  public let bytes: [UInt8]

  /// The number of elements.
  public var count: Int { bytes.count / elementType.size }

  /// A tensor from the bytes of its elements, little-endian and in row-major order.
  ///
  /// - Throws: `ParzenError.invalidOption` unless `bytes` has the size that `shape` and `elementType` ask
  ///   for.
  public init(elementType: ElementType, shape: [Int], bytes: [UInt8]) throws(ParzenError) {
    guard Self.byteCount(shape, elementType) == bytes.count else {
      throw .invalidOption(
        "\(bytes.count) bytes are no tensor of shape \(shape) and type \(elementType.rawValue): give the "
          + "shape of the elements")
    }
    self.elementType = elementType
    self.shape = shape
    self.bytes = bytes
  }

  /// The number of bytes that a tensor takes; nil if the shape is negative or the number overflows.
  static func byteCount(_ shape: [Int], _ elementType: ElementType) -> Int? {
    var count = elementType.size
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { return nil }
      count = product
    }
    return count
  }
}

extension SafetensorsTensor {
  /// A Float32 tensor.
  ///
  /// - Throws: `ParzenError.invalidOption` unless the product of `shape` is the number of values.
  public init(_ values: [Float], shape: [Int]) throws(ParzenError) {
    try self.init(elementType: .float32, shape: shape, bytes: littleEndianBytes(values.map(\.bitPattern)))
  }

  /// A Float64 tensor.
  ///
  /// - Throws: `ParzenError.invalidOption` unless the product of `shape` is the number of values.
  public init(_ values: [Double], shape: [Int]) throws(ParzenError) {
    try self.init(elementType: .float64, shape: shape, bytes: littleEndianBytes(values.map(\.bitPattern)))
  }

  /// A tensor of 64-bit integers.
  ///
  /// - Throws: `ParzenError.invalidOption` unless the product of `shape` is the number of values.
  public init(_ values: [Int64], shape: [Int]) throws(ParzenError) {
    try self.init(elementType: .int64, shape: shape, bytes: littleEndianBytes(values))
  }

  /// The elements as Float32, rounded to nearest where they are Float64; nil if the element type is not a
  /// floating-point type.
  public var floats: [Float]? { floatingPoint(Float.self) }

  /// The elements as Float64, exactly; nil if the element type is not a floating-point type.
  public var doubles: [Double]? { floatingPoint(Double.self) }

  /// The elements as integers; nil if the element type is not an integer type, or an element does not fit an
  /// `Int`.
  public var integers: [Int]? {
    switch elementType {
    case .int64: words(UInt64.self) { Int(Int64(bitPattern: $0)) }
    case .int32: words(UInt32.self) { Int(Int32(bitPattern: $0)) }
    case .int16: words(UInt16.self) { Int(Int16(bitPattern: $0)) }
    case .int8: words(UInt8.self) { Int(Int8(bitPattern: $0)) }
    case .uint64:
      words(UInt64.self) { $0 }.allSatisfy { $0 <= Int.max } ? words(UInt64.self) { Int($0) } : nil
    case .uint32: words(UInt32.self) { Int($0) }
    case .uint16: words(UInt16.self) { Int($0) }
    case .uint8, .bool: words(UInt8.self) { Int($0) }
    case .float64, .float32, .float16, .bfloat16: nil
    }
  }

  private func floatingPoint<Scalar: BinaryFloatingPoint>(_ type: Scalar.Type) -> [Scalar]? {
    switch elementType {
    case .float64: words(UInt64.self) { Scalar(Double(bitPattern: $0)) }
    case .float32: words(UInt32.self) { Scalar(Float(bitPattern: $0)) }
    case .float16: words(UInt16.self) { Scalar(Float(halfPrecisionBits: $0)) }
    case .bfloat16: words(UInt16.self) { Scalar(Float(bitPattern: UInt32($0) << 16)) }
    default: nil
    }
  }

  private func words<Word: FixedWidthInteger & BitwiseCopyable, Value>(
    _ type: Word.Type, _ value: (Word) -> Value
  ) -> [Value] {
    bytes.withUnsafeBytes { bytes in
      (0..<count).map { index in
        value(
          Word(
            littleEndian: bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self))
        )
      }
    }
  }
}

private func littleEndianBytes<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
  words.map(\.littleEndian).withUnsafeBytes { Array($0) }
}
