import ParzenCore
import ParzenPlatform

/// A file that appears under its name only when it is complete.
///
/// The bytes go to a hidden temporary file in the same folder, which `commit()` renames. If the value goes
/// out of scope without `commit()`, the temporary file is removed and whatever had the name before is
/// untouched. A pipe or a device that already has the name is written to directly; of a symbolic link, the
/// file that it leads to is replaced.
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
    let destination = try Destination(path: path)
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
    if let temporary, !isCommitted { unlink(temporary) }
  }

  /// Appends bytes.
  ///
  /// - Throws: `ParzenError.file` when the system refuses them, for instance because the disk is full.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(ParzenError) {
    var count = 0
    while count < bytes.count {
      let written = ParzenPlatform.write(descriptor, bytes.baseAddress! + count, bytes.count - count)
      if written >= 0 {
        count += written
      } else if errno != EINTR {
        throw .file(path: path, reason: "writing failed: " + systemMessage(errno))
      }
    }
  }

  /// Appends bytes.
  package func write(_ bytes: [UInt8]) throws(ParzenError) {
    try bytes.withBytes { bytes throws(ParzenError) in try write(bytes) }
  }

  /// Gives the finished file its name.
  ///
  /// - Parameter durable: whether to wait until the disk has everything, so that the file survives a power
  ///   failure.
  package consuming func commit(durable: Bool = false) throws(ParzenError) {
    guard let temporary else { return }
    guard !durable || fsync(descriptor) == 0, rename(temporary, destination) == 0 else {
      throw .file(path: path, reason: "cannot be written: " + systemMessage(errno))
    }
    isCommitted = true
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
  ///   writable.
  package static func check(path: String) throws(ParzenError) {
    let (descriptor, temporary) = try Destination(path: path).open()
    close(descriptor)
    if let temporary { unlink(temporary) }
  }
}

/// The place where a file is to be written.
private struct Destination {
  let path: String
  /// The path without symbolic links, where it exists.
  let resolved: String
  /// Whether it is a pipe or a device.
  private let isStream: Bool

  init(path: String) throws(ParzenError) {
    guard !path.isEmpty else { throw .file(path: path, reason: "the name of the output file is empty") }
    var status = stat()
    let exists = stat(path, &status) == 0
    let kind = status.st_mode & S_IFMT
    guard !path.hasSuffix("/"), !exists || kind != S_IFDIR else {
      throw .file(path: path, reason: "this names a folder: give the name of a file")
    }
    self.path = path
    isStream = exists && kind != S_IFREG
    if exists, let resolved = realpath(path, nil) {
      self.resolved = String(cString: resolved)
      free(resolved)
    } else {
      self.resolved = path
    }
  }

  /// Opens the pipe or device, or creates a temporary file beside the destination.
  func open() throws(ParzenError) -> (descriptor: Int32, temporary: String?) {
    if isStream {
      let descriptor = ParzenPlatform.open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw .file(path: path, reason: "cannot be written: " + systemMessage(errno))
      }
      return (descriptor, nil)
    }
    let slash = resolved.lastIndex(of: "/")
    let name = slash.map { resolved[resolved.index(after: $0)...] } ?? resolved[...]
    let folder = slash.map { $0 == resolved.startIndex ? "/" : String(resolved[..<$0]) } ?? "."
    let temporary = "\(folder)/.\(name).\(UInt64.random(in: 0...UInt64.max)).tmp"
    let descriptor = ParzenPlatform.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      let code = errno
      switch code {
      case ENOENT where access(folder, F_OK) != 0:
        throw .file(path: path, reason: "there is no folder \(folder): create it first")
      case ENOTDIR: throw .file(path: path, reason: "\(folder) is not a folder")
      default:
        throw .file(path: path, reason: "cannot write to the folder \(folder): " + systemMessage(code))
      }
    }
    return (descriptor, temporary)
  }
}
