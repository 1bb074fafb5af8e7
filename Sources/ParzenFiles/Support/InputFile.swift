import ParzenCore
import ParzenPlatform

/// A file that is open for reading, and is closed when the value goes out of scope.
struct InputFile: ~Copyable {
  /// The name of the file, for messages.
  let path: String
  /// The number of bytes in the file; nil for a pipe or a device, whose end is not known in advance.
  var size: Int?
  private let descriptor: Int32

  /// Opens a file for reading.
  ///
  /// - Throws: `ParzenError.file` if it does not exist, may not be read, or is a folder.
  init(path: String) throws(ParzenError) {
    let descriptor = path.withSystemPath { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw .file(path: path, reason: Self.reasonItCannotBeOpened(errno)) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = systemMessage(errno)
      close(descriptor)
      throw .file(path: path, reason: reason)
    }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR {
      close(descriptor)
      throw .file(path: path, reason: "this is a folder: give a file")
    }
    self.path = path
    // The files of /proc and the like say that they are empty.
    self.size = kind == S_IFREG && status.st_size > 0 ? Int(status.st_size) : nil
    self.descriptor = descriptor
  }

  /// Standard input.
  ///
  /// - Throws: `ParzenError.file` if it is closed.
  init(standardInput: Void) throws(ParzenError) {
    path = "standard input"
    descriptor = dup(STDIN_FILENO)
    guard descriptor >= 0 else { throw .file(path: path, reason: "cannot be read: " + systemMessage(errno)) }
    size = nil
  }

  /// A new file without a name, for reading and writing.
  ///
  /// - Throws: `ParzenError.file` if the folder takes none.
  init(temporaryIn folder: String) throws(ParzenError) {
    var name = Array("\(folder)/parzen-XXXXXX".systemBytes) + [0]
    let descriptor = name.withUnsafeMutableBytes { bytes -> Int32 in
      let name = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      let descriptor = mkstemp(name)
      if descriptor >= 0 { unlink(name) }
      return descriptor
    }
    guard descriptor >= 0 else {
      throw .file(path: folder, reason: "cannot take a temporary file: " + systemMessage(errno))
    }
    path = folder
    size = nil
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// The bytes as memory that the system fills when it is looked at.
  func mapped(_ size: Int) throws(ParzenError) -> UnsafeBufferPointer<UInt8> {
    let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address, address != MAP_FAILED else {
      throw .file(path: path, reason: "cannot be read: " + systemMessage(errno))
    }
    return UnsafeBufferPointer(start: address.assumingMemoryBound(to: UInt8.self), count: size)
  }

  /// Writes bytes from `offset` on.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ParzenError) {
    var count = 0
    while count < bytes.count {
      let written = pwrite(descriptor, bytes.baseAddress! + count, bytes.count - count, off_t(offset + count))
      if written >= 0 {
        count += written
      } else if errno != EINTR {
        throw .file(path: path, reason: "writing a temporary file failed: " + systemMessage(errno))
      }
    }
  }

  /// Reads everything, from the first byte to the last. Call it at most once.
  ///
  /// - Parameter most: the most bytes that there may be.
  /// - Throws: `ParzenError.file` if reading fails, or there are more.
  /// - Complexity: O(size) in time; memory is the size of the file once, if it is known in advance.
  func readAll(atMost most: Int = .max) throws(ParzenError) -> [UInt8] {
    guard size ?? 0 <= most else { throw tooLarge(most) }
    if let size {
      return try [UInt8](capacity: size) { buffer throws(ParzenError) in
        try read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
      }
    }
    var bytes: [UInt8] = []
    let blockSize = 1 << 16
    while true {
      let block = try [UInt8](capacity: blockSize) { buffer throws(ParzenError) in
        try fill(UnsafeMutableRawBufferPointer(buffer)) { ParzenPlatform.read(descriptor, $0, $1) }
      }
      bytes += block
      guard bytes.count <= most else { throw tooLarge(most) }
      if block.count < blockSize { return bytes }
    }
  }

  private func tooLarge(_ most: Int) -> ParzenError {
    .file(path: path, reason: "has more than \(most) bytes: is it another file than was meant?")
  }

  /// Calls `read` until the buffer is full or the file ends; returns the number of bytes read.
  private func fill(
    _ buffer: UnsafeMutableRawBufferPointer, _ read: (UnsafeMutableRawPointer, Int) -> Int
  ) throws(ParzenError) -> Int {
    var count = 0
    while count < buffer.count {
      let received = read(buffer.baseAddress! + count, buffer.count - count)
      if received == 0 { break }
      if received > 0 {
        count += received
      } else if errno != EINTR {
        throw .file(path: path, reason: "reading failed: " + systemMessage(errno))
      }
    }
    return count
  }

  private static func reasonItCannotBeOpened(_ code: Int32) -> String {
    switch code {
    case ENOENT: "no such file: check the name and the folder"
    case EACCES, EPERM: "no permission to read this file"
    default: "cannot be opened: " + systemMessage(code)
    }
  }
}

extension InputFile: ByteSource {
  /// The number of bytes; zero if it is not known in advance.
  var count: Int { size ?? 0 }

  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ParzenError) -> Int {
    var position = offset
    return try fill(buffer) { address, count in
      let received = pread(descriptor, address, count, off_t(position))
      position += max(received, 0)
      return received
    }
  }
}

/// The bytes of a small file.
///
/// - Parameter most: the most bytes that it may have.
/// - Throws: `ParzenError.file` if it cannot be read, or is larger.
package func readFile(_ path: String, atMost most: Int) throws(ParzenError) -> [UInt8] {
  try InputFile(path: path).readAll(atMost: most)
}

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
