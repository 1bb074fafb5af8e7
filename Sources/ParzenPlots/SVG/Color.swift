import ParzenPlatform

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

/// An sRGB colour.
struct Color: Sendable, Equatable {
  let red: UInt8
  let green: UInt8
  let blue: UInt8

  /// A colour from its hexadecimal digits, for instance 0xD55E00.
  init(_ hexadecimal: UInt32) {
    red = UInt8(truncatingIfNeeded: hexadecimal >> 16)
    green = UInt8(truncatingIfNeeded: hexadecimal >> 8)
    blue = UInt8(truncatingIfNeeded: hexadecimal)
  }

  /// The colour with lightness L and opponent coordinates a, b of the Oklab space, clipped to what sRGB can
  /// show.
  ///
  /// Source: B. Ottosson, "A perceptual color space for image processing" (2020).
  init(lightness: Double, a: Double, b: Double) {
    let long = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3)
    let medium = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3)
    let short = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3)
    func encoded(_ linear: Double) -> UInt8 {
      let value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055
      return UInt8((min(max(value, 0), 1) * 255).rounded())
    }
    red = encoded(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short)
    green = encoded(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short)
    blue = encoded(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short)
  }

  /// The colour as SVG writes it, for instance `#d55e00`.
  var svg: String {
    formatted("#%02x%02x%02x", Int(red), Int(green), Int(blue))
  }
}

extension Color {
  static let white = Color(0xFFFFFF)
  static let ink = Color(0x22262B)
  static let gray = Color(0x6B7280)
  static let lightGray = Color(0xE2E5E9)

  /// Colours that stay apart for readers with any common colour vision (Okabe and Ito, 2008), darkest first.
  static let categories: [Color] = [
    Color(0x0072B2), Color(0xD55E00), Color(0x009E73), Color(0xCC79A7), Color(0xE69F00), Color(0x56B4E9),
    Color(0x222222),
  ]
}

/// A sequence of colours for the values from 0 to 1, perceptually uniform: equal steps in value look equally
/// large.
///
/// It runs from almost white over blue-green to dark blue, with lightness falling linearly in the Oklab
/// space, so that it also reads in print and in shades of grey.
enum ColorMap {
  /// The colour of a value; values beyond 0 and 1 get the end's colour.
  static func color(at value: Double) -> Color {
    let t = min(max(value, 0), 1)
    let chroma = 0.115 * sin(0.5 * .pi * min(1, 1.6 * t))
    let hue = (190 + 75 * t) * Double.pi / 180
    return Color(lightness: 1 - 0.6 * t, a: chroma * cos(hue), b: chroma * sin(hue))
  }

  /// The colours of 0, 1/255, ..., 1.
  static let palette: [Color] = (0...255).map { color(at: Double($0) / 255) }
}
