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
