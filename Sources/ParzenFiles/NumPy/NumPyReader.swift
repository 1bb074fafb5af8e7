import ParzenCore

/// Reads a matrix from a NumPy `.npy` file of Float32 or Float64 numbers, in C or Fortran order, of either
/// byte order.
struct NumPyReader {
  private var rows: Int
  private var columns: Int
  private var isFortranOrder: Bool
  private var isFloat64: Bool
  private var isByteSwapped: Bool
  /// The offset of the first element in the file.
  private var start: Int

  /// Reads a matrix; an array with one axis is one column.
  ///
  /// - Parameter path: a name for messages.
  /// - Throws: `ParzenError.file` if the source is not a `.npy` file, is truncated, holds less than its
  ///   header says, or is not an array of floating-point numbers with one or two axes.
  /// - Complexity: O(size) in time; memory is that of the matrix.
  static func matrix<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source, path: String
  ) throws(ParzenError) -> Matrix {
    let reader = try NumPyReader(source, path: path)
    let count = reader.rows * reader.columns
    let elements = try [Double](capacity: count) { buffer throws(ParzenError) in
      guard try reader.readElements(source, into: buffer.baseAddress!) else {
        throw .file(path: path, reason: "the file became shorter while it was read")
      }
      return count
    }
    return Matrix(rows: reader.rows, columns: reader.columns, elements: elements)
  }
}

// MARK: - The header

extension NumPyReader {
  private init<Source: ByteSource & ~Copyable>(_ source: borrowing Source, path: String) throws(ParzenError) {
    // The magic, the version, and the length of the dictionary: two bytes in version 1, four since.
    let opening = try Self.bytes(source, 0..<12)
    guard opening.starts(with: NumPyHeader.magic) else {
      throw .file(path: path, reason: "this is not a .npy file")
    }
    guard opening.count == 12 else {
      throw .file(path: path, reason: "the file is truncated: it ends in its header")
    }
    guard 1...3 ~= opening[6] else {
      throw .file(
        path: path, reason: "version \(opening[6]).\(opening[7]) of the .npy format is not supported")
    }
    let lengthSize = opening[6] == 1 ? 2 : 4
    let length = (0..<lengthSize).reduce(0) { $0 | Int(opening[8 + $1]) << (8 * $1) }
    let text = try Self.bytes(source, 8 + lengthSize..<8 + lengthSize + length)
    guard text.count == length else {
      throw .file(path: path, reason: "the file is truncated: its header should have \(length) bytes")
    }
    let header: NumPyHeader
    do throws(FormatError) {
      header = try text.withBytes { text throws(FormatError) in try NumPyHeader(parsing: text) }
      try self.init(header, start: 8 + lengthSize + length, sourceSize: source.count)
    } catch {
      throw error.inFile(path)
    }
  }

  /// Checks that the elements are of a type that can be read, and that the source holds them all.
  private init(_ header: NumPyHeader, start: Int, sourceSize: Int) throws(FormatError) {
    let isLittleEndian: Bool
    switch header.elementType {
    case "<f8", "<f4": isLittleEndian = true
    case ">f8", ">f4": isLittleEndian = false
    default:
      throw FormatError(
        "the elements have the type \(quoted(header.elementType)): save them as float64, "
          + "in Python by numpy.save(file, array.astype(float))")
    }
    guard 1...2 ~= header.shape.count else {
      throw FormatError(
        "the array has \(header.shape.count) axes: give one with two, points along the first and dimensions "
          + "along the second")
    }
    rows = header.shape[0]
    columns = header.shape.count == 2 ? header.shape[1] : 1
    isFortranOrder = header.isFortranOrder
    isFloat64 = header.elementType.hasSuffix("8")
    isByteSwapped = isLittleEndian != (1.littleEndian == 1)
    self.start = start

    guard rows > 0, columns > 0 else { throw FormatError("the array is empty: its shape is \(header.shape)") }
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    let available = sourceSize - start
    guard !overflow, count <= available / elementSize else {
      throw FormatError(
        "the file is truncated: the header promises an array of shape \(header.shape), "
          + "but there are only \(available) bytes of data")
    }
  }

  /// Up to as many bytes as the range has; fewer where the source ends.
  private static func bytes<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source, _ range: Range<Int>
  ) throws(ParzenError) -> [UInt8] {
    try [UInt8](capacity: max(0, min(range.count, source.count - range.lowerBound))) {
      buffer throws(ParzenError) in
      try source.read(into: UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
    }
  }
}

// MARK: - The elements

extension NumPyReader {
  private var elementSize: Int { isFloat64 ? 8 : 4 }

  /// Reads all elements into their places in row-major order; returns false if the source ends too early.
  private func readElements<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source, into elements: UnsafeMutablePointer<Double>
  ) throws(ParzenError) -> Bool {
    guard isFortranOrder else {
      return try readRun(source, from: 0, count: rows * columns, into: elements, stride: 1)
    }
    // Few enough rows at a time for all of their columns to stay in the processor's cache.
    let blockRows = 4096
    for firstRow in stride(from: 0, to: rows, by: blockRows) {
      for column in 0..<columns {
        guard
          try readRun(
            source, from: column * rows + firstRow, count: min(blockRows, rows - firstRow),
            into: elements + firstRow * columns + column, stride: columns)
        else { return false }
      }
    }
    return true
  }

  /// Reads `count` elements that follow each other in the source, placing them `stride` apart.
  private func readRun<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source, from first: Int, count: Int, into elements: UnsafeMutablePointer<Double>,
    stride: Int
  ) throws(ParzenError) -> Bool {
    if isFloat64, !isByteSwapped, stride == 1 {
      let bytes = UnsafeMutableRawBufferPointer(start: elements, count: count * 8)
      return try source.read(into: bytes, at: start + first * 8) == bytes.count
    }
    if isFloat64 {
      return try readBlocks(source, first, count) { (index, word: UInt64) in
        elements[index * stride] = Double(bitPattern: isByteSwapped ? word.byteSwapped : word)
      }
    }
    return try readBlocks(source, first, count) { (index, word: UInt32) in
      elements[index * stride] = Double(Float(bitPattern: isByteSwapped ? word.byteSwapped : word))
    }
  }

  /// Reads `count` words that follow each other in the source, a small block at a time.
  @inline(__always)
  private func readBlocks<Source: ByteSource & ~Copyable, Word: FixedWidthInteger & BitwiseCopyable>(
    _ source: borrowing Source, _ first: Int, _ count: Int, _ place: (Int, Word) -> Void
  ) throws(ParzenError) -> Bool {
    let size = MemoryLayout<Word>.size
    for blockStart in stride(from: 0, to: count, by: 4096) {
      let blockCount = min(4096, count - blockStart)
      let words = try [Word](capacity: blockCount) { buffer throws(ParzenError) in
        let bytes = UnsafeMutableRawBufferPointer(buffer)
        return try source.read(into: bytes, at: start + (first + blockStart) * size) / size
      }
      guard words.count == blockCount else { return false }
      for index in 0..<blockCount { place(blockStart + index, words[index]) }
    }
    return true
  }
}
