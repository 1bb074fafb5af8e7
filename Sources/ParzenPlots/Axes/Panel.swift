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
    document.text(
      Self.name(name, ticks, length: frame.width, labelSize: labelSize), at: point, anchor: .middle)
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
    let block = Self.name(name, ticks, length: frame.height, labelSize: labelSize)
    let outermost = frame.x - 14 - ticks.width(labelSize: labelSize) - block.height + 0.8 * block.size
    document.text(block, at: Point(x: outermost, y: frame.center.y), anchor: .middle, rotation: -90)
  }

  private func place(x value: Double) -> Double {
    frame.x + x.position(value) * frame.width
  }

  private func place(y value: Double) -> Double {
    frame.bottom - y.position(value) * frame.height
  }
}

// MARK: - Room for axes

extension Panel {
  /// The pixels that the labels and the name of an axis need below a panel of a width.
  static func bottomMargin(_ name: String, _ ticks: AxisTicks, width: Double, labelSize: Double = 11)
    -> Double
  {
    11 + 1.6 * labelSize + Self.name(name, ticks, length: width, labelSize: labelSize).height + 8
  }

  /// The pixels that the labels and the name of an axis need at the left of a panel of a height.
  static func leftMargin(_ name: String, _ ticks: AxisTicks, height: Double, labelSize: Double = 11) -> Double
  {
    14 + ticks.width(labelSize: labelSize)
      + Self.name(name, ticks, length: height, labelSize: labelSize).height + 8
  }

  private static func name(_ name: String, _ ticks: AxisTicks, length: Double, labelSize: Double) -> TextBlock
  {
    TextBlock(name + ticks.unit, width: length, size: labelSize + 1)
  }
}

extension AxisTicks {
  /// The width of the longest label.
  func width(labelSize: Double) -> Double {
    labels.map { TextMetrics.width($0, size: labelSize) }.max() ?? 0
  }

  /// As many ticks, at most `count`, as have room for their labels beside each other.
  static func fitting(_ scale: AxisScale, count: Int, length: Double, labelSize: Double) -> AxisTicks {
    var best = AxisTicks(scale, count: count)
    for fewer in stride(from: count, through: 1, by: -1) {
      best = AxisTicks(scale, count: fewer)
      let places = best.values.map { scale.position($0) * length }.sorted()
      let gap = zip(places.dropFirst(), places).map { $0 - $1 }.min() ?? length
      if gap >= best.width(labelSize: labelSize) + 0.6 * labelSize { break }
    }
    // Even one label may be wider than its panel, which then has none but those at its ends.
    if best.values.count > 1 {
      let places = best.values.map { scale.position($0) * length }.sorted()
      let gap = zip(places.dropFirst(), places).map { $0 - $1 }.min() ?? length
      if gap < best.width(labelSize: labelSize) + 0.3 * labelSize { best.keepFirst() }
    }
    return best
  }

  private mutating func keepFirst() {
    values = Array(values.prefix(1))
    labels = Array(labels.prefix(1))
  }

  /// All values with the lengths of their marks, in pixels.
  fileprivate var marks: [(value: Double, length: Double)] {
    values.map { ($0, 5) } + minorValues.map { ($0, 3) }
  }
}
