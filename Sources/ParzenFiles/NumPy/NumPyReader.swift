import ParzenCore

/// An array as a matrix.
struct NumPyArray {
  /// The elements; of an array of records, a column for each field.
  var matrix: Matrix
  /// The extents of the array's axes in the file.
  var shape: [Int]
  /// The names of the columns, where the file gives them.
  var names: [String]?
}

/// Reads a matrix from a NumPy `.npy` file of numbers, or of records of numbers, in C or Fortran order, of
/// either byte order.
struct NumPyReader {
  let header: NumPyHeader
  /// The types of the columns of a record; one type for plain arrays.
  private let elements: [NumPyElement]
  let rows: Int
  let columns: Int
  /// The offset of the first element in the file.
  private let start: Int

  /// Reads an array with one axis, which is one column, or two; of three axes (chains x draws x dimensions)
  /// the first two are joined.
  ///
  /// - Parameter path: a name for messages.
  /// - Throws: `ParzenError.file` if the source is not a `.npy` file, is truncated, holds less than its
  ///   header says, or is not an array of real numbers with one to three axes.
  /// - Complexity: O(size) in time; memory is that of the matrix.
  static func array<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source, path: String
  ) throws(ParzenError) -> NumPyArray {
    let reader = try NumPyReader(source, path: path)
    let count = reader.rows * reader.columns
    let values = try [Double](capacity: count) { buffer throws(ParzenError) in
      guard try reader.readElements(source, into: buffer.baseAddress!) else {
        throw .file(path: path, reason: "the file became shorter while it was read")
      }
      return count
    }
    return NumPyArray(
      matrix: Matrix(rows: reader.rows, columns: reader.columns, elements: values),
      shape: reader.header.shape, names: reader.header.fieldNames)
  }

  /// Reads an array from the content of a file.
  static func array(inMemory bytes: [UInt8]) throws(FormatError) -> NumPyArray {
    do throws(ParzenError) {
      return try bytes.withBytes { bytes throws(ParzenError) in
        try array(MemorySource(bytes: bytes), path: "")
      }
    } catch {
      guard case .file(_, let reason) = error else { throw FormatError("\(error)") }
      throw FormatError(reason)
    }
  }
}

// MARK: - The header

extension NumPyReader {
  init<Source: ByteSource & ~Copyable>(_ source: borrowing Source, path: String) throws(ParzenError) {
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
    do throws(FormatError) {
      let header = try text.withBytes { text throws(FormatError) in try NumPyHeader(parsing: text) }
      try self.init(header, start: 8 + lengthSize + length, sourceSize: source.count)
    } catch {
      throw error.inFile(path)
    }
  }

