import ParzenCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension SafetensorsFile {
  /// Reads a file.
  ///
  /// - Throws: `ParzenError.file` if it cannot be read, or is truncated or malformed.
  public init(contentsOf url: URL) throws(ParzenError) {
    let path = url.givenPath
    try self.init(bytes: try InputFile(path: path).readAll(), path: path)
  }

  /// Reads the content of a file.
  ///
  /// - Parameters:
  ///   - bytes: the whole content.
  ///   - path: a name for messages.
  /// - Throws: `ParzenError.file` if the content is truncated or malformed.
  public init(bytes: [UInt8], path: String) throws(ParzenError) {
    do throws(FormatError) {
      let length = try Self.headerLength(bytes)
      let header = try bytes.withBytes { bytes throws(FormatError) in
        try Header(parsing: UnsafeRawBufferPointer(rebasing: bytes[8..<8 + length]))
      }
      let tensors = try header.tensors(of: bytes, from: 8 + length)
      self.init(path: path, tensors: tensors, metadata: header.metadata)
    } catch {
      throw error.inFile(path)
    }
  }

  /// The length of the JSON header, checked against the limit of the format and the size of the file.
  private static func headerLength(_ bytes: [UInt8]) throws(FormatError) -> Int {
    guard bytes.count >= 8 else {
      throw FormatError("\(bytes.count) bytes are too few for a safetensors file: it is empty or truncated")
    }
    let length = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= largestHeader else {
      throw FormatError("this is not a safetensors file: its header would have \(length) bytes")
    }
    guard length <= bytes.count - 8 else {
      throw FormatError("the file is truncated: its header should have \(length) bytes")
    }
    return Int(length)
  }
}

/// The JSON header of a safetensors file.
private struct Header {
  /// Where a tensor lies, relative to the end of the header.
  struct Entry {
    var name: String
    var elementType: SafetensorsTensor.ElementType
    var shape: [Int]
    var start: Int
    var end: Int
  }

  var entries: [Entry] = []
  var metadata: [String: String] = [:]

  init(parsing text: UnsafeRawBufferPointer) throws(FormatError) {
    guard text.first == UInt8(ascii: "{") else {
      throw FormatError("this is not a safetensors file: its header is not a JSON object")
    }
    var scanner = JSONScanner(text)
    try scanner.object { name, scanner throws(FormatError) in
      if name == "__metadata__" {
        try scanner.object { key, scanner throws(FormatError) in metadata[key] = try scanner.string() }
      } else {
        entries.append(try Self.entry(name, &scanner))
      }
    }
    try scanner.end()
  }

  private static func entry(_ name: String, _ scanner: inout JSONScanner) throws(FormatError) -> Entry {
    var elementType: SafetensorsTensor.ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { key, scanner throws(FormatError) in
      switch key {
      case "dtype":
        let text = try scanner.string()
        elementType = SafetensorsTensor.ElementType(rawValue: text)
        guard elementType != nil else {
          throw FormatError(
            "tensor \(quoted(name)) has the element type \(quoted(text)), which is not supported")
        }
      case "shape": shape = try scanner.naturalNumbers()
      case "data_offsets": offsets = try scanner.naturalNumbers()
      default: throw FormatError("tensor \(quoted(name)) has an unknown property \(quoted(key))")
      }
    }
    guard let elementType, let shape, let offsets, offsets.count == 2 else {
      throw FormatError("tensor \(quoted(name)) needs a dtype, a shape and two data_offsets")
    }
    guard offsets[0] <= offsets[1], offsets[1] - offsets[0] == SafetensorsTensor.byteCount(shape, elementType)
    else {
      throw FormatError(
        "tensor \(quoted(name)) of shape \(shape) and type \(elementType.rawValue) does not fit its place, "
          + "bytes \(offsets[0]) to \(offsets[1])")
    }
    return Entry(name: name, elementType: elementType, shape: shape, start: offsets[0], end: offsets[1])
  }

  /// Cuts the tensors out of the file, after checking that they fill its data section without gaps.
  func tensors(of bytes: [UInt8], from base: Int) throws(FormatError) -> [String: SafetensorsTensor] {
    let available = bytes.count - base
    var end = 0
    for entry in entries.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      guard entry.start == end else {
        throw FormatError(
          "tensor \(quoted(entry.name)) starts at byte \(entry.start) of the data instead of \(end)")
      }
      end = entry.end
    }
    guard end == available else {
      throw FormatError(
        end > available
          ? "the file is truncated: its tensors need \(end) bytes of data, it has \(available)"
          : "the file has \(available - end) bytes of data that belong to no tensor")
    }
    return Dictionary(
      uniqueKeysWithValues: entries.map { entry in
        let data = Array(bytes[base + entry.start..<base + entry.end])
        let tensor = byConstruction {
          try SafetensorsTensor(elementType: entry.elementType, shape: entry.shape, bytes: data)
        }
        return (entry.name, tensor)
      })
  }
}
