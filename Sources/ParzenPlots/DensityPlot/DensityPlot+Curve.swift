import ParzenCore

extension DensityPlot {
  /// d = 1: the density over a rug of the samples, and the score below.
  func curve() throws(ParzenError) -> String {
    let rows = drawnRows(limit: 2000)
    let scale = scale(of: 0)
    let points = curvePoints(scale, column: 0)
    let evaluation = try density.evaluate(at: Matrix(rows: points.count, columns: 1, elements: points))
    let drawn = DrawnDensities(logDensity: evaluation.logDensity)
    let scores = evaluation.score.elements

    var document = SVGDocument(width: 760, height: 560)
    drawTitle(in: &document, drawn: rows.count)
    let upper = Panel(
      frame: Rectangle(x: 84, y: 66, width: 650, height: 270), x: scale,
      y: AxisScale(domain: 0...max(drawn.values.max()! * 1.06, .leastNormalMagnitude)))
    let lower = Panel(
      frame: Rectangle(x: 84, y: 366, width: 650, height: 138), x: scale,
      y: AxisScale(showing: scores, margin: 0.06))
    let xTicks = AxisTicks(scale, count: 8)

    let densityTicks = AxisTicks(upper.y)
    upper.drawGrid(in: &document, xTicks: xTicks, yTicks: densityTicks)
    document.clipped(to: upper.frame) { document in
      upper.drawCurve(in: &document, points, drawn.values)
      upper.drawRug(in: &document, rows.map { samples[$0, 0] })
      upper.drawMarks(in: &document, marks, column: 0, labelled: true)
    }
    upper.drawXAxis(in: &document, ticks: xTicks)
    upper.drawYAxis(in: &document, ticks: densityTicks, name: drawn.name)

    let scoreTicks = AxisTicks(lower.y, count: 4)
    lower.drawGrid(in: &document, xTicks: xTicks, yTicks: scoreTicks)
    document.clipped(to: lower.frame) { document in
      document.line(
        lower.point(scale.domain.lowerBound, 0), lower.point(scale.domain.upperBound, 0),
        SVGStyle(stroke: .gray))
      let line = zip(points, scores).map { lower.point($0, $1) }
      document.polyline(line, SVGStyle(stroke: Color.categories[1], strokeWidth: 1.75))
    }
    lower.drawXAxis(in: &document, ticks: xTicks, name: columnNames[0])
    lower.drawYAxis(in: &document, ticks: scoreTicks, name: "score")
    return document.xml
  }

  /// Where a one-dimensional density is evaluated: an even grid, and up to 500 of the samples, so that no
  /// narrow peak falls between the grid's nodes.
  func curvePoints(_ scale: AxisScale, column: Int, gridCount: Int = 400) -> [Double] {
    let atSamples = drawnRows(limit: 500).map { samples[$0, column] }.filter(scale.domain.contains)
    return (scale.values(gridCount) + atSamples).sorted()
  }
}

extension Panel {
  /// Draws a density as a line over a shaded area.
  func drawCurve(in document: inout SVGDocument, _ xValues: [Double], _ densities: [Double]) {
    let line = zip(xValues, densities).map { point($0, $1) }
    let base = [point(xValues[xValues.count - 1], 0), point(xValues[0], 0)]
    document.polyline(line + base, closed: true, SVGStyle(fill: Color.categories[0], opacity: 0.14))
    document.polyline(line, SVGStyle(stroke: Color.categories[0], strokeWidth: 1.75))
  }

  /// Draws a short mark at the bottom for each value; the more values, the fainter.
  func drawRug(in document: inout SVGDocument, _ values: [Double], length: Double = 10) {
    let marks = values.map { value in
      let base = point(value, y.domain.lowerBound)
      return [base, Point(x: base.x, y: base.y - length)]
    }
    let opacity = min(0.7, max(0.12, 60 / Double(values.count)))
    document.path(marks, SVGStyle(stroke: .ink, strokeWidth: 0.8, opacity: opacity))
  }
}
