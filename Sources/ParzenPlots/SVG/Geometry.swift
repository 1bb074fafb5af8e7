/// A point of a drawing, in pixels from the top left corner, y downwards.
struct Point: Sendable, Equatable {
  var x: Double
  var y: Double
}

/// A rectangle of a drawing, in pixels.
struct Rectangle: Sendable, Equatable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }
  var center: Point { Point(x: x + width / 2, y: y + height / 2) }
}

extension Rectangle {
  init(around center: Point, width: Double, height: Double) {
    self.init(x: center.x - width / 2, y: center.y - height / 2, width: width, height: height)
  }

  func inset(by distance: Double) -> Rectangle {
    Rectangle(around: center, width: width - 2 * distance, height: height - 2 * distance)
  }

  /// The point of the rectangle that is nearest to another; of one without a place, as a value that is not
  /// positive on a logarithmic axis, the lower left corner.
  func nearest(to point: Point) -> Point {
    Point(
      x: point.x.isNaN ? x : min(max(point.x, x), right),
      y: point.y.isNaN ? bottom : min(max(point.y, y), bottom))
  }

  func contains(_ other: Rectangle) -> Bool {
    other.x >= x && other.y >= y && other.right <= right && other.bottom <= bottom
  }

  /// Whether two rectangles have more in common than an edge.
  func overlaps(_ other: Rectangle) -> Bool {
    x < other.right && other.x < right && y < other.bottom && other.y < bottom
  }
}
