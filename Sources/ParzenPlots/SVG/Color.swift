import ParzenPlatform

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