  /// Checks that the elements are of a type that can be read, and that the source holds them all.
  private init(_ header: NumPyHeader, start: Int, sourceSize: Int) throws(FormatError) {
    elements = try header.elementTypes.map { (text) throws(FormatError) in
      guard let element = NumPyElement(text) else {
        throw FormatError(
          "the elements have the type \(quoted(text)): save them as float64, "
            + "in Python by numpy.save(file, array.astype(float))")
      }
      return element
    }
    let shape = header.shape
    guard header.fieldNames == nil ? 1...3 ~= shape.count : shape.count == 1 else {
      throw FormatError(
        "the array has \(shape.count) axes: give one with two, points along the first and dimensions along "
          + "the second" + (header.fieldNames == nil ? "" : "; of records, one with one axis"))
    }
    self.header = header
    self.start = start
    guard !shape.contains(0) else { throw FormatError("the array is empty: its shape is \(shape)") }
    let count = shape.reduce((1, false)) { product, extent in
      let (value, overflow) = product.0.multipliedReportingOverflow(by: extent)
      return (value, product.1 || overflow)
    }
    let available = sourceSize - start
    let recordSize = elements.reduce(0) { $0 + $1.size }
    guard !count.1, count.0 <= available / recordSize else {
      throw FormatError(
        "the file is truncated: the header promises an array of shape \(shape), "
          + "but there are only \(available) bytes of data")
    }
    switch shape.count {
    case 1: (rows, columns) = (shape[0], elements.count)
    case 2: (rows, columns) = (shape[0], shape[1])
    default: (rows, columns) = (shape[0] * shape[1], shape[2])
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
  /// Reads all elements into their places in row-major order; returns false if the source ends too early.
  private func readElements<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source, into target: UnsafeMutablePointer<Double>
  ) throws(ParzenError) -> Bool {
    guard header.isFortranOrder, header.shape.count == 3 else {
      return try readRows(source, 0..<rows, into: target)
    }
    // Of three axes the first varies fastest in the file, the second among our rows.
    let (chains, draws) = (header.shape[0], header.shape[1])
    for column in 0..<columns {
      for draw in 0..<draws {
        guard
          try readRun(
            source, from: (column * draws + draw) * chains, count: chains,
            into: target + draw * columns + column, stride: draws * columns)
        else { return false }
      }
    }
    return true
  }

  /// Reads some of the rows into their places in row-major order, of an array of less than three axes in
  /// Fortran order; returns false if the source ends too early.
  ///
  /// - Complexity: O(range columns) time; memory of a small block.
  func readRows<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source, _ range: Range<Int>, into target: UnsafeMutablePointer<Double>
  ) throws(ParzenError) -> Bool {
    guard header.fieldNames == nil else { return try readRecords(source, range, into: target) }
    guard header.isFortranOrder, header.shape.count > 1 else {
      return try readRun(
        source, from: range.lowerBound * columns, count: range.count * columns, into: target, stride: 1)
    }
    // Few enough rows at a time for all of their columns to stay in the processor's cache.
    let blockRows = 4096
    for firstRow in stride(from: 0, to: range.count, by: blockRows) {
      for column in 0..<columns {
        guard
          try readRun(
            source, from: column * rows + range.lowerBound + firstRow,
            count: min(blockRows, range.count - firstRow), into: target + firstRow * columns + column,
            stride: columns)
        else { return false }
      }
    }
    return true
  }

  /// Reads `count` elements that follow each other in the source, placing them `stride` apart.
  private func readRun<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source, from first: Int, count: Int, into target: UnsafeMutablePointer<Double>,
    stride: Int
  ) throws(ParzenError) -> Bool {
    let element = elements[0]
    if element.isNative, stride == 1 {
      let bytes = UnsafeMutableRawBufferPointer(start: target, count: count * 8)
      return try source.read(into: bytes, at: start + first * 8) == bytes.count
    }
    return try readBlocks(source, first, count, size: element.size) { block, index, blockCount in
      element.convert(
        block, step: element.size, count: blockCount, into: target + index * stride, stride: stride)
    }
  }

  /// Reads records, whose fields become columns.
  private func readRecords<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source, _ range: Range<Int>, into target: UnsafeMutablePointer<Double>
  ) throws(ParzenError) -> Bool {
    let size = elements.reduce(0) { $0 + $1.size }
    return try readBlocks(source, range.lowerBound, range.count, size: size) { block, index, blockCount in
      var offset = 0
      for (column, element) in elements.enumerated() {
        element.convert(
          block + offset, step: size, count: blockCount, into: target + index * columns + column,
          stride: columns)
        offset += element.size
      }
    }
  }

  /// Reads `count` pieces of `size` bytes that follow each other in the source, a small block at a time.
  private func readBlocks<Source: ByteSource & ~Copyable>(
    _ source: borrowing Source, _ first: Int, _ count: Int, size: Int,
    _ place: (UnsafeRawPointer, _ index: Int, _ count: Int) -> Void
  ) throws(ParzenError) -> Bool {
    for blockStart in stride(from: 0, to: count, by: 4096) {
      let blockCount = min(4096, count - blockStart)
      let bytes = try [UInt8](capacity: blockCount * size) { buffer throws(ParzenError) in
        try source.read(
          into: UnsafeMutableRawBufferPointer(buffer), at: start + (first + blockStart) * size)
      }
      guard bytes.count == blockCount * size else { return false }
      bytes.withUnsafeBytes { place($0.baseAddress!, blockStart, blockCount) }
    }
    return true
  }
}
