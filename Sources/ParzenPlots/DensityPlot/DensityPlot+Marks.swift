import ParzenCore

extension DensityPlot {
  /// Draws samples at the given columns as dots, in the colours of their groups.
  func drawSamples(
    in document: inout SVGDocument, _ panel: Panel, rows: [Int], columns: (Int, Int), diameter: Double,
    opacity: Double
  ) {
    func places(_ rows: [Int]) -> [Point] {
      rows.map { panel.point(samples[$0, columns.0], samples[$0, columns.1]) }
    }
    guard !groups.isEmpty else {
      return document.dots(places(rows), diameter: diameter, color: .ink, opacity: opacity)
    }
    document.dots(places(rows), diameter: 1.7 * diameter + 1, color: .white)
    for group in Set(groups).sorted() {
      document.dots(
        places(rows.filter { groups[$0] == group }), diameter: 1.7 * diameter,
        color: Self.color(ofGroup: group))
    }
  }

  /// Draws the marks at the given columns as rings, with their labels where there is room for them: inside
  /// the ring if they are short, beside it if not.
  func drawMarks(
    in document: inout SVGDocument, _ panel: Panel, columns: (Int, Int), labelled: Bool
  ) {
    for mark in marks {
      let center = panel.point(mark.place[columns.0], mark.place[columns.1])
      let isInside = labelled && mark.label.count <= 2
      let diameter = isInside ? 17.0 : labelled ? 9 : 6
      document.dots([center], diameter: diameter, color: .ink)
      document.dots([center], diameter: diameter - 2.5, color: .white)
      guard labelled else { continue }
      document.text(
        mark.label, at: Point(x: isInside ? center.x : center.x + 8, y: center.y + 4), size: 11,
        anchor: isInside ? .middle : .start, bold: true)
    }
  }
}

extension Panel {
  /// Draws marks of a one-dimensional density as lines from bottom to top.
  func drawMarks(in document: inout SVGDocument, _ marks: [DensityPlot.Mark], column: Int, labelled: Bool) {
    for mark in marks {
      let (base, top) = (
        point(mark.place[column], y.domain.lowerBound), point(mark.place[column], y.domain.upperBound)
      )
      document.line(base, top, SVGStyle(stroke: .ink, strokeWidth: 0.8, opacity: 0.6))
      guard labelled else { continue }
      document.text(mark.label, at: Point(x: top.x + 4, y: top.y + 12), size: 12, bold: true)
    }
  }
}
