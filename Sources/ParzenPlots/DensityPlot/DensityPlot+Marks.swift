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

  /// Draws the marks at the given columns as rings, with their labels: inside the ring if they are short and
  /// no other mark is near, beside it if not. A label that has no room is left out; what lies beyond the
  /// axes is marked at the panel's edge.
  func drawMarks(
    in document: inout SVGDocument, _ panel: Panel, columns: (Int, Int), labelled: Bool
  ) {
    let (small, large) = (9.0, 17.0)
    let edge = panel.frame.inset(by: large / 2)
    let centers = marks.map { edge.nearest(to: panel.point($0.place[columns.0], $0.place[columns.1])) }
    func draw(_ center: Point, diameter: Double) {
      document.dots([center], diameter: diameter, color: .ink)
      document.dots([center], diameter: diameter - 2.5, color: .white)
    }
    guard labelled else {
      for center in centers { draw(center, diameter: 6) }
      return
    }
    var room = LabelRoom(in: panel.frame)
    for (index, mark) in marks.enumerated() {
      let others = centers.enumerated().filter { $0.offset != index }
        .map { Rectangle(around: $0.element, width: small, height: small) }
      let label = MarkLabel(mark.label, size: 11)
      let center = centers[index]
      let ring = Rectangle(around: center, width: large, height: large)
      if mark.label.count <= 2, room.take(firstOf: [ring], clearOf: others) != nil {
        draw(center, diameter: large)
        label.draw(in: &document, at: label.frame(around: center))
        continue
      }
      draw(center, diameter: small)
      if let place = room.take(firstOf: label.places(around: center, gap: small / 2 + 3), clearOf: others) {
        label.draw(in: &document, at: place)
      }
    }
  }
}

extension Panel {
  /// Draws marks of a one-dimensional density as lines from bottom to top.
  func drawMarks(in document: inout SVGDocument, _ marks: [DensityPlot.Mark], column: Int, labelled: Bool) {
    let edge = frame.inset(by: 1)
    let tops = marks.map { mark in
      Point(x: edge.nearest(to: point(mark.place[column], y.domain.upperBound)).x, y: frame.y)
    }
    for top in tops {
      let base = Point(x: top.x, y: frame.bottom)
      document.line(base, top, SVGStyle(stroke: .ink, strokeWidth: 0.8, opacity: 0.6))
    }
    guard labelled else { return }
    var room = LabelRoom(in: frame)
    for (index, (mark, top)) in zip(marks, tops).enumerated() {
      let label = MarkLabel(mark.label, size: 12)
      // At either side of the line, the higher the better; only where nothing else is free across other
      // lines, which it then interrupts.
      let rows = stride(from: top.y + 2, to: frame.bottom - label.height, by: label.height + 2)
      let places = rows.flatMap { y in
        [top.x + 4, top.x - 4 - label.width].map {
          Rectangle(x: $0, y: y, width: label.width, height: label.height)
        }
      }
      let lines = tops.enumerated().filter { $0.offset != index }
        .map { Rectangle(x: $0.element.x - 1, y: frame.y, width: 2, height: frame.height) }
      if let place = room.take(firstOf: places, clearOf: lines) {
        label.draw(in: &document, at: place)
      } else if let place = room.take(firstOf: places) {
        document.rectangle(place, SVGStyle(fill: .white, opacity: 0.85))
        label.draw(in: &document, at: place)
      }
    }
  }
}

/// The label of a mark as it is drawn, in one line.
private struct MarkLabel {
  private let text: String
  private let size: Double
  let width: Double
  /// Of ascent and descent.
  var height: Double { size }

  init(_ text: String, size: Double) {
    (self.text, self.size) = (text, size)
    width = TextMetrics.width(text, size: size, bold: true)
  }

  func frame(around center: Point) -> Rectangle { Rectangle(around: center, width: width, height: height) }

  /// Frames beside a mark in eight directions, the nearer the better.
  func places(around center: Point, gap: Double) -> [Rectangle] {
    [1.0, 2, 3].flatMap { times in
      [(1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)].map { (x, y) in
        frame(
          around: Point(
            x: center.x + x * (times * gap + width / 2), y: center.y + y * (times * gap + height / 2)))
      }
    }
  }

  func draw(in document: inout SVGDocument, at frame: Rectangle) {
    document.text(
      text, at: Point(x: frame.center.x, y: frame.y + 0.77 * size), size: size, anchor: .middle, bold: true)
  }
}

/// Room for labels in a panel: each is clear of the panel's edges and of those before it.
private struct LabelRoom {
  private let frame: Rectangle
  private var taken: [Rectangle] = []

  init(in frame: Rectangle) { self.frame = frame }

  /// Takes the first of some places that is free; nil if none is.
  mutating func take(firstOf places: [Rectangle], clearOf others: [Rectangle] = []) -> Rectangle? {
    let place = places.first { place in
      frame.contains(place) && !(taken + others).contains { $0.overlaps(place) }
    }
    if let place { taken.append(place) }
    return place
  }
}
