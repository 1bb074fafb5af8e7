/// What stands above a picture: title, subtitle, and a legend, each in as many lines as it needs.
struct PageHeader {
  /// A colour with its meaning.
  struct Entry {
    var name: String
    var color: Color
  }

  private let title: TextBlock
  private let subtitle: TextBlock
  private let entries: [(place: Point, label: TextBlock, color: Color)]
  /// Where the picture may begin, in pixels from the top.
  let bottom: Double

  private static let margin = 20.0

  /// - Parameter width: of the page.
  init(title: String, subtitle: String, legend: [Entry] = [], width: Double) {
    let room = width - 2 * Self.margin
    self.title = TextBlock(title, width: room, size: 16, bold: true)
    self.subtitle = TextBlock(subtitle, width: room, size: 12)
    var (x, y) = (Self.margin, 30 + self.title.height + self.subtitle.height)
    var entries: [(Point, TextBlock, Color)] = []
    var rowHeight = 0.0
    for entry in legend {
      let label = TextBlock(entry.name, width: room - 20, size: 12)
      if x > Self.margin, x + 18 + label.width > Self.margin + room {
        (x, y) = (Self.margin, y + rowHeight + 4)
        rowHeight = 0
      }
      entries.append((Point(x: x, y: y), label, entry.color))
      rowHeight = max(rowHeight, label.height)
      x += 18 + label.width + 18
    }
    self.entries = entries.map { (place: $0.0, label: $0.1, color: $0.2) }
    bottom = (legend.isEmpty ? y - 2 : y + rowHeight) + 2
  }

  func draw(in document: inout SVGDocument) {
    document.text(title, at: Point(x: Self.margin, y: 28))
    document.text(subtitle, at: Point(x: Self.margin, y: 28 + max(title.height, 0) - 1), color: .gray)
    for entry in entries {
      let swatch = Rectangle(x: entry.place.x, y: entry.place.y - 9, width: 11, height: 11)
      document.rectangle(swatch, SVGStyle(fill: entry.color))
      document.text(entry.label, at: Point(x: entry.place.x + 17, y: entry.place.y + 1))
    }
  }
}
