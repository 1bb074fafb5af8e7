import ParzenCore

/// The parts of the probability that the contours hold: lines around the highest densities.
let contourFractions = [0.25, 0.5, 0.75, 0.95]

extension DensityPlot {
  /// d = 2: a heat map with contours, samples and score arrows.
  func heatMap() throws(ParzenError) -> String {
    let rows = drawnRows(limit: 2000)
    let panel = Panel(
      frame: Rectangle(x: 84, y: 66, width: 540, height: 470), x: scale(of: 0), y: scale(of: 1))
    let nodes = (x: panel.x.values(129), y: panel.y.values(113))
    let evaluation = try density.evaluate(at: ScalarGrid.nodes(x: nodes.x, y: nodes.y))
    let drawn = DrawnDensities(logDensity: evaluation.logDensity)

    var document = SVGDocument(width: 744, height: 600)
    let contours = contourFractions.map { "\(Int($0 * 100))" }.joined(separator: ", ") + " %"
    drawTitle(in: &document, drawn: rows.count, note: "contours hold \(contours) · arrows: score")
    let brightest = panel.drawHeatMap(
      in: &document, ScalarGrid(x: nodes.x, y: nodes.y, values: drawn.values), contourWidth: 1)
    document.clipped(to: panel.frame) { document in
      drawSamples(
        in: &document, panel, rows: rows, columns: (0, 1), diameter: 2.4,
        opacity: min(0.75, max(0.3, 300 / Double(rows.count))))
      panel.drawArrows(in: &document, x: nodes.x, y: nodes.y, scores: evaluation.score)
      drawMarks(in: &document, panel, columns: (0, 1), labelled: true)
    }
    panel.drawXAxis(in: &document, ticks: AxisTicks(panel.x), name: columnNames[0])
    panel.drawYAxis(in: &document, ticks: AxisTicks(panel.y), name: columnNames[1])
    drawColorBar(in: &document, beside: panel, upTo: brightest, name: drawn.name)
    return document.xml
  }

  /// Draws what the colours of a heat map mean, at its right.
  private func drawColorBar(
    in document: inout SVGDocument, beside panel: Panel, upTo brightest: Double, name: String
  ) {
    let frame = Rectangle(x: panel.frame.right + 22, y: panel.frame.y, width: 14, height: panel.frame.height)
    let bar = Panel(frame: frame, x: AxisScale(domain: 0...1), y: AxisScale(domain: 0...brightest))
    document.image(
      IndexedImage(width: 1, height: 256, palette: ColorMap.palette, pixels: (0...255).reversed()), in: frame)
    let ticks = AxisTicks(bar.y)
    for (value, label) in zip(ticks.values, ticks.labels) {
      let place = bar.point(1, value)
      document.line(place, Point(x: place.x + 4, y: place.y), SVGStyle(stroke: .gray))
      document.text(label, at: Point(x: place.x + 7, y: place.y + 4), size: 11)
    }
    document.rectangle(frame, SVGStyle(stroke: .gray, strokeWidth: 0.75))
    document.text(
      name + ticks.unit, at: Point(x: 726, y: frame.center.y), anchor: .middle, rotation: -90)
  }
}

extension Panel {
  /// Draws a density on a grid as colours with contours.
  ///
  /// - Returns: the density of the darkest colour: the peak, or the level of the highest 1 % of the
  ///   probability where the peak is a spike far above it.
  @discardableResult
  func drawHeatMap(in document: inout SVGDocument, _ grid: ScalarGrid, contourWidth: Double) -> Double {
    let levels = ScalarGrid.levels(holding: [0.01] + contourFractions, of: grid.values)
    let peak = grid.values.max() ?? 0
    let brightest = max(peak > 4 * levels[0] ? levels[0] : peak, .leastNormalMagnitude)
    let columns = grid.x.count
    let pixels = (0..<grid.y.count).reversed().flatMap { row in
      (0..<columns).map { UInt8((min(max(grid[row, $0] / brightest, 0), 1) * 255).rounded()) }
    }
    // Nodes are the centres of pixels, so half a pixel hangs over on each side.
    let cell = (width: frame.width / Double(columns - 1), height: frame.height / Double(grid.y.count - 1))
    let spread = Rectangle(
      x: frame.x - cell.width / 2, y: frame.y - cell.height / 2, width: frame.width + cell.width,
      height: frame.height + cell.height)
    document.clipped(to: frame) { document in
      document.image(
        IndexedImage(width: columns, height: grid.y.count, palette: ColorMap.palette, pixels: pixels),
        in: spread)
      for level in levels.dropFirst() {
        for line in ContourLines(of: grid, at: level).lines {
          document.polyline(
            line.points.map { point($0.x, $0.y) }, closed: line.isClosed,
            SVGStyle(stroke: .ink, strokeWidth: contourWidth, opacity: 0.55))
        }
      }
    }
    return brightest
  }

  /// Draws the score as arrows at some nodes of a grid.
  ///
  /// An arrow is the gradient of the log density on the page: it stands upright on the contours as drawn.
  /// Lengths grow with the gradient up to its upper quartile and stay the same beyond.
  func drawArrows(in document: inout SVGDocument, x xNodes: [Double], y yNodes: [Double], scores: Matrix) {
    let spacing = 8
    let unit = (
      x: (x.domain.upperBound - x.domain.lowerBound) / frame.width,
      y: (y.domain.upperBound - y.domain.lowerBound) / frame.height
    )
    var arrows: [(start: Point, gradient: Point, length: Double)] = []
    for row in stride(from: spacing / 2, to: yNodes.count, by: spacing) {
      for column in stride(from: spacing / 2, to: xNodes.count, by: spacing) {
        let node = row * xNodes.count + column
        let gradient = Point(x: scores[node, 0] * unit.x, y: -scores[node, 1] * unit.y)
        let length = (gradient.x * gradient.x + gradient.y * gradient.y).squareRoot()
        guard length.isFinite, length > 0 else { continue }
        arrows.append((point(xNodes[column], yNodes[row]), gradient, length))
      }
    }
    guard !arrows.isEmpty else { return }
    let longest = arrows.map(\.length).sorted()[arrows.count * 3 / 4]
    let reach =
      0.8 * Double(spacing)
      * min(
        frame.width / Double(xNodes.count - 1), frame.height / Double(yNodes.count - 1))
    let lines = arrows.flatMap { start, gradient, length -> [[Point]] in
      let drawn = reach * min(1, length / longest)
      let (dx, dy) = (gradient.x / length, gradient.y / length)
      let tip = Point(x: start.x + drawn * dx, y: start.y + drawn * dy)
      let head = min(4, 0.4 * drawn)
      let barbs = [-1.0, 1.0].map { side in
        Point(x: tip.x - head * (dx + 0.6 * side * dy), y: tip.y - head * (dy - 0.6 * side * dx))
      }
      return [[start, tip], [barbs[0], tip, barbs[1]]]
    }
    document.path(lines, SVGStyle(stroke: Color.categories[1], strokeWidth: 1, opacity: 0.75))
  }
}
