import ParzenCore

extension DensityPlot {
  /// The most columns that a matrix of panels shows.
  private static let mostColumns = 8

  /// d > 2: the marginals of single coordinates on the diagonal, of pairs below it.
  func marginalMatrix() throws(ParzenError) -> String {
    guard let density = density as? any MarginalizableDensity else {
      throw .invalidOption(
        "a picture in more than 2 dimensions needs the density's marginals, which this estimator does not have"
      )
    }
    let count = min(density.dimension, DensityPlot.mostColumns)
    let isSmall = count > 5
    let rows = drawnRows(limit: isSmall ? 250 : 500)
    let size = max(92.0, 640 / Double(count))
    let gap = 10.0
    let corner = Point(x: 78, y: 66)
    let side = Double(count) * (size + gap) - gap
    var document = SVGDocument(width: corner.x + side + 24, height: corner.y + side + 60)
    let note = count < density.dimension ? "the first \(count) of \(density.dimension) columns" : ""
    drawTitle(in: &document, drawn: rows.count, note: note)

    let scales = (0..<count).map(scale(of:))
    let ticks = scales.map { AxisTicks($0, count: isSmall ? 3 : 4) }
    for row in 0..<count {
      for column in 0...row {
        let frame = Rectangle(
          x: corner.x + Double(column) * (size + gap), y: corner.y + Double(row) * (size + gap), width: size,
          height: size)
        let panel: Panel
        if row == column {
          panel = try drawMarginal(
            in: &document, density.marginal(of: [row]), column: row, scales[row], frame)
        } else {
          panel = Panel(frame: frame, x: scales[column], y: scales[row])
          try drawMarginal(
            in: &document, density.marginal(of: [column, row]), panel, gridCount: isSmall ? 33 : 49)
          document.clipped(to: panel.frame) { document in
            drawSamples(
              in: &document, panel, rows: rows, columns: (column, row), diameter: 1.6, opacity: 0.45)
            drawMarks(in: &document, panel, columns: (column, row), labelled: false)
          }
        }
        let isLowest = row == count - 1
        panel.drawXAxis(
          in: &document, ticks: ticks[column], name: isLowest ? columnNames[column] : nil, labelSize: 9.5)
        guard row != column else { continue }
        panel.drawYAxis(
          in: &document, ticks: ticks[row], name: column == 0 ? columnNames[row] : nil, labelSize: 9.5)
      }
    }
    return document.xml
  }

  /// Draws the marginal of one coordinate.
  private func drawMarginal(
    in document: inout SVGDocument, _ marginal: any Density, column: Int, _ scale: AxisScale,
    _ frame: Rectangle
  ) throws(ParzenError) -> Panel {
    let points = curvePoints(scale, column: column, gridCount: 160)
    let queries = Matrix(rows: points.count, columns: 1, elements: points)
    let drawn = DrawnDensities(logDensity: try marginal.logDensity(at: queries))
    let panel = Panel(
      frame: frame, x: scale, y: AxisScale(domain: 0...max(drawn.values.max()! * 1.06, .leastNormalMagnitude))
    )
    document.clipped(to: frame) { panel.drawCurve(in: &$0, points, drawn.values) }
    return panel
  }

  /// Draws the marginal of two coordinates.
  private func drawMarginal(
    in document: inout SVGDocument, _ marginal: any Density, _ panel: Panel, gridCount: Int
  ) throws(ParzenError) {
    let nodes = (x: panel.x.values(gridCount), y: panel.y.values(gridCount))
    let drawn = DrawnDensities(
      logDensity: try marginal.logDensity(at: ScalarGrid.nodes(x: nodes.x, y: nodes.y)))
    panel.drawHeatMap(
      in: &document, ScalarGrid(x: nodes.x, y: nodes.y, values: drawn.values), contourWidth: 0.75)
  }
}
