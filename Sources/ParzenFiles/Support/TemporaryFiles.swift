import ParzenPlatform
import Synchronization

/// The unfinished files of this process, which get their names when they are complete (see `AtomicFile`).
///
/// They are removed when they are abandoned, and by `removeAllBeforeExit` when a signal ends the process.
/// Those of a process that had no time for that are removed when another one begins a file in the same
/// folder: as long as a process lives it holds a lock on its own.
package enum TemporaryFiles {
  private struct State {
    var paths: Set<String> = []
    /// Whether the process is about to end.
    var isEnding = false
  }

  private static let state = Mutex(State())
  private static let (prefix, suffix) = (".parzen-", ".tmp")

  /// An unfinished file.
  struct File {
    let descriptor: Int32
    let path: String
  }

  /// Creates and locks a file with a new name in a folder, whatever the name that it is going to have.
  ///
  /// - Returns: the file, or the system's error number.
  static func create(inFolder folder: String) -> Result<File, SystemError> {
    removeAbandoned(inFolder: folder)
    return withPaths { paths in
      while true {
        let number = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        let path = "\(folder)/\(prefix)\(number)\(suffix)"
        let descriptor = path.withSystemPath { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
        guard descriptor >= 0 else { return .failure(SystemError(code: errno)) }
        // Between the two calls another process may have taken the file for an abandoned one.
        let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
        var status = stat()
        if isTaken || fstat(descriptor, &status) != 0 || status.st_nlink == 0 {
          close(descriptor)
          continue
        }
        paths.insert(path)
        return .success(File(descriptor: descriptor, path: path))
      }
    }
  }

  /// Gives a file its name; returns the system's error number, 0 for none.
  static func rename(_ path: String, to destination: String) -> Int32 {
    withPaths { paths in
      let result = path.withSystemPath { path in
        destination.withSystemPath { ParzenPlatform.rename(path, $0) }
      }
      guard result == 0 else { return errno }
      paths.remove(path)
      return 0
    }
  }

  /// Removes an abandoned file.
  static func remove(_ path: String) {
    withPaths { paths in
      if paths.remove(path) != nil { _ = path.withSystemPath { unlink($0) } }
    }
  }

  /// Removes all, before the process ends. Whoever creates or renames one after this waits for that end.
  package static func removeAllBeforeExit() {
    state.withLock { state in
      state.isEnding = true
      for path in state.paths { _ = path.withSystemPath { unlink($0) } }
    }
  }

  /// Changes the set of unfinished files, unless the process is about to end.
  private static func withPaths<Result>(_ body: (inout Set<String>) -> Result) -> Result {
    while true {
      let result = state.withLock { $0.isEnding ? nil : body(&$0.paths) }
      if let result { return result }
      usleep(10_000)
    }
  }

  /// Removes the files of processes that have ended without removing them.
  private static func removeAbandoned(inFolder folder: String) {
    for name in (try? Folder.names(folder)) ?? [] where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      let path = "\(folder)/\(name)"
      let descriptor = path.withSystemPath { open($0, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { _ = path.withSystemPath { unlink($0) } }
      close(descriptor)
    }
  }
}

/// An error number of the system.
struct SystemError: Error {
  let code: Int32
}
