import ParzenCore

/// Pictures of how much each sample counts for one query: panels in a grid, each with the samples as dots
/// whose area and colour show their weights relative to the panel's largest.
///
/// In one dimension the weights stand above the samples; from two dimensions on, the first two coordinates
/// are shown.
package struct SampleWeightPlot {
  /// One panel.
  package struct Weights {
    /// What has the weights, above the panel.
    package var title: String
    /// One for each sample.
    package var values: [Double]

    package init(title: String, values: [Double]) {
      self.title = title
      self.values = values
    }
  }

  let samples: Matrix
  let query: [Double]
  let panels: [Weights]
  let columns: Int
  let title: String
  let subtitle: String

  /// - Parameters:
  ///   - samples: n x d, n > 0.
  ///   - query: d coordinates.
  ///   - panels: in rows of `columns`.
  package init(
    samples: Matrix, query: [Double], panels: [Weights], columns: Int, title: String,
    subtitle: String
  ) {
    precondition(samples.rows > 0 && columns > 0, "a picture needs samples and columns")
    precondition(panels.allSatisfy { $0.values.count == samples.rows }, "every sample has a weight")
    self.samples = samples
    self.query = query
    self.panels = panels
    self.columns = columns
    self.title = title
    self.subtitle = subtitle
  }

  private static let side = 150.0
  private static let gap = 34.0
  private static let left = 20.0

  /// The picture as an SVG document.
  package func svg() -> String {
    let rows = (panels.count + columns - 1) / columns
    let width = max(Self.left * 2 + Double(columns) * (Self.side + Self.gap) - Self.gap, 420)
    let header = PageHeader(title: title, subtitle: subtitle, width: width)
    let titles = panels.map { TextBlock($0.title, width: Self.side + Self.left - 4, size: 11) }
    let titleHeight = titles.map(\.height).max() ?? 0
    let pitch = Self.side + Self.gap / 2 + titleHeight
    var document = SVGDocument(width: width, height: header.bottom + Double(rows) * pitch + 14)
    header.draw(in: &document)
    for (index, panel) in panels.enumerated() {
      let frame = Rectangle(
        x: Self.left + Double(index % columns) * (Self.side + Self.gap),
        y: header.bottom + titleHeight + 4 + Double(index / columns) * pitch, width: Self.side,
        height: Self.side)
      document.text(titles[index], at: Point(x: frame.x, y: frame.y - titles[index].height + 8))
      draw(panel, in: frame, &document)
    }
    return document.xml
  }

  private func draw(_ panel: Weights, in frame: Rectangle, _ document: inout SVGDocument) {
    let largest = panel.values.max() ?? 1
    let shares = panel.values.map { largest > 0 ? $0 / largest : 0 }
    let x = AxisScale(showing: samples[column: 0] + [query[0]], margin: 0.06)
    let y =
      samples.columns == 1
      ? AxisScale(showing: [0, 1], margin: 0.06)
      : AxisScale(showing: samples[column: 1] + [query[1]], margin: 0.06)
    let place = Panel(frame: frame, x: x, y: y)
    func point(_ row: Int) -> Point {
      place.point(samples[row, 0], samples.columns == 1 ? shares[row] : samples[row, 1])
    }
    document.rectangle(frame, SVGStyle(stroke: .lightGray))
    // Eight classes of weights, the lightest first, so that the heaviest lie on top.
    for level in 0..<8 {
      let chosen = shares.indices.filter { min(7, Int(shares[$0] * 8)) == level }
      document.dots(
        chosen.map(point), diameter: 1.5 + 5 * (Double(level) / 7).squareRoot(),
        color: ColorMap.color(at: 0.15 + 0.85 * Double(level) / 7), opacity: level == 0 ? 0.5 : 0.85)
    }
    let centre = place.point(query[0], samples.columns == 1 ? 0 : query[1])
    let arm = 5.0
    let style = SVGStyle(stroke: Color(lightness: 0.6, a: 0.18, b: 0.09), strokeWidth: 1.8)
    document.line(Point(x: centre.x - arm, y: centre.y), Point(x: centre.x + arm, y: centre.y), style)
    document.line(Point(x: centre.x, y: centre.y - arm), Point(x: centre.x, y: centre.y + arm), style)
  }
}
