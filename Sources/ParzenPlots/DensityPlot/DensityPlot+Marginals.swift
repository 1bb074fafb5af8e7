import ParzenCore

extension DensityPlot {
  /// The most columns that a matrix of panels shows.
  private static let mostColumns = 8

  /// d > 2: the densities of single coordinates on the diagonal, of pairs below it.
  func marginalMatrix() throws(ParzenError) -> String {
    let densities = try layers.map { (layer) throws(ParzenError) in
      guard let density = layer.density as? any MarginalizableDensity else {
        throw .invalidOption(
          """
          a picture in more than 2 dimensions needs the density's marginals, which this estimator does not \
          have
          """
        )
      }
      return density
    }
    let dimension = densities[0].dimension
    let count = min(dimension, DensityPlot.mostColumns)
    let isSmall = count > 5
    let isSingle = layers.count == 1
    let rows = drawnRows(limit: isSmall ? 250 : 500)
    let labelSize = 9.5
    let gap = 10.0
    let suggested = max(92.0, 640 / Double(count))
    let notes = [
      count < dimension ? "the first \(count) of \(dimension) columns" : "",
      "contours hold \(percentages(isSingle ? contourFractions : sharedContourFractions))",
    ]
    let scales = (0..<count).map(scale(of:))
    let yTicks = scales.map { AxisTicks($0, count: isSmall ? 3 : 4) }
    let left =
      (1..<count).map {
        Panel.leftMargin(columnNames[$0], yTicks[$0], height: suggested, labelSize: labelSize)
      }
      .max() ?? 60
    let page = appearance.size?.width ?? left + Double(count) * (suggested + gap) - gap + 24
    let header = header(
      drawn: rows.count, note: notes.filter { !$0.isEmpty }.joined(separator: " · "), width: page)
    let size = max((page - left - 24 + gap) / Double(count) - gap, 40)
    let corner = Point(x: left, y: header.bottom + 4)
    let side = Double(count) * (size + gap) - gap
    let xTicks = scales.map {
      AxisTicks.fitting($0, count: isSmall ? 3 : 4, length: size, labelSize: labelSize)
    }
    let bottom =
      (0..<count).map { Panel.bottomMargin(columnNames[$0], xTicks[$0], width: size, labelSize: labelSize) }
      .max()
      ?? 60
    var document = SVGDocument(
      width: page, height: max(corner.y + side + bottom, appearance.size?.height ?? 0))
    header.draw(in: &document)

    for row in 0..<count {
      for column in 0...row {
        let frame = Rectangle(
          x: corner.x + Double(column) * (size + gap), y: corner.y + Double(row) * (size + gap), width: size,
          height: size)
        let panel: Panel
        if row == column {
          panel = try drawDiagonal(in: &document, densities, column: row, scales[row], frame)
        } else {
          panel = Panel(frame: frame, x: scales[column], y: scales[row])
          try drawPair(in: &document, densities, panel, columns: (column, row), rows, isSmall: isSmall)
        }
        let isLowest = row == count - 1
        panel.drawXAxis(
          in: &document, ticks: xTicks[column], name: isLowest ? columnNames[column] : nil,
          labelSize: labelSize)
        guard row != column else { continue }
        panel.drawYAxis(
          in: &document, ticks: yTicks[row], name: column == 0 ? columnNames[row] : nil, labelSize: labelSize)
      }
    }
    return document.xml
  }

  /// Draws the densities of one coordinate: each layer's own fit to it, or its marginal.
  private func drawDiagonal(
    in document: inout SVGDocument, _ densities: [any MarginalizableDensity], column: Int, _ scale: AxisScale,
    _ frame: Rectangle
  ) throws(ParzenError) -> Panel {
    let curves = try layers.indices.map { (layer) throws(ParzenError) in
      let points = curvePoints(scale, column: column, layer: layer, gridCount: 160)
      let queries = Matrix(rows: points.count, columns: 1, elements: points)
      let own = layers[layer].ownMarginals
      let density: any Density = own.isEmpty ? densities[layer].marginal(of: [column]) : own[column]
      return (points: points, logDensity: try density.logDensity(at: queries))
    }
    let peak = curves.compactMap { $0.logDensity.max() }.max() ?? 0
    let drawn = curves.map { DrawnDensities(logDensity: $0.logDensity, peak: peak).values }
    let top = drawn.flatMap(\.self).max() ?? 0
    let panel = Panel(
      frame: frame, x: scale, y: AxisScale(domain: 0...max(top * 1.06, .leastNormalMagnitude)))
    document.clipped(to: frame) { document in
      for (layer, curve) in curves.enumerated() {
        panel.drawCurve(
          in: &document, curve.points, drawn[layer], color: color(ofLayer: layer), shaded: layers.count == 1)
      }
    }
    return panel
  }

  /// Draws the marginals of two coordinates.
  private func drawPair(
    in document: inout SVGDocument, _ densities: [any MarginalizableDensity], _ panel: Panel,
    columns: (Int, Int),
    _ rows: [Int], isSmall: Bool
  ) throws(ParzenError) {
    let gridCount = isSmall ? 33 : 49
    let nodes = (x: panel.x.values(gridCount), y: panel.y.values(gridCount))
    for (layer, density) in densities.enumerated() {
      let marginal: any Density = density.marginal(of: [columns.0, columns.1])
      let logDensity = try marginal.logDensity(at: ScalarGrid.nodes(x: nodes.x, y: nodes.y))
      if layers.count == 1 {
        let drawn = DrawnDensities(logDensity: logDensity)
        panel.drawHeatMap(
          in: &document, ScalarGrid(x: nodes.x, y: nodes.y, values: drawn.values), contourWidth: 0.75)
      } else {
        drawLayer(in: &document, panel, layer: layer, columns: columns, nodes, logDensity, diameter: 1.4)
      }
    }
    document.clipped(to: panel.frame) { document in
      if layers.count == 1 {
        drawSamples(in: &document, panel, rows: rows, columns: columns, diameter: 1.6, opacity: 0.45)
      }
      drawMarks(in: &document, panel, columns: columns, labelled: false)
    }
  }
}
