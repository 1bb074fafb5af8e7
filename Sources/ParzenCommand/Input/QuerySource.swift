import Parzen

/// The points at which a density is evaluated.
enum QuerySource {
  case points(Matrix, description: String)
  case grid(Grid)

  /// The number of points.
  var count: Int {
    switch self {
    case .points(let points, _): points.rows
    case .grid(let grid): grid.count
    }
  }

  /// What the points are, in words.
  var description: String {
    switch self {
    case .points(_, let description): description
    case .grid(let grid): "on a grid of \(grid.axes.map { "\($0.count)" }.joined(separator: " x "))"
    }
  }

  /// Some of the points, as rows.
  func rows(_ range: Range<Int>) -> Matrix {
    switch self {
    case .points(let points, _):
      let elements = points.elements[range.lowerBound * points.columns..<range.upperBound * points.columns]
      return Matrix(rows: range.count, columns: points.columns, elements: Array(elements))
    case .grid(let grid):
      return grid.rows(range)
    }
  }
}
