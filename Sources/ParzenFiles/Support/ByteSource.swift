import ParzenCore

/// Bytes that can be read from any place: a file, or memory.
protocol ByteSource: ~Copyable {
  /// The number of bytes.
  var count: Int { get }

  /// Reads bytes from `offset` on, until `buffer` is full or the source ends.
  ///
  /// - Returns: the number of bytes read.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ParzenError) -> Int
}

/// Bytes in memory, which must outlive the value.
struct MemorySource: ByteSource {
  let bytes: UnsafeRawBufferPointer

  var count: Int { bytes.count }

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
    let available = bytes.dropFirst(offset).prefix(buffer.count)
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: available))
    return available.count
  }
}
