import ParzenCore

/// The lines along which a gridded function has one value.
struct ContourLines {
  /// One line: closed when its last point joins its first.
  struct Line {
    /// Points in the coordinates of the grid.
    var points: [(x: Double, y: Double)]
    var isClosed: Bool
  }

  let lines: [Line]

  /// The contour of a grid at a level, by marching squares.
  ///
  /// Each cell is cut by straight segments between the linearly interpolated crossings of its edges; where
  /// all four edges are crossed, the mean of the corners decides which crossings belong together.
  /// Neighbouring cells share their crossings, so the segments join to closed lines, or to lines that end at
  /// the border of the grid.
  ///
  /// - Complexity: O(nodes) in time, O(nodes + crossings) in memory.
  init(of grid: ScalarGrid, at level: Double) {
    var neighbors: [Edge: [Edge]] = [:]
    for row in 0..<max(grid.y.count - 1, 0) {
      for column in 0..<max(grid.x.count - 1, 0) {
        for (start, end) in ContourLines.segments(in: grid, row: row, column: column, level: level) {
          neighbors[start, default: []].append(end)
          neighbors[end, default: []].append(start)
        }
      }
    }
    // Lines that end at the border first, from one of their ends; what then remains is closed.
    let order = neighbors.keys.sorted {
      ($0.row, $0.column, $0.isVertical ? 1 : 0) < ($1.row, $1.column, $1.isVertical ? 1 : 0)
    }
    let ends = order.filter { neighbors[$0]!.count == 1 }
    var lines: [Line] = []
    for start in ends + order where neighbors[start] != nil {
      let isClosed = neighbors[start]!.count == 2
      var edges: [Edge] = []
      var next: Edge? = start
      while let edge = next, let candidates = neighbors.removeValue(forKey: edge) {
        edges.append(edge)
        next = candidates.first { neighbors[$0] != nil }
      }
      lines.append(Line(points: edges.map { $0.crossing(of: grid, at: level) }, isClosed: isClosed))
    }
    self.lines = lines
  }

  /// The segments of one cell: pairs of crossed edges.
  private static func segments(
    in grid: ScalarGrid, row: Int, column: Int, level: Double
  ) -> [(Edge, Edge)] {
    let corners = [
      grid[row, column], grid[row, column + 1], grid[row + 1, column + 1], grid[row + 1, column],
    ]
    let above = corners.map { $0 >= level }
    guard above.contains(true), above.contains(false) else { return [] }
    // Edge k lies between the corners k and k + 1, counter-clockwise from the lower left.
    let edges = [
      Edge(row: row, column: column, isVertical: false), Edge(row: row, column: column + 1, isVertical: true),
      Edge(row: row + 1, column: column, isVertical: false), Edge(row: row, column: column, isVertical: true),
    ]
    let crossed = (0..<4).filter { above[$0] != above[($0 + 1) % 4] }
    guard crossed.count == 4 else { return [(edges[crossed[0]], edges[crossed[1]])] }
    let centerAbove = corners.reduce(0, +) / 4 >= level
    // The corners that differ from the centre are cut off, each by the segment between its two edges.
    return centerAbove == above[0]
      ? [(edges[0], edges[1]), (edges[2], edges[3])] : [(edges[3], edges[0]), (edges[1], edges[2])]
  }
}

/// The edge of a grid from node (row, column) to the next node of the row, or if vertical of the column.
private struct Edge: Hashable {
  let row: Int
  let column: Int
  let isVertical: Bool

  /// Where the function, linear along the edge, has a value.
  func crossing(of grid: ScalarGrid, at level: Double) -> (x: Double, y: Double) {
    let (endRow, endColumn) = isVertical ? (row + 1, column) : (row, column + 1)
    let start = grid[row, column]
    let t = (level - start) / (grid[endRow, endColumn] - start)
    return (
      grid.x[column] + t * (grid.x[endColumn] - grid.x[column]),
      grid.y[row] + t * (grid.y[endRow] - grid.y[row])
    )
  }
}

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
