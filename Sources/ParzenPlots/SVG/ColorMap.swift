import ParzenPlatform

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
