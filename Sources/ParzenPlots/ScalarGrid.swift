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
}
extension ScalarGrid {
  /// The levels whose superlevel sets hold given parts of the integral of the function.
  ///
  /// For a density these are the highest-density regions: the smallest regions that hold these parts of the
  /// probability (R. J. Hyndman, 1996, *The American Statistician* 50, 120-126). Nodes count with the area
  /// of their cells, so that the grid may be uneven, as on logarithmic axes.
  ///
  /// - Parameters:
  ///   - fractions: parts between 0 and 1.
  ///   - grid: values of the function, none negative.
  /// - Returns: one level for each part.
  /// - Complexity: O(k log k) for k nodes.
  static func levels(holding fractions: [Double], of grid: ScalarGrid) -> [Double] {
    let (widths, heights) = (cells(grid.x), cells(grid.y))
    let columns = grid.x.count
    let masses = grid.values.indices.map { grid.values[$0] * widths[$0 % columns] * heights[$0 / columns] }
    let order = grid.values.indices.sorted { grid.values[$0] > grid.values[$1] }
    let total = masses.reduce(0, +)
    return fractions.map { fraction in
      var sum = 0.0
      let index = order.first { index in
        sum += masses[index]
        return sum >= fraction * total
      }
      return index.map { grid.values[$0] } ?? 0
    }
  }

  /// The lengths that belong to ascending nodes.
  private static func cells(_ nodes: [Double]) -> [Double] {
    nodes.indices.map { index in
      let (before, after) = (nodes[max(index - 1, 0)], nodes[min(index + 1, nodes.count - 1)])
      return (after - before) / 2
    }
  }
}
