import Foundation
import Testing

/// The built command-line tool.
enum Tool {
  /// What a run of the tool left.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  /// Runs the tool in a folder and waits for its end.
  static func run(_ arguments: String..., in folder: TemporaryFolder) throws -> Outcome {
    try run(arguments, in: folder)
  }

  /// Runs the tool in a folder and waits for its end.
  static func run(_ arguments: [String], in folder: TemporaryFolder) throws -> Outcome {
    try run(url, arguments, in: folder)
  }

  /// Runs a script of the shell, in which `parzen` is the tool.
  static func shell(_ script: String, in folder: TemporaryFolder) throws -> Outcome {
    try run(
      URL(filePath: "/bin/bash"), ["-c", "parzen() { '\(url.path)' \"$@\"; }\n" + script], in: folder)
  }

  private static func run(_ program: URL, _ arguments: [String], in folder: TemporaryFolder) throws -> Outcome
  {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    // Files rather than pipes, so that any amount of text can be written to both.
    let (output, errors) = (try TemporaryFile(), try TemporaryFile())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output.handle
    process.standardError = errors.handle
    try process.run()
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: try output.text(), errors: try errors.text())
  }

  /// The tool lies beside the test bundle.
  static let url: URL = {
    let bundle = Bundle.allBundles.first { $0.bundleURL.pathExtension == "xctest" }
    let folder = bundle?.bundleURL.deletingLastPathComponent() ?? Bundle.main.bundleURL
    return folder.appending(path: "parzen")
  }()
}

/// A file that is removed with its value.
private final class TemporaryFile {
  private let url = FileManager.default.temporaryDirectory.appending(path: "parzen-\(UUID().uuidString)")
  let handle: FileHandle

  init() throws {
    try Data().write(to: url)
    handle = try FileHandle(forWritingTo: url)
  }

  func text() throws -> String { try String(contentsOf: url, encoding: .utf8) }

  deinit { try? FileManager.default.removeItem(at: url) }
}

/// A new folder that is removed, with what is in it, when its value is.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "parzen-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file of text.
  func write(_ text: String, to name: String) throws {
    try write([UInt8](text.utf8), to: name)
  }

  /// Writes a file of bytes.
  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: url.appending(path: name))
  }

  /// The text of a file.
  func text(of name: String) throws -> String {
    try String(contentsOf: url.appending(path: name), encoding: .utf8)
  }

  /// The names of all files in the folder, sorted.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}
