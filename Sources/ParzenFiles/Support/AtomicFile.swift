import ParzenCore
import ParzenPlatform

/// A file that appears under its name only when it is complete.
///
/// The bytes go to a hidden temporary file in the same folder, which `commit()` renames. If the value goes
/// out of scope without `commit()`, the temporary file is removed and whatever had the name before is
/// untouched; so it is when a signal ends the process (see `TemporaryFiles`). A pipe or a device that
/// already has the name is written to directly; of a symbolic link, the file that it leads to is replaced,
/// or made.
package struct AtomicFile: ~Copyable {
  private let path: String
  private let destination: String
  /// Nil when bytes go straight to a pipe or a device.
  private let temporary: String?
  private let descriptor: Int32
  private var isCommitted = false

  /// Starts a new file.
  ///
  /// - Throws: `ParzenError.file` as `check(path:)` does.
  package init(path: String) throws(ParzenError) {
    let destination = try OutputPlace(path: path)
    let (descriptor, temporary) = try destination.open()
    self.path = path
    self.destination = destination.resolved
    self.descriptor = descriptor
    self.temporary = temporary
  }

  /// Writes straight to standard output.
  ///
  /// - Throws: `ParzenError.file` if it is closed.
  package init(toStandardOutput: Void) throws(ParzenError) {
    descriptor = dup(STDOUT_FILENO)
    guard descriptor >= 0 else {
      throw .file(path: "standard output", reason: "cannot be written: " + systemMessage(errno))
    }
    (path, destination, temporary) = ("standard output", "", nil)
  }

  deinit {
    close(descriptor)
    if let temporary, !isCommitted { TemporaryFiles.remove(temporary) }
  }

  /// Appends bytes.
  ///
  /// - Throws: `ParzenError.file` when the system refuses them, for instance because the disk is full.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(ParzenError) {
    let code = writeAll(bytes, to: descriptor)
    guard code == 0 else { throw .file(path: path, reason: "writing failed: " + systemMessage(code)) }
  }

  /// Appends bytes.
  package func write(_ bytes: [UInt8]) throws(ParzenError) {
    try bytes.withBytes { bytes throws(ParzenError) in try write(bytes) }
  }

  /// Gives the finished file its name.
  ///
  /// - Parameter durable: whether to wait until the disk has everything, so that the file, or whatever had
  ///   the name before, survives a power failure.
  package consuming func commit(durable: Bool = false) throws(ParzenError) {
    guard let temporary else { return }
    if durable, fsync(descriptor) != 0 {
      throw .file(path: path, reason: "cannot be written: " + systemMessage(errno))
    }
    let code = TemporaryFiles.rename(temporary, to: destination)
    guard code == 0 else { throw .file(path: path, reason: "cannot be written: " + systemMessage(code)) }
    isCommitted = true
    if durable { Folder.synchronise(OutputPlace.folder(of: destination)) }
  }

  /// Writes a whole file at once.
  package static func write(_ bytes: [UInt8], path: String, durable: Bool = false) throws(ParzenError) {
    let file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit(durable: durable)
  }
}

extension AtomicFile {
  /// Finds out, before any long work, whether a file can be written, by creating and removing a temporary
  /// one.
  ///
  /// - Throws: `ParzenError.file` if the name is empty or that of a folder, or its folder is missing or not
  ///   writable; for a pipe that nobody reads.
  package static func check(path: String) throws(ParzenError) {
    try OutputPlace(path: path).check()
  }

  /// Finds out, before any long work, whether files can be written, and whether each is another file than
  /// all others and than those that are read.
  ///
  /// - Parameters:
  ///   - outputs: the files to write; nil for none.
  ///   - inputs: the files that are read.
  /// - Throws: `ParzenError.file` where one cannot be written, or would replace what is read or written
  ///   besides.
  package static func check(outputs: [String?], inputs: [String?]) throws(ParzenError) {
    let outputs = outputs.compactMap(\.self)
    for path in outputs { try check(path: path) }
    for (index, path) in outputs.enumerated() {
      let place = try OutputPlace(path: path)
      if let input = inputs.compactMap(\.self).first(where: { place.isSameFile(as: $0) }) {
        throw .file(path: path, reason: "the input \(input) is this file: give another name for the output")
      }
      for other in outputs[..<index] where try OutputPlace(path: other).isSamePlace(as: place) {
        throw .file(path: path, reason: "two outputs would be this file: give them different names")
      }
    }
  }
}

extension AtomicFile {
  /// Whether two names lead to one file that is there.
  package static func isSameFile(_ path: String, _ other: String?) -> Bool {
    guard let other, let place = try? OutputPlace(path: path) else { return false }
    return place.isSameFile(as: other)
  }
}

/// Writes bytes to an open file, however many calls that takes; returns the system's error number, 0 for
/// none.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
  var count = 0
  while count < bytes.count {
    let written = ParzenPlatform.write(descriptor, bytes.baseAddress! + count, bytes.count - count)
    if written >= 0 {
      count += written
    } else if errno == EAGAIN {
      // A pipe of another's that does not wait.
      var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      _ = poll(&request, 1, -1)
    } else if errno != EINTR {
      return errno
    }
  }
  return 0
}
