import ParzenCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension SafetensorsFile {
  /// Writes a file, complete or not at all.
  ///
  /// - Throws: `ParzenError.file` if the folder is missing or not writable, or the header is too long for the
  ///   format.
  public func write(to url: URL) throws(ParzenError) {
    let path = url.givenPath
    try AtomicFile.write(try encoded(for: path), path: path, durable: true)
  }

  /// The content of the file.
  ///
  /// Equal tensors and metadata give equal bytes: metadata is sorted by key, tensors by the size of their
  /// elements (largest first) and then by name. The data begins at a multiple of 8 bytes, so with this order
  /// every element is aligned to its size.
  ///
  /// - Throws: `ParzenError.file` if the header would be longer than the format allows.
  public func encoded() throws(ParzenError) -> [UInt8] { try encoded(for: path) }

  private func encoded(for path: String) throws(ParzenError) -> [UInt8] {
    let order = tensors.sorted {
      ($1.value.elementType.size, $0.key) < ($0.value.elementType.size, $1.key)
    }
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var end = 0
    for (name, tensor) in order {
      let start = end
      end += tensor.bytes.count
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(name)):{\"dtype\":\"\(tensor.elementType.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(start),\(end)]}")
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    guard header.count <= Self.largestHeader else {
      throw .file(
        path: path, reason: "the names and metadata need \(header.count) bytes, more than a header may have")
    }
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    bytes.reserveCapacity(8 + header.count + end)
    bytes += header
    for (_, tensor) in order { bytes += tensor.bytes }
    return bytes
  }
}
