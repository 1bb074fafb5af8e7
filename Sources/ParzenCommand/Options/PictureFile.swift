import Foundation
import Parzen
import ParzenFiles

/// A picture's file: SVG as it is, PNG and PDF by librsvg's program `rsvg-convert` (Debian's librsvg2-bin,
/// 0.2 MB beside the library that desktops have).
///
/// A program rather than a library: pictures are optional, and the package stays free of Cairo and its ten
/// libraries.
struct PictureFile {
  /// The formats, told apart by the ending of the file's name.
  enum Format: String, CaseIterable { case svg, png, pdf }

  let path: String
  let format: Format

  /// - Throws: `ParzenError.invalidOption` if the name has another ending.
  init(path: String) throws(ParzenError) {
    let ending = (path as NSString).pathExtension.lowercased()
    guard let format = Format(rawValue: ending) else {
      throw .invalidOption("\(path): the name of the picture must end in .svg, .png or .pdf")
    }
    self.path = path
    self.format = format
  }

  /// The program that draws PNG and PDF.
  private static let converter = "rsvg-convert"

  /// Finds out, before any long work, whether the picture can be written.
  func check() throws(ParzenError) {
    try AtomicFile.check(path: path)
    guard format != .svg, Self.converterPath == nil else { return }
    throw .file(
      path: path,
      reason:
        """
        needs the program \(Self.converter): install it (Debian: apt-get install librsvg2-bin), or write .svg
        """
    )
  }

  /// Writes a picture.
  func write(_ svg: String) throws(ParzenError) {
    try AtomicFile.write(format == .svg ? Array(svg.utf8) : try converted(svg), path: path)
  }

  /// The picture as PNG, two pixels for each of the drawing's, or PDF.
  private func converted(_ svg: String) throws(ParzenError) -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "parzen-\(UUID().uuidString)")
    let (input, output) = (
      folder.appending(path: "picture.svg"), folder.appending(path: "picture." + format.rawValue)
    )
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      try Data(svg.utf8).write(to: input)
      let process = Process()
      process.executableURL = URL(filePath: Self.converterPath ?? Self.converter)
      process.arguments =
        ["--format", format.rawValue] + (format == .png ? ["--zoom", "2"] : [])
        + ["--unlimited", "--output", output.path, input.path]
      let errors = Pipe()
      process.standardError = errors
      try process.run()
      let message = errors.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        let text = String(decoding: message, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        throw ParzenError.file(path: path, reason: "\(Self.converter) failed: \(text)")
      }
      return [UInt8](try Data(contentsOf: output))
    } catch let error as ParzenError {
      throw error
    } catch {
      throw .file(path: path, reason: "drawing it failed: \(error.localizedDescription)")
    }
  }

  private static let converterPath: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(converter)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()
}
