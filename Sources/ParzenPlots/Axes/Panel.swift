/// A rectangle of a drawing with a scale in each direction.
struct Panel {
  let frame: Rectangle
  let x: AxisScale
  let y: AxisScale

  /// The place of a pair of values.
  func point(_ xValue: Double, _ yValue: Double) -> Point {
    Point(x: place(x: xValue), y: place(y: yValue))
  }

  /// Draws faint lines at the labelled ticks, to be painted under the data.
  func drawGrid(in document: inout SVGDocument, xTicks: AxisTicks, yTicks: AxisTicks) {
    let vertical = xTicks.values.map(place(x:)).map {
      [Point(x: $0, y: frame.y), Point(x: $0, y: frame.bottom)]
    }
    let horizontal = yTicks.values.map(place(y:)).map {
      [Point(x: frame.x, y: $0), Point(x: frame.right, y: $0)]
    }
    document.path(vertical + horizontal, SVGStyle(stroke: .lightGray, strokeWidth: 0.75))
  }

  /// Draws the axis below: line and marks, and with a name also labels and that name.
  func drawXAxis(
    in document: inout SVGDocument, ticks: AxisTicks, name: String? = nil, labelSize: Double = 11
  ) {
    let line = [Point(x: frame.x, y: frame.bottom), Point(x: frame.right, y: frame.bottom)]
    let marks = ticks.marks.map { value, length in
      [Point(x: place(x: value), y: frame.bottom), Point(x: place(x: value), y: frame.bottom + length)]
    }
    document.path([line] + marks, SVGStyle(stroke: .gray))
    guard let name else { return }
    for (value, label) in zip(ticks.values, ticks.labels) {
      let point = Point(x: place(x: value), y: frame.bottom + 7 + labelSize)
      document.text(label, at: point, size: labelSize, anchor: .middle)
    }
    let point = Point(x: frame.center.x, y: frame.bottom + 11 + 2.6 * labelSize)
    let title = fitted(name, suffix: ticks.unit, width: frame.width, size: labelSize + 1)
    document.text(title, at: point, size: labelSize + 1, anchor: .middle)
  }

  /// Draws the axis at the left: line and marks, and with a name also labels and that name.
  func drawYAxis(
    in document: inout SVGDocument, ticks: AxisTicks, name: String? = nil, labelSize: Double = 11
  ) {
    let line = [Point(x: frame.x, y: frame.y), Point(x: frame.x, y: frame.bottom)]
    let marks = ticks.marks.map { value, length in
      [Point(x: frame.x, y: place(y: value)), Point(x: frame.x - length, y: place(y: value))]
    }
    document.path([line] + marks, SVGStyle(stroke: .gray))
    guard let name else { return }
    for (value, label) in zip(ticks.values, ticks.labels) {
      let point = Point(x: frame.x - 8, y: place(y: value) + 0.36 * labelSize)
      document.text(label, at: point, size: labelSize, anchor: .end)
    }
    let longest = Double(ticks.labels.map(\.count).max() ?? 0)
    let point = Point(x: frame.x - 18 - 0.6 * labelSize * longest, y: frame.center.y)
    let title = fitted(name, suffix: ticks.unit, width: frame.height, size: labelSize + 1)
    document.text(title, at: point, size: labelSize + 1, anchor: .middle, rotation: -90)
  }

  private func place(x value: Double) -> Double {
    frame.x + x.position(value) * frame.width
  }

  private func place(y value: Double) -> Double {
    frame.bottom - y.position(value) * frame.height
  }
}

extension AxisTicks {
  /// All values with the lengths of their marks, in pixels.
  fileprivate var marks: [(value: Double, length: Double)] {
    values.map { ($0, 5) } + minorValues.map { ($0, 3) }
  }
}
