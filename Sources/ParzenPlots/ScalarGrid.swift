import ParzenCore

/// The values of a function at the nodes of a rectangular grid.
struct ScalarGrid {
  /// The x coordinates of the columns, increasing.
  let x: [Double]
  /// The y coordinates of the rows, increasing.
  let y: [Double]
  /// One value per node, row by row: node (i, j), at (x[j], y[i]), is at `i * x.count + j`.
  let values: [Double]

  subscript(row: Int, column: Int) -> Double {
    values[row * x.count + column]
  }

  /// The nodes of a grid as points, row by row: (x.count * y.count) x 2.
  static func nodes(x: [Double], y: [Double]) -> Matrix {
    Matrix(rows: x.count * y.count, columns: 2, elements: y.flatMap { y in x.flatMap { [$0, y] } })
  }

  /// The levels whose superlevel sets hold given parts of the sum of all values.
  ///
  /// For a density on an even grid these are the highest-density regions: the smallest regions that hold
  /// these parts of the probability (R. J. Hyndman, 1996, *The American Statistician* 50, 120-126).
  ///
  /// - Parameters:
  ///   - fractions: parts between 0 and 1.
  ///   - values: values of the function, none negative.
  /// - Returns: one level for each part.
  /// - Complexity: O(k log k) for k values.
  static func levels(holding fractions: [Double], of values: [Double]) -> [Double] {
    let sorted = values.sorted(by: >)
    let total = sorted.reduce(0, +)
    return fractions.map { fraction in
      var sum = 0.0
      return sorted.first { value in
        sum += value
        return sum >= fraction * total
      } ?? sorted.last ?? 0
    }
  }
}
