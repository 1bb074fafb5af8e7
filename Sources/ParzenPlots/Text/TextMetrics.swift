/// How wide texts are, so that none is cut off or meets another.
///
/// The widths are those of DejaVu Sans, which is wider than Helvetica, Arial and Liberation Sans: what fits
/// in it fits in whichever of the document's fonts a viewer has.
enum TextMetrics {
  /// The width of a text in pixels, for a size in pixels.
  static func width(_ text: String, size: Double, bold: Bool = false) -> Double {
    text.unicodeScalars.reduce(0) { $0 + advance($1, bold: bold) } * size / 100
  }

  /// Hundredths of the size for the characters from space to tilde.
  private static let regular: [UInt8] = [
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    34, 34, 84,
    84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68,
    99, 69, 61,
    69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52,
    39, 63, 59,
    82, 59, 59, 52, 64, 34, 64, 84,
  ]
  private static let bold: [UInt8] = [
    35, 46, 52, 84, 70, 100, 87, 31, 46, 46, 52, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70,
    40, 40, 84,
    84, 84, 58, 100, 77, 76, 73, 83, 68, 68, 82, 84, 37, 37, 77, 64, 100, 84, 85, 73, 85, 77, 72, 68, 81, 77,
    110, 77,
    72, 73, 46, 37, 46, 84, 50, 50, 67, 72, 59, 72, 68, 44, 72, 71, 34, 34, 67, 34, 104, 71, 69, 72, 72, 49,
    60, 48, 71,
    65, 92, 65, 65, 58, 71, 37, 71, 84,
  ]

  private static func advance(_ scalar: Unicode.Scalar, bold isBold: Bool) -> Double {
    switch scalar.value {
    case 0x20..<0x7F: Double((isBold ? bold : regular)[Int(scalar.value) - 0x20])
    // Marks that stand above or below another character.
    case 0x300..<0x370, 0xFE00..<0xFE10, 0x200B...0x200F: 0
    case 0x2070..<0x20A0, 0xB2, 0xB3, 0xB9: isBold ? 48 : 44
    // Chinese, Japanese and Korean characters, and pictures.
    case 0x1100..<0x1200, 0x2E80..<0xFB00, 0xFF00..<0xFFF0, 0x1F000..<0x20000: 105
    default: isBold ? 92 : 85
    }
  }
}

/// A text in as many lines as it needs.
struct TextBlock: Equatable {
  let lines: [String]
  let size: Double
  let bold: Bool

  /// Divides a text at spaces, and where a word is longer than a line within it.
  ///
  /// - Parameter width: the greatest width of a line, in pixels.
  init(_ text: String, width: Double, size: Double, bold: Bool = false) {
    self.size = size
    self.bold = bold
    func fits(_ line: String) -> Bool { TextMetrics.width(line, size: size, bold: bold) <= width }
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      var rest = String(word)
      if fits(line.isEmpty ? rest : line + " " + rest) {
        line = line.isEmpty ? rest : line + " " + rest
        continue
      }
      if !line.isEmpty { lines.append(line) }
      line = ""
      while !fits(rest), rest.count > 1 {
        var count = rest.count - 1
        while count > 1, !fits(String(rest.prefix(count))) { count -= 1 }
        // A name is best divided where it has a joint.
        let part = rest.prefix(count)
        if let joint = part.lastIndex(where: { "_-./".contains($0) }),
          part.distance(from: part.startIndex, to: joint) >= count / 2
        {
          count = part.distance(from: part.startIndex, to: joint) + 1
        }
        lines.append(String(rest.prefix(count)))
        rest = String(rest.dropFirst(count))
      }
      line = rest
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    self.lines = lines
  }

  /// The distance between two lines.
  var leading: Double { (1.25 * size).rounded(.up) }
  /// The height of all lines; zero for an empty text.
  var height: Double { lines == [""] ? 0 : Double(lines.count) * leading }
  /// The width of the longest line.
  var width: Double { lines.map { TextMetrics.width($0, size: size, bold: bold) }.max() ?? 0 }
}

extension SVGDocument {
  /// Draws a block with the first baseline at a point, and the others below it (in the direction of the
  /// rotation).
  mutating func text(
    _ block: TextBlock, at point: Point, anchor: TextAnchor = .start, color: Color = .ink,
    rotation: Double = 0
  ) {
    for (index, line) in block.lines.enumerated() where !line.isEmpty {
      let offset = Double(index) * block.leading
      let place =
        rotation == 0 ? Point(x: point.x, y: point.y + offset) : Point(x: point.x + offset, y: point.y)
      text(
        line, at: place, size: block.size, anchor: anchor, color: color, bold: block.bold, rotation: rotation)
    }
  }
}
