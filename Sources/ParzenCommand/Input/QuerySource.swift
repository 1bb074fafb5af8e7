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

/// A regular grid over the range of samples. Its points are made when they are asked for.
struct Grid {
  /// The coordinates of the points along every axis.
  let axes: [[Double]]

  /// The most points of a grid.
  static let mostPoints = 100_000_000

  /// A grid over an interval for every column, widened by a tenth on both sides.
  ///
  /// - Throws: `ParzenError.invalidOption` if the grid has more than `mostPoints` points.
  init(over ranges: [ClosedRange<Double>], countPerAxis: Int) throws(ParzenError) {
    var total = 1
    for _ in ranges where total <= Grid.mostPoints {
      let product = total.multipliedReportingOverflow(by: countPerAxis)
      total = product.overflow ? .max : product.partialValue
    }
    guard total <= Grid.mostPoints else {
      throw .invalidOption(
        """
        a grid of \(countPerAxis) points along each of \(ranges.count) axes is too large (the limit is \
        \(Grid.mostPoints) points): use fewer, or --queries with the points of interest
        """)
    }
    axes = ranges.map { range in
      let (low, high) = (range.lowerBound, range.upperBound)
      let start = low - 0.1 * (high - low)
      let step = 1.2 * (high - low) / Double(countPerAxis - 1)
      return (0..<countPerAxis).map { start + step * Double($0) }
    }
  }

  /// The number of points.
  var count: Int { axes.reduce(1) { $0 * $1.count } }

  /// Some of the points, as rows; the last coordinate varies fastest.
  func rows(_ range: Range<Int>) -> Matrix {
    var result = Matrix(rows: range.count, columns: axes.count)
    for (row, index) in range.enumerated() {
      var rest = index
      for (column, axis) in axes.enumerated().reversed() {
        result[row, column] = axis[rest % axis.count]
        rest /= axis.count
      }
    }
    return result
  }
}
