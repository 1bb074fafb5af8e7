import Foundation
import ParzenCore

/// A file that is open for reading, and is closed when the value goes out of scope.
struct InputFile: ~Copyable {
  /// The name of the file, for messages.
  let path: String
  /// The number of bytes in the file; nil for a pipe or a device, whose end is not known in advance.
  let size: Int?
  private let descriptor: Int32

  /// Opens a file for reading.
  ///
  /// - Throws: `ParzenError.file` if it does not exist, may not be read, or is a folder.
  init(path: String) throws(ParzenError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
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
    self.size = kind == S_IFREG ? Int(status.st_size) : nil
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Reads the next bytes, until `buffer` is full or the file ends.
  ///
  /// - Returns: the number of bytes read; less than `buffer.count` only at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ParzenError) -> Int {
    var count = 0
    while count < buffer.count {
      let received = Foundation.read(descriptor, buffer.baseAddress! + count, buffer.count - count)
      if received == 0 { break }
      if received > 0 {
        count += received
      } else if errno != EINTR {
        throw .file(path: path, reason: "reading failed: " + systemMessage(errno))
      }
    }
    return count
  }

  /// Reads everything from the current position to the end.
  ///
  /// - Complexity: O(size) in time; memory is the size of the file once for a regular file.
  func readToEnd() throws(ParzenError) -> [UInt8] {
    var bytes = try readArray(of: UInt8.self, count: size ?? 0)
    // Pipes, devices and the files of /proc do not tell their size.
    var isFinished = !bytes.isEmpty
    while !isFinished {
      let more = try readArray(of: UInt8.self, count: 1 << 16)
      bytes += more
      isFinished = more.count < 1 << 16
    }
    return bytes
  }

  /// Reads up to `count` values, straight into the storage of a new array. It is shorter when the file ends first.
  func readArray<Element: BitwiseCopyable>(of type: Element.Type, count: Int) throws(ParzenError) -> [Element]
  {
    var failure: ParzenError?
    let array = [Element](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      do throws(ParzenError) {
        let bytes = UnsafeMutableRawBufferPointer(
          start: buffer.baseAddress, count: count * MemoryLayout<Element>.stride)
        initializedCount = try read(into: bytes) / MemoryLayout<Element>.stride
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return array
  }

  private static func reasonItCannotBeOpened(_ code: Int32) -> String {
    switch code {
    case ENOENT: "no such file: check the name and the folder"
    case EACCES, EPERM: "no permission to read this file"
    default: "cannot be opened: " + systemMessage(code)
    }
  }
}

/// The operating system's text for an error number.
func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
