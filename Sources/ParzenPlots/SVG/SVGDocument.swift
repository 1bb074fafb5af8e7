#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A drawing in SVG 1.1, built element by element in the order of painting.
///
/// Coordinates are written with two decimals, text is escaped, and everything is in one string: the file
/// needs nothing else to be shown.
struct SVGDocument {
  private let width: Double
  private let height: Double
  private var body = ""
  private var clipCount = 0

  /// An empty drawing on a white page.
  init(width: Double, height: Double) {
    self.width = width
    self.height = height
    rectangle(Rectangle(x: 0, y: 0, width: width, height: height), SVGStyle(fill: .white))
  }

  /// The whole document.
  var xml: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" \
    width="\(svgNumber(width))" height="\(svgNumber(height))" \
    viewBox="0 0 \(svgNumber(width)) \(svgNumber(height))" \
    font-family="Helvetica Neue, Helvetica, Arial, DejaVu Sans, sans-serif">
    \(body)</svg>

    """
  }

  mutating func rectangle(_ frame: Rectangle, _ style: SVGStyle) {
    let size = "width=\"\(svgNumber(frame.width))\" height=\"\(svgNumber(frame.height))\""
    add("<rect x=\"\(svgNumber(frame.x))\" y=\"\(svgNumber(frame.y))\" \(size)\(style.attributes)/>")
  }

  mutating func line(_ start: Point, _ end: Point, _ style: SVGStyle) {
    polyline([start, end], style)
  }

  /// A line through points; closed, it returns to the first one.
  mutating func polyline(_ points: [Point], closed: Bool = false, _ style: SVGStyle) {
    path([points], closed: closed, style)
  }

  /// Several lines as one element.
  mutating func path(_ lines: [[Point]], closed: Bool = false, _ style: SVGStyle) {
    let data = lines.filter { !$0.isEmpty }
      .map { "M" + $0.map(coordinates).joined(separator: "L") + (closed ? "Z" : "") }
      .joined()
    guard !data.isEmpty else { return }
    add("<path d=\"\(data)\" stroke-linejoin=\"round\"\(style.attributes)/>")
  }

  /// Round dots as one element: subpaths of length zero with round ends, about 12 bytes for each. Those that
  /// have no place, as values that are not positive have none on a logarithmic axis, are left out.
  mutating func dots(_ centers: [Point], diameter: Double, color: Color, opacity: Double = 1) {
    let centers = centers.filter { $0.x.isFinite && $0.y.isFinite }
    guard !centers.isEmpty else { return }
    let data = centers.map { "M\(coordinates($0))h0" }.joined()
    let style = SVGStyle(stroke: color, strokeWidth: diameter, opacity: opacity)
    add("<path d=\"\(data)\" stroke-linecap=\"round\"\(style.attributes)/>")
  }

  /// Text with its baseline at a point; `rotation` in degrees, clockwise, about that point.
  mutating func text(
    _ content: String, at point: Point, size: Double = 12, anchor: TextAnchor = .start, color: Color = .ink,
    bold: Bool = false, rotation: Double = 0
  ) {
    let place = "x=\"\(svgNumber(point.x))\" y=\"\(svgNumber(point.y))\""
    let weight = bold ? " font-weight=\"600\"" : ""
    let turn =
      rotation == 0
      ? "" : " transform=\"rotate(\(svgNumber(rotation)) \(svgNumber(point.x)) \(svgNumber(point.y)))\""
    add(
      "<text \(place) font-size=\"\(svgNumber(size))\" text-anchor=\"\(anchor.rawValue)\" "
        + "fill=\"\(color.svg)\"\(weight)\(turn)>\(xmlEscaped(content))</text>")
  }

  /// A picture of pixels, stretched over a rectangle and smoothed.
  mutating func image(_ image: IndexedImage, in frame: Rectangle) {
    let place = "x=\"\(svgNumber(frame.x))\" y=\"\(svgNumber(frame.y))\""
    let size = "width=\"\(svgNumber(frame.width))\" height=\"\(svgNumber(frame.height))\""
    let data = Data(image.png).base64EncodedString()
    add("<image \(place) \(size) preserveAspectRatio=\"none\" xlink:href=\"data:image/png;base64,\(data)\"/>")
  }

  /// Draws with everything outside a rectangle cut off.
  mutating func clipped(to frame: Rectangle, _ draw: (inout SVGDocument) -> Void) {
    clipCount += 1
    let name = "clip\(clipCount)"
    add("<clipPath id=\"\(name)\">")
    rectangle(frame, SVGStyle())
    add("</clipPath>")
    add("<g clip-path=\"url(#\(name))\">")
    draw(&self)
    add("</g>")
  }

  private mutating func add(_ element: String) {
    body += element + "\n"
  }
}

/// Where text lies relative to its point.
enum TextAnchor: String {
  case start, middle, end
}

/// How a shape is painted. Without a colour, its inside or its line is not painted.
struct SVGStyle {
  var fill: Color?
  var stroke: Color?
  var strokeWidth = 1.0
  var opacity = 1.0
  var dashes: [Double] = []

  /// The XML attributes, with a space before each.
  var attributes: String {
    var text = " fill=\"\(fill?.svg ?? "none")\""
    if let stroke { text += " stroke=\"\(stroke.svg)\" stroke-width=\"\(svgNumber(strokeWidth))\"" }
    if opacity != 1 { text += " opacity=\"\(svgNumber(opacity))\"" }
    if !dashes.isEmpty { text += " stroke-dasharray=\"\(dashes.map(svgNumber).joined(separator: " "))\"" }
    return text
  }
}

private func coordinates(_ point: Point) -> String {
  "\(svgNumber(point.x)) \(svgNumber(point.y))"
}

/// A coordinate with at most two decimals, kept within a million pixels of the page; what is not a number is
/// off the page.
func svgNumber(_ value: Double) -> String {
  let hundredths = Int((min(max(value.isNaN ? -1e6 : value, -1e6), 1e6) * 100).rounded())
  let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
  let sign = hundredths < 0 ? "-" : ""
  guard rest != 0 else { return "\(sign)\(whole)" }
  let digits = rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)"
  return "\(sign)\(whole).\(digits)"
}

/// Text as XML 1.0 allows it: markup characters as entities, forbidden control characters replaced.
func xmlEscaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&apos;"
    case "\t", "\n", "\r": result += " "
    case "\0"..<" ", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
