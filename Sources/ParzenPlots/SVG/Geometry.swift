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
