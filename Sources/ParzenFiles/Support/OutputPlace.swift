import ParzenCore
import ParzenPlatform

/// The place where a file is to be written.
struct OutputPlace {
  let path: String
  /// The path without symbolic links.
  let resolved: String
  /// Whether it is a pipe or a device.
  private let isStream: Bool

  init(path: String) throws(ParzenError) {
    guard !path.isEmpty else { throw .file(path: path, reason: "the name of the output file is empty") }
    let status = fileStatus(path)
    let kind = status.map { $0.st_mode & S_IFMT }
    guard !path.hasSuffix("/"), kind != S_IFDIR else {
      throw .file(path: path, reason: "this names a folder: give the name of a file")
    }
    self.path = path
    isStream = kind != nil && kind != S_IFREG
    resolved = try Self.followingLinks(path)
  }

  /// The folder of a file.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The path that symbolic links lead to, whether or not there is a file.
  private static func followingLinks(_ path: String) throws(ParzenError) -> String {
    var path = path
    for _ in 0..<40 {
      var status = stat()
      guard path.withSystemPath({ lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFLNK else {
        return path
      }
      var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let length = path.withSystemPath { path in
        buffer.withUnsafeMutableBytes {
          readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
      }
      guard length > 0 else { return path }
      let target = String(systemBytes: buffer[..<length])
      path = target.hasPrefix("/") ? target : "\(folder(of: path))/\(target)"
    }
    throw .file(path: path, reason: "symbolic links lead in a circle: give the name of a file")
  }

  /// Whether a file that is read is the one at this place, by whatever name. Pipes and devices never are.
  func isSameFile(as input: String) -> Bool {
    guard !isStream, let own = fileStatus(path), let other = fileStatus(input) else { return false }
    return own.st_dev == other.st_dev && own.st_ino == other.st_ino
  }

  /// Whether two files that are written would be one.
  func isSamePlace(as other: OutputPlace) -> Bool {
    guard !isStream else { return false }
    if isSameFile(as: other.path) { return true }
    guard fileStatus(path) == nil, fileStatus(other.path) == nil,
      let folder = fileStatus(Self.folder(of: resolved)),
      let otherFolder = fileStatus(Self.folder(of: other.resolved))
    else { return false }
    func name(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }
    return folder.st_dev == otherFolder.st_dev && folder.st_ino == otherFolder.st_ino
      && name(resolved) == name(other.resolved)
  }

  /// Opens the pipe or device, or creates a temporary file in the folder of the destination.
  func open() throws(ParzenError) -> (descriptor: Int32, temporary: String?) {
    if isStream { return (try openStream(), nil) }
    let folder = Self.folder(of: resolved)
    switch TemporaryFiles.create(inFolder: folder) {
    case .success(let file): return (file.descriptor, file.path)
    case .failure(let error):
      switch error.code {
      case ENOENT where fileStatus(folder) == nil:
        throw .file(path: path, reason: "there is no folder \(folder): create it first")
      case ENOTDIR: throw .file(path: path, reason: "\(folder) is not a folder")
      default:
        throw .file(path: path, reason: "cannot write to the folder \(folder): " + systemMessage(error.code))
      }
    }
  }

  /// Opens a pipe or a device without waiting for somebody to read.
  private func openStream() throws(ParzenError) -> Int32 {
    let descriptor = path.withSystemPath {
      ParzenPlatform.open($0, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    }
    guard descriptor >= 0 else {
      throw .file(
        path: path,
        reason: errno == ENXIO
          ? "this is a pipe or a socket that nobody reads: start its reader first"
          : "cannot be written: " + systemMessage(errno))
    }
    // From here on, writing waits for the reader.
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK)
    return descriptor
  }

  /// Throws unless the file can be opened; leaves nothing behind.
  func check() throws(ParzenError) {
    let (descriptor, temporary) = try open()
    // A pipe stays open until the process ends: its reader would take the closing for the end of the data.
    guard let temporary else { return }
    close(descriptor)
    TemporaryFiles.remove(temporary)
  }
}
