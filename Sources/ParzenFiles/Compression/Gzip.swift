import CZlib
import ParzenCore

/// Reads what gzip (RFC 1952) and zip (raw deflate, RFC 1951) compress, by zlib.
enum Gzip {
  /// Whether bytes are those of a gzip file.
  static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B, 8]) }

  /// The content of a gzip file, which may have several members one after the other.
  ///
  /// - Throws: `FormatError` if the file is damaged, ends early, or holds more than `mostBytes`.
  static func decompressed(_ bytes: [UInt8]) throws(FormatError) -> [UInt8] {
    // 16 more than the largest window: a gzip header and checksum are expected.
    try inflated(bytes[...], windowBits: 16 + MAX_WBITS, what: "the gzip file")
  }

  /// The content of one member of a zip archive.
  static func deflated(_ bytes: ArraySlice<UInt8>) throws(FormatError) -> [UInt8] {
    // Negative: neither header nor checksum.
    try inflated(bytes, windowBits: -MAX_WBITS, what: "the archive")
  }

  /// CRC-32 of bytes.
  static func checksum(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { Int(crc32_z(0, $0.baseAddress, $0.count)) }
  }

  /// The most bytes that a file is decompressed to.
  static let mostBytes = 1 << 34

  private static func inflated(
    _ bytes: ArraySlice<UInt8>, windowBits: Int32, what: String
  ) throws(FormatError) -> [UInt8] {
    var stream = z_stream()
    guard parzen_inflate_init(&stream, windowBits) == Z_OK else {
      throw FormatError("there is no memory to decompress \(what)")
    }
    defer { inflateEnd(&stream) }
    var result: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 18)
    var status = Z_OK
    var position = bytes.startIndex
    while true {
      if stream.avail_in == 0, position == bytes.endIndex { break }
      // zlib counts in 32 bits, so that long input is given in pieces.
      let piece = bytes[position..<min(bytes.endIndex, position + 1 << 30)]
      let (consumed, produced) = piece.withUnsafeBufferPointer { input in
        block.withUnsafeMutableBufferPointer { output in
          stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
          stream.avail_in = UInt32(input.count)
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(output.count)
          status = inflate(&stream, Z_NO_FLUSH)
          return (input.count - Int(stream.avail_in), output.count - Int(stream.avail_out))
        }
      }
      stream.avail_in = 0
      position += consumed
      result += block[..<produced]
      guard result.count <= mostBytes else {
        throw FormatError("\(what) holds more than \(mostBytes >> 30) GiB: decompress it to a file first")
      }
      if status == Z_STREAM_END {
        // What follows the end may be another member; anything else, such as padding, is none.
        guard windowBits > 0, bytes[position...].starts(with: [0x1F, 0x8B]), inflateReset(&stream) == Z_OK
        else { return result }
        continue
      }
      guard status == Z_OK, consumed > 0 || produced > 0 else {
        throw FormatError("\(what) is damaged: decompressing fails after \(result.count) bytes")
      }
    }
    throw FormatError("\(what) is truncated: it ends after \(result.count) bytes of its content")
  }
}
