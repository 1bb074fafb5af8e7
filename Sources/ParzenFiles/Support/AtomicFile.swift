import Foundation
import ParzenCore

/// A file that appears under its name only when it is complete.
///
/// The bytes go to a hidden temporary file in the same folder, which `commit()` renames. If the value goes out of
/// scope without `commit()`, the temporary file is removed and whatever had the name before is untouched.
/// A pipe or a device that already has the name is written to directly; of a symbolic link, the file that it
/// leads to is replaced.
package struct AtomicFile: ~Copyable {
  private let path: String
  private let destination: String
  /// Nil when bytes go straight to a pipe or a device.
  private let temporary: String?
  private let descriptor: Int32
  private var isCommitted = false

  /// Starts a new file.
  ///
  /// - Throws: `ParzenError.file` if `check(path:)` does, or the file cannot be created.
  package init(path: String) throws(ParzenError) {
    let isStream = try Self.check(path: path) == .stream
    let destination = Self.resolvingLinks(path)
    let hidden = ".\(lastComponent(destination)).\(UInt64.random(in: 0...UInt64.max)).tmp"
    let temporary = folder(of: destination) + "/" + hidden
    let descriptor =
      isStream
      ? open(path, O_WRONLY | O_CLOEXEC)
      : open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw .file(path: path, reason: "cannot be written: " + systemMessage(errno))
    }
    self.path = path
    self.destination = destination
    self.temporary = isStream ? nil : temporary
    self.descriptor = descriptor
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
      let written = Foundation.write(descriptor, bytes.baseAddress! + count, bytes.count - count)
      if written >= 0 {
        count += written
      } else if errno != EINTR {
        throw .file(path: path, reason: "writing failed: " + systemMessage(errno))
      }
    }
  }

  /// Appends bytes.
  package func write(_ bytes: [UInt8]) throws(ParzenError) {
    var failure: ParzenError?
    bytes.withUnsafeBytes { buffer in
      do throws(ParzenError) { try write(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Gives the finished file its name.
  ///
  /// - Parameter durable: whether to wait until the disk has everything, so that the file survives a power failure.
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
  /// What kind of file has, or will have, a name.
  package enum Kind: Sendable {
    /// An ordinary file, new or to be replaced.
    case regular
    /// A pipe or a device, which exists already.
    case stream
  }

  /// Finds out, before any long work, whether a file can be written.
  ///
  /// - Throws: `ParzenError.file` if the name is empty or that of a folder, or its folder is missing or not writable.
  @discardableResult
  package static func check(path: String) throws(ParzenError) -> Kind {
    guard !path.isEmpty else { throw .file(path: path, reason: "the name of the output file is empty") }
    var status = stat()
    if stat(path, &status) == 0 {
      switch status.st_mode & S_IFMT {
      case S_IFDIR: throw .file(path: path, reason: "this is a folder: give the name of a file")
      case S_IFREG: break
      default:
        guard access(path, W_OK) == 0 else { throw .file(path: path, reason: "no permission to write here") }
        return .stream
      }
    }
    let parent = folder(of: resolvingLinks(path))
    guard stat(parent, &status) == 0 else {
      throw .file(path: path, reason: "there is no folder \(parent): create it first")
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw .file(path: path, reason: "\(parent) is not a folder")
    }
    guard !path.hasSuffix("/") else {
      throw .file(path: path, reason: "this names a folder: give the name of a file")
    }
    guard access(parent, W_OK | X_OK) == 0 else {
      throw .file(path: path, reason: "cannot write to the folder \(parent): " + systemMessage(errno))
    }
    return .regular
  }

  /// The file that a symbolic link leads to; of anything else, and of a link to nothing, the path itself.
  private static func resolvingLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

/// The path without its last component; "." if there is only one.
private func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// What follows the last slash.
private func lastComponent(_ path: String) -> Substring {
  path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
}
