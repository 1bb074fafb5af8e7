import ParzenCore

/// The paths of points in the plane: lines, with a ring where each begins and a dot where it ends.
package struct PathPlot: Sendable {
  package var title: String
  package var subtitle: String
  package var columnNames: [String]
  /// The places of all points at one time after the other, each points x 2.
  package var places: [Matrix]

  /// A picture of paths.
  ///
  /// - Parameters:
  ///   - columnNames: the names of the two coordinates.
  ///   - places: the places of the same points at one time after the other, each points x 2, at least one.
  package init(title: String, subtitle: String, columnNames: [String], places: [Matrix]) {
    precondition(!places.isEmpty && columnNames.count == 2, "paths are drawn in two dimensions")
    precondition(
      places.allSatisfy { $0.columns == 2 && $0.rows == places[0].rows }, "all times have the same points")
    self.title = title
    self.subtitle = subtitle
    self.columnNames = columnNames
    self.places = places
  }

  /// The most places drawn of a path; of longer ones an even choice, and the last, is drawn.
  private static let mostPlaces = 300

  /// The picture as an SVG document. Both axes have the same scale.
  package func svg() -> String {
    let step = max(1, (places.count + PathPlot.mostPlaces - 1) / PathPlot.mostPlaces)
    let drawn =
      stride(from: 0, to: places.count - 1, by: step).map { places[$0] } + [places[places.count - 1]]
    let scales = (0..<2).map { column in AxisScale(showing: drawn.flatMap { $0[column: column] }) }
    let reach = scales.map { ($0.domain.upperBound - $0.domain.lowerBound) / 2 }.max()!
    let square = scales.map { scale in
      let middle = scale.domain.lowerBound / 2 + scale.domain.upperBound / 2
      return AxisScale(domain: middle - reach...middle + reach)
    }
    let side = 520.0
    let ticks = (
      x: AxisTicks.fitting(square[0], count: 6, length: side, labelSize: 11), y: AxisTicks(square[1])
    )
    let left = max(Panel.leftMargin(columnNames[1], ticks.y, height: side), 84)
    let width = left + side + 36
    let header = PageHeader(title: title, subtitle: subtitle, width: width)
    let frame = Rectangle(x: left, y: header.bottom + 4, width: side, height: side)
    let panel = Panel(frame: frame, x: square[0], y: square[1])
    let bottom = Panel.bottomMargin(columnNames[0], ticks.x, width: frame.width)
    var document = SVGDocument(width: width, height: frame.bottom + bottom)
    header.draw(in: &document)
    panel.drawGrid(in: &document, xTicks: ticks.x, yTicks: ticks.y)
    document.clipped(to: frame) { document in
      let paths = (0..<places[0].rows).map { row in drawn.map { panel.point($0[row, 0], $0[row, 1]) } }
      document.path(paths, SVGStyle(stroke: Color.categories[0], strokeWidth: 1, opacity: 0.6))
      document.dots(paths.map { $0[0] }, diameter: 6, color: Color.categories[0])
      document.dots(paths.map { $0[0] }, diameter: 3.5, color: .white)
      document.dots(paths.map { $0[$0.count - 1] }, diameter: 5, color: Color.categories[1])
    }
    panel.drawXAxis(in: &document, ticks: ticks.x, name: columnNames[0])
    panel.drawYAxis(in: &document, ticks: ticks.y, name: columnNames[1])
    return document.xml
  }
}
