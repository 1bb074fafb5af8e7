import ParzenCore

/// The parts of the probability that the contours hold: lines around the highest densities.
let contourFractions = [0.25, 0.5, 0.75, 0.95]
/// Those of several densities in one picture.
let sharedContourFractions = [0.5, 0.95]

extension DensityPlot {
  /// d = 2: a heat map with contours, samples and score arrows; of several densities the contours alone.
  func heatMap() throws(ParzenError) -> String {
    let isSingle = layers.count == 1
    let rows = drawnRows(limit: 2000)
    let isLinear = appearance.logarithmic.isEmpty
    let note =
      "contours hold \(percentages(isSingle ? contourFractions : sharedContourFractions))"
      + (isSingle && isLinear ? " · arrows: score" : "")
    let width = appearance.size?.width ?? 744
    let header = header(drawn: rows.count, note: note, width: width)
    let scales = (x: scale(of: 0), y: scale(of: 1))
    let yTicks = AxisTicks(scales.y)
    let right = isSingle ? 120.0 : 26
    let height = appearance.size?.height ?? header.bottom + 540
    let left = max(Panel.leftMargin(columnNames[1], yTicks, height: height - header.bottom - 70), 60)
    let panelWidth = max(width - left - right, 100)
    let xTicks = AxisTicks.fitting(scales.x, count: 6, length: panelWidth, labelSize: 11)
    let bottom = Panel.bottomMargin(columnNames[0], xTicks, width: panelWidth)
    let panel = Panel(
      frame: Rectangle(
        x: left, y: header.bottom + 4, width: panelWidth,
        height: max(height - header.bottom - bottom - 4, 100)),
      x: scales.x, y: scales.y)
    let nodes = (x: panel.x.values(129), y: panel.y.values(113))
    let evaluations = try layers.map { (layer) throws(ParzenError) in
      try layer.density.evaluate(at: ScalarGrid.nodes(x: nodes.x, y: nodes.y))
    }

    var document = SVGDocument(width: width, height: max(height, panel.frame.bottom + bottom))
    header.draw(in: &document)
    if isSingle {
      let drawn = DrawnDensities(logDensity: evaluations[0].logDensity)
      let brightest = panel.drawHeatMap(
        in: &document, ScalarGrid(x: nodes.x, y: nodes.y, values: drawn.values), contourWidth: 1)
      document.clipped(to: panel.frame) { document in
        drawSamples(
          in: &document, panel, rows: rows, columns: (0, 1), diameter: 2.4,
          opacity: min(0.75, max(0.3, 300 / Double(rows.count))))
        if isLinear { panel.drawArrows(in: &document, x: nodes.x, y: nodes.y, scores: evaluations[0].score) }
        drawMarks(in: &document, panel, columns: (0, 1), labelled: true)
      }
      drawColorBar(in: &document, beside: panel, upTo: brightest, name: drawn.name)
    } else {
      panel.drawGrid(in: &document, xTicks: xTicks, yTicks: yTicks)
      for (layer, evaluation) in evaluations.enumerated() {
        drawLayer(
          in: &document, panel, layer: layer, columns: (0, 1), nodes, evaluation.logDensity, diameter: 2)
      }
      document.clipped(to: panel.frame) { drawMarks(in: &$0, panel, columns: (0, 1), labelled: true) }
    }
    panel.drawXAxis(in: &document, ticks: xTicks, name: columnNames[0])
    panel.drawYAxis(in: &document, ticks: yTicks, name: columnNames[1])
    return document.xml
  }

  /// Draws one of several densities: its samples, faint, and its contours.
  func drawLayer(
    in document: inout SVGDocument, _ panel: Panel, layer: Int, columns: (Int, Int),
    _ nodes: (x: [Double], y: [Double]), _ logDensity: [Double], diameter: Double
  ) {
    let color = color(ofLayer: layer)
    let grid = ScalarGrid(x: nodes.x, y: nodes.y, values: DrawnDensities(logDensity: logDensity).values)
    let samples = layers[layer].samples
    let rows = drawnRows(limit: 1000 / layers.count + 50, of: layer)
    document.clipped(to: panel.frame) { document in
      let places = rows.map { panel.point(samples[$0, columns.0], samples[$0, columns.1]) }
      document.dots(places, diameter: diameter, color: color, opacity: 0.3)
      for level in ScalarGrid.levels(holding: sharedContourFractions, of: grid) {
        for line in ContourLines(of: grid, at: level).lines {
          document.polyline(
            line.points.map { panel.point($0.x, $0.y) }, closed: line.isClosed,
            SVGStyle(stroke: color, strokeWidth: 1.5))
        }
      }
    }
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
      TextBlock(name + ticks.unit, width: frame.height, size: 12),
      at: Point(x: frame.right + 24 + ticks.width(labelSize: 11), y: frame.center.y), anchor: .middle,
      rotation: -90)
  }
}

extension Panel {
  /// Draws a density on a grid as colours with contours.
  ///
  /// - Returns: the density of the darkest colour: the peak, or the level of the highest 1 % of the
  ///   probability where the peak is a spike far above it.
  @discardableResult
  func drawHeatMap(in document: inout SVGDocument, _ grid: ScalarGrid, contourWidth: Double) -> Double {
    let levels = ScalarGrid.levels(holding: [0.01] + contourFractions, of: grid)
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
