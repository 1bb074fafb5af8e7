import ParzenCore
import ParzenPlatform

/// Folders, whose names are bytes (see `String.systemBytes`).
package enum Folder {
  /// Makes a folder, and those that it is in.
  ///
  /// - Throws: `ParzenError.file` if that is not possible.
  package static func create(_ path: String) throws(ParzenError) {
    guard !path.isEmpty else { throw .file(path: path, reason: "the name of the folder is empty") }
    if let status = fileStatus(path) {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw .file(path: path, reason: "this is a file: give the name of a folder")
      }
      return
    }
    let trimmed = path.hasSuffix("/") ? String(path.dropLast()) : path
    if let slash = trimmed.lastIndex(of: "/"), slash > trimmed.startIndex {
      try create(String(trimmed[..<slash]))
    }
    guard trimmed.withSystemPath({ mkdir($0, 0o777) }) == 0 || errno == EEXIST else {
      throw .file(path: path, reason: "the folder cannot be made: " + systemMessage(errno))
    }
  }

  /// The names of what is in a folder, sorted.
  ///
  /// - Throws: `ParzenError.file` if it is no folder, or cannot be read.
  package static func names(_ path: String) throws(ParzenError) -> [String] {
    guard let folder = path.withSystemPath({ opendir($0) }) else {
      throw .file(path: path, reason: "the folder cannot be read: " + systemMessage(errno))
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(systemBytes: $0.prefix { $0 != 0 }) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Whether there is something of this name.
  package static func contains(_ name: String, in path: String) -> Bool {
    fileStatus("\(path)/\(name)") != nil
  }

  /// Removes a file in a folder.
  ///
  /// - Throws: `ParzenError.file` if that is not possible.
  package static func remove(_ name: String, in path: String) throws(ParzenError) {
    guard "\(path)/\(name)".withSystemPath({ unlink($0) }) == 0 || errno == ENOENT else {
      throw .file(path: "\(path)/\(name)", reason: "cannot be removed: " + systemMessage(errno))
    }
  }

  /// Waits until the disk has the names in a folder, so that a file that was given its name keeps it after
  /// a power failure.
  static func synchronise(_ path: String) {
    let descriptor = path.withSystemPath { open($0, O_RDONLY | O_CLOEXEC | O_DIRECTORY) }
    guard descriptor >= 0 else { return }
    // Some file systems do not synchronise folders, and have nothing to lose by it.
    _ = fsync(descriptor)
    close(descriptor)
  }
}

/// A lock on a folder, which one process can hold at a time; it ends with the value, and with the process
/// whatever ends that.
package final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock.
  ///
  /// - Parameter path: an existing folder.
  /// - Throws: `ParzenError.file` if another process has it, or the folder cannot be read.
  package init(_ path: String) throws(ParzenError) {
    descriptor = path.withSystemPath { open($0, O_RDONLY | O_CLOEXEC | O_DIRECTORY) }
    guard descriptor >= 0 else {
      throw .file(path: path, reason: "the folder cannot be opened: " + systemMessage(errno))
    }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      throw .file(
        path: path, reason: "another run is at work in this folder: wait for its end, or give another folder")
    }
  }

  deinit { close(descriptor) }
}

/// Names of files with wildcards.
package enum FilePattern {
  /// The files that a name stands for: the file of this name, else those that match it, with `*`, `?` and `[
  /// ]` as in a shell, in the order of their names; the name itself where there are none.
  package static func files(_ name: String) -> [String] {
    guard name.contains(where: { "*?[".contains($0) }), fileStatus(name) == nil else { return [name] }
    var matches = glob_t()
    defer { globfree(&matches) }
    guard name.withSystemPath({ glob($0, 0, nil, &matches) }) == 0, let paths = matches.gl_pathv else {
      return [name]
    }
    let found = (0..<Int(matches.gl_pathc)).compactMap { index in
      paths[index].map { String(systemBytes: UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    }
    return found.isEmpty ? [name] : found
  }
}
