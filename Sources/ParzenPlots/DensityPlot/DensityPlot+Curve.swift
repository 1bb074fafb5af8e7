import ParzenCore

/// The parts of the probability that the bands below a curve hold.
let bandFractions = [0.5, 0.95]

extension DensityPlot {
  /// d = 1: the density over a rug of the samples, and the score below.
  func curve() throws(ParzenError) -> String {
    let rows = drawnRows(limit: 2000)
    let scale = scale(of: 0)
    let curves = try layers.indices.map { (layer) throws(ParzenError) in
      let points = curvePoints(scale, column: 0, layer: layer)
      return (
        points: points,
        evaluation: try layers[layer].density.evaluate(
          at: Matrix(rows: points.count, columns: 1, elements: points))
      )
    }
    let peak = curves.compactMap { $0.evaluation.logDensity.max() }.max() ?? 0
    let drawn = curves.map { DrawnDensities(logDensity: $0.evaluation.logDensity, peak: peak) }
    let width = appearance.size?.width ?? 760
    let note = layers.count == 1 ? "bands hold \(percentages(bandFractions))" : ""
    let header = header(drawn: rows.count, note: note, width: width)

    let height = appearance.size?.height ?? header.bottom + 496
    let yTop = drawn.flatMap(\.values).max() ?? 0
    let yScale = AxisScale(domain: 0...max(yTop * 1.06, .leastNormalMagnitude))
    let scores = AxisScale(showing: curves.flatMap(\.evaluation.score.elements), margin: 0.06)
    let densityTicks = AxisTicks(yScale)
    let scoreTicks = AxisTicks(scores, count: 4)
    let left = max(
      Panel.leftMargin(drawn[0].name, densityTicks, height: 0.55 * (height - header.bottom)),
      Panel.leftMargin("score", scoreTicks, height: 0.28 * (height - header.bottom)), 60)
    let panelWidth = max(width - left - 26, 100)
    let xTicks = AxisTicks.fitting(scale, count: 8, length: panelWidth, labelSize: 11)
    let bottom = Panel.bottomMargin(columnNames[0], xTicks, width: panelWidth)
    let room = max(height - header.bottom - bottom - 34, 120)
    let upper = Panel(
      frame: Rectangle(x: left, y: header.bottom + 4, width: panelWidth, height: 0.66 * room), x: scale,
      y: yScale)
    let lower = Panel(
      frame: Rectangle(x: left, y: upper.frame.bottom + 30, width: panelWidth, height: 0.34 * room), x: scale,
      y: scores)

    var document = SVGDocument(width: width, height: max(height, lower.frame.bottom + bottom))
    header.draw(in: &document)
    upper.drawGrid(in: &document, xTicks: xTicks, yTicks: densityTicks)
    document.clipped(to: upper.frame) { document in
      for (layer, curve) in curves.enumerated() {
        let color = color(ofLayer: layer)
        if layers.count == 1 {
          upper.drawBands(in: &document, curve.points, drawn[layer].values, color: color)
        }
        upper.drawCurve(
          in: &document, curve.points, drawn[layer].values, color: color, shaded: layers.count == 1)
        let values = drawnRows(limit: 2000, of: layer).map { layers[layer].samples[$0, 0] }
        upper.drawRug(in: &document, values, color: layers.count == 1 ? .ink : color)
      }
      upper.drawMarks(in: &document, marks, column: 0, labelled: true)
    }
    upper.drawXAxis(in: &document, ticks: xTicks)
    upper.drawYAxis(in: &document, ticks: densityTicks, name: drawn[0].name)

    lower.drawGrid(in: &document, xTicks: xTicks, yTicks: scoreTicks)
    document.clipped(to: lower.frame) { document in
      document.line(
        lower.point(scale.domain.lowerBound, 0), lower.point(scale.domain.upperBound, 0),
        SVGStyle(stroke: .gray))
      for (layer, curve) in curves.enumerated() {
        let line = zip(curve.points, curve.evaluation.score.elements).map { lower.point($0, $1) }
        let color = layers.count == 1 ? Color.categories[1] : color(ofLayer: layer)
        document.polyline(line, SVGStyle(stroke: color, strokeWidth: 1.75))
      }
    }
    lower.drawXAxis(in: &document, ticks: xTicks, name: columnNames[0])
    lower.drawYAxis(in: &document, ticks: scoreTicks, name: "score")
    return document.xml
  }

  /// Where a one-dimensional density is evaluated: an even grid, and up to 500 of the samples, so that no
  /// narrow peak falls between the grid's nodes.
  func curvePoints(_ scale: AxisScale, column: Int, layer: Int = 0, gridCount: Int = 400) -> [Double] {
    let samples = layers[layer].samples
    let atSamples = drawnRows(limit: 500, of: layer).map { samples[$0, column] }.filter(scale.domain.contains)
    return (scale.values(gridCount) + atSamples).sorted()
  }
}

/// Parts as percentages: "50, 95 %".
func percentages(_ fractions: [Double]) -> String {
  fractions.map { "\(Int(($0 * 100).rounded()))" }.joined(separator: ", ") + " %"
}

extension Panel {
  /// Draws a density as a line, over a shaded area if wanted.
  func drawCurve(
    in document: inout SVGDocument, _ xValues: [Double], _ densities: [Double], color: Color,
    shaded: Bool = true
  ) {
    let line = zip(xValues, densities).map { point($0, $1) }
    if shaded {
      let base = [point(xValues[xValues.count - 1], 0), point(xValues[0], 0)]
      document.polyline(line + base, closed: true, SVGStyle(fill: color, opacity: 0.1))
    }
    document.polyline(line, SVGStyle(stroke: color, strokeWidth: 1.75))
  }

  /// Draws the highest-density regions below a curve as bands, the smaller the darker.
  func drawBands(in document: inout SVGDocument, _ xValues: [Double], _ densities: [Double], color: Color) {
    let grid = ScalarGrid(x: xValues, y: [0, 1], values: densities + densities)
    for (fraction, level) in zip(bandFractions, ScalarGrid.levels(holding: bandFractions, of: grid))
      .reversed()
    {
      var run: [Point] = []
      for (x, density) in zip(xValues + [xValues[xValues.count - 1]], densities + [-1]) {
        if density >= level {
          run.append(point(x, density))
        } else if !run.isEmpty {
          let base = [Point(x: run[run.count - 1].x, y: point(x, 0).y), Point(x: run[0].x, y: point(x, 0).y)]
          document.polyline(
            run + base, closed: true, SVGStyle(fill: color, opacity: fraction > 0.9 ? 0.1 : 0.18))
          run = []
        }
      }
    }
  }

  /// Draws a short mark at the bottom for each value; the more values, the fainter.
  func drawRug(in document: inout SVGDocument, _ values: [Double], length: Double = 10, color: Color = .ink) {
    let shown = values.filter { x.kind == .linear || $0 > 0 }
    let marks = shown.map { value in
      let base = point(value, y.domain.lowerBound)
      return [base, Point(x: base.x, y: base.y - length)]
    }
    let opacity = min(0.7, max(0.12, 60 / Double(max(shown.count, 1))))
    document.path(marks, SVGStyle(stroke: color, strokeWidth: 0.8, opacity: opacity))
  }
}
