/// A chart of lines with error bars, on linear or logarithmic axes.
package struct LineChart: Sendable {
  /// A point of a line.
  package struct Value: Sendable {
    package var x: Double
    package var y: Double
    /// One standard error of y, drawn to both sides.
    package var standardError: Double

    package init(x: Double, y: Double, standardError: Double = 0) {
      self.x = x
      self.y = y
      self.standardError = standardError
    }
  }

  /// How a line is drawn. Only solid lines get dots.
  package enum Style: Sendable {
    case solid, dashed, dotted

    var dashes: [Double] {
      switch self {
      case .solid: []
      case .dashed: [5, 3]
      case .dotted: [1.5, 2.5]
      }
    }
  }

  /// A line with its name.
  package struct Series: Sendable {
    package var name: String
    package var values: [Value]
    package var style: Style
    package var color: Int?

    /// A line through values in the order given. Values that an axis cannot show (not finite, or not
    /// positive on a logarithmic axis) are left out.
    ///
    /// - Parameters:
    ///   - name: how the legend names the line, which leaves it out if this is empty.
    ///   - color: the number of the colour; by default the line's own number, so that lines differ.
    package init(name: String, values: [Value], style: Style = .solid, color: Int? = nil) {
      self.name = name
      self.values = values
      self.style = style
      self.color = color
    }
  }

  package var title: String
  package var subtitle: String
  package var xName: String
  package var yName: String
  package var xKind: AxisKind
  package var yKind: AxisKind
  package var series: [Series]

  package init(
    title: String, subtitle: String = "", xName: String, yName: String, xKind: AxisKind = .linear,
    yKind: AxisKind = .linear, series: [Series]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.xName = xName
    self.yName = yName
    self.xKind = xKind
    self.yKind = yKind
    self.series = series
  }

  /// The most points drawn of a line; of longer ones, such as training curves, an even choice is drawn.
  private static let mostPoints = 2000
  /// The most points of a line that each get a dot.
  private static let mostDots = 40

  /// The chart as an SVG document.
  package func svg() -> String {
    let drawn = series.map {
      Series(name: $0.name, values: shown($0.values), style: $0.style, color: $0.color)
    }
    let values = drawn.flatMap(\.values)
    let x = AxisScale(xKind, showing: values.map(\.x))
    let y = AxisScale(
      yKind, showing: values.flatMap { [$0.y - $0.standardError, $0.y, $0.y + $0.standardError] })
    let ticks = (x: AxisTicks.fitting(x, count: 6, length: 500, labelSize: 11), y: AxisTicks(y))
    let left = max(Panel.leftMargin(yName, ticks.y, height: 340), 84)
    let labels = drawn.map { TextBlock($0.name, width: 240, size: 12) }
    let legendWidth = labels.map(\.width).max() ?? 0
    let width = max(left + 500 + 46 + legendWidth + 20, 760)
    let header = PageHeader(title: title, subtitle: subtitle, width: width)
    let panel = Panel(frame: Rectangle(x: left, y: header.bottom + 4, width: 500, height: 340), x: x, y: y)
    let legendHeight = labels.reduce(0) { $0 + max($1.height, 15) + 5 }
    let bottom = Panel.bottomMargin(xName, ticks.x, width: 500)

    var document = SVGDocument(
      width: width, height: max(panel.frame.bottom + bottom, panel.frame.y + legendHeight + 20))
    header.draw(in: &document)
    panel.drawGrid(in: &document, xTicks: ticks.x, yTicks: ticks.y)
    var legendPlace = Point(x: panel.frame.right + 16, y: panel.frame.y + 10)
    for (index, line) in drawn.enumerated() {
      let color = Color.categories[(line.color ?? index) % Color.categories.count]
      document.clipped(to: panel.frame) { panel.draw(line, in: &$0, color: color) }
      guard !line.name.isEmpty else { continue }
      let end = Point(x: legendPlace.x + 22, y: legendPlace.y)
      document.line(
        legendPlace, end, SVGStyle(stroke: color, strokeWidth: 2, dashes: line.style.dashes))
      document.text(labels[index], at: Point(x: end.x + 6, y: end.y + 4))
      legendPlace.y += max(labels[index].height, 15) + 5
    }
    panel.drawXAxis(in: &document, ticks: ticks.x, name: xName)
    panel.drawYAxis(in: &document, ticks: ticks.y, name: yName)
    return document.xml
  }

  /// The values that the axes can show, thinned.
  private func shown(_ values: [Value]) -> [Value] {
    func fits(_ value: Double, _ kind: AxisKind) -> Bool { value.isFinite && (kind == .linear || value > 0) }
    let fitting = values.filter { fits($0.x, xKind) && fits($0.y, yKind) }
    let step = max(1, (fitting.count + LineChart.mostPoints - 1) / LineChart.mostPoints)
    return stride(from: 0, to: fitting.count, by: step).map { fitting[$0] }
  }

  fileprivate static func hasDots(_ line: Series) -> Bool {
    line.values.count <= mostDots && line.style == .solid
  }
}

extension Panel {
  /// Draws one line with its error bars.
  fileprivate func draw(_ line: LineChart.Series, in document: inout SVGDocument, color: Color) {
    let points = line.values.map { point($0.x, $0.y) }
    document.polyline(
      points, SVGStyle(stroke: color, strokeWidth: 1.75, dashes: line.style.dashes))
    let bars = line.values.filter { $0.standardError > 0 }.flatMap { value -> [[Point]] in
      // What a logarithmic axis cannot show begins at its lower end.
      let low = point(value.x, max(value.y - value.standardError, y.domain.lowerBound))
      let high = point(value.x, value.y + value.standardError)
      return [[low, high]] + [low, high].map { [Point(x: $0.x - 3, y: $0.y), Point(x: $0.x + 3, y: $0.y)] }
    }
    document.path(bars, SVGStyle(stroke: color, strokeWidth: 1))
    if LineChart.hasDots(line) { document.dots(points, diameter: 5.5, color: color) }
  }
}
