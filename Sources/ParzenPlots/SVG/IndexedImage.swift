/// A picture of pixels that are indices into at most 256 colours.
struct IndexedImage {
  let width: Int
  let height: Int
  /// The colours of the indices.
  let palette: [Color]
  /// One index per pixel, row by row from the top.
  let pixels: [UInt8]

  /// The picture as an (uncompressed) PNG file: about one byte per pixel.
  ///
  /// Source of the format: Portable Network Graphics (PNG) Specification, W3C (2003); RFC 1950 and RFC 1951.
  var png: [UInt8] {
    let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, 3, 0, 0, 0]
    let colors = palette.flatMap { [$0.red, $0.green, $0.blue] }
    // Every row begins with its filter: none.
    let rows = (0..<height).flatMap { [0] + pixels[$0 * width..<($0 + 1) * width] }
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + chunk("PLTE", colors)
      + chunk("IDAT", storedZlibStream(rows)) + chunk("IEND", [])
  }
}

/// A part of a PNG file: length, type, content and checksum.
private func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
  let checked = Array(type.utf8) + content
  return bigEndian(UInt32(content.count)) + checked + bigEndian(cyclicRedundancyCheck(checked))
}

/// A zlib stream of stored blocks, without compression.
private func storedZlibStream(_ bytes: [UInt8]) -> [UInt8] {
  let longestBlock = 65535
  var stream: [UInt8] = [0x78, 0x01]
  for start in stride(from: 0, to: bytes.count, by: longestBlock) {
    let block = bytes[start..<min(start + longestBlock, bytes.count)]
    let length = UInt16(block.count)
    stream.append(start + block.count == bytes.count ? 1 : 0)
    for part in [length, ~length] {
      stream += [UInt8(truncatingIfNeeded: part), UInt8(truncatingIfNeeded: part >> 8)]
    }
    stream += block
  }
  return stream + bigEndian(adlerChecksum(bytes))
}

private func bigEndian(_ value: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}

/// The CRC-32 that PNG uses, polynomial 0xEDB88320 reflected.
func cyclicRedundancyCheck(_ bytes: [UInt8]) -> UInt32 {
  var remainder: UInt32 = .max
  for byte in bytes {
    remainder ^= UInt32(byte)
    for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 0 ? 0 : 0xEDB8_8320) }
  }
  return ~remainder
}

/// The Adler-32 checksum of RFC 1950.
func adlerChecksum(_ bytes: [UInt8]) -> UInt32 {
  var low: UInt32 = 1
  var high: UInt32 = 0
  for byte in bytes {
    low = (low + UInt32(byte)) % 65521
    high = (high + low) % 65521
  }
  return high << 16 | low
}
