import ParzenCore
import ParzenPlatform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Names of files are bytes, of which a text need not be able to say all: what is not UTF-8 stands in it as
/// a private character, U+10FF00 plus the byte, and goes back to the system as that byte. So every name
/// that the system has can be read, written and, with these characters escaped, shown. (Python's
/// `surrogateescape` does the same.)
extension String {
  /// The text for a name.
  package init(systemBytes bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    if let text = String(validating: bytes, as: UTF8.self),
      !text.unicodeScalars.contains(where: { Self.escapedBytes.contains($0.value) })
    {
      self = text
      return
    }
    var scalars = String.UnicodeScalarView()
    var place = 0
    while place < bytes.count {
      let scalar = (1...4).lazy.compactMap { length -> Unicode.Scalar? in
        guard place + length <= bytes.count else { return nil }
        let text = String(validating: bytes[place..<place + length], as: UTF8.self)
        return text.flatMap { $0.unicodeScalars.count == 1 ? $0.unicodeScalars.first : nil }
      }.first
      if let scalar, !Self.escapedBytes.contains(scalar.value) {
        scalars.append(scalar)
        place += UTF8.width(scalar)
      } else {
        scalars.append(Unicode.Scalar(Self.escapedBytes.lowerBound + UInt32(bytes[place]))!)
        place += 1
      }
    }
    self = String(scalars)
  }

  /// The name's bytes.
  package var systemBytes: [UInt8] {
    unicodeScalars.flatMap { scalar in
      Self.escapedBytes.contains(scalar.value) ? [UInt8(scalar.value & 0xFF)] : Array(UTF8.encode(scalar)!)
    }
  }

  /// The characters that stand for bytes.
  package static let escapedBytes: ClosedRange<UInt32> = 0x10FF00...0x10FFFF

  /// Gives a function of the system the name, with a zero at its end.
  func withSystemPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (systemBytes + [0]).withUnsafeBytes { body($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
  }
}

extension UTF8 {
  /// The bytes of a character.
  fileprivate static func width(_ scalar: Unicode.Scalar) -> Int { UTF8.encode(scalar)!.count }
}

/// What the system knows of a file; nil if there is none. Links are followed.
func fileStatus(_ path: String) -> stat? {
  var status = stat()
  return path.withSystemPath { stat($0, &status) } == 0 ? status : nil
}

/// The name of a file, its size, and when it was changed last.
func fileIdentity(_ path: String) -> String {
  let name = path.split(separator: "/").last ?? ""
  guard let status = fileStatus(path) else { return String(name) }
  #if canImport(Darwin)
    let time = status.st_mtimespec
  #else
    let time = status.st_mtim
  #endif
  return "\(name) \(status.st_size) \(time.tv_sec).\(time.tv_nsec)"
}

/// Opens a file for appending, and makes it if there is none.
///
/// - Throws: `ParzenError.file` if that is not possible.
package func openForAppending(_ path: String) throws(ParzenError) -> Int32 {
  let descriptor = path.withSystemPath { open($0, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666) }
  guard descriptor >= 0 else {
    throw .file(path: path, reason: "cannot be written: " + systemMessage(errno))
  }
  return descriptor
}

/// The operating system's text for an error number.
package func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }

extension URL {
  /// The path of a file as it was given, if that leads to the file from the working folder; otherwise in
  /// full.
  var givenPath: String {
    URL(fileURLWithPath: relativePath).path == path ? relativePath : path
  }
}
