import ParzenCore
import ParzenKernels

/// A k-d tree of points, for their nearest neighbours among each other.
///
/// J. Friedman, J. Bentley, R. Finkel, ACM TOMS 3, 1977: each node splits its points at the median of the
/// widest column.
package struct NeighbourTree: Sendable {
  private let dimension: Int
  /// The points in the order of the tree, row by row: every node is a range of them.
  private var points: [Double]
  /// Their places in the given order.
  private var order: [Int]
  private var nodes: [Node] = []

  private struct Node {
    var range: Range<Int>
    /// The column and value of the split; a leaf has none.
    var column = -1
    var value = 0.0
    /// The nodes below and above the split.
    var lower = -1
    var upper = -1
  }

  private static let leafSize = 16

  /// - Complexity: O(n (d + log n) log n) time, O(n d) memory.
  package init(_ samples: Matrix) {
    dimension = samples.columns
    order = Array(0..<samples.rows)
    points = []
    _ = split(0..<samples.rows, samples)
    points = samples.selectingRows(order).elements
  }

  private mutating func split(_ range: Range<Int>, _ samples: Matrix) -> Int {
    let index = nodes.count
    nodes.append(Node(range: range))
    guard range.count > Self.leafSize else { return index }
    var (widest, spread) = (0, 0.0)
    for column in 0..<dimension {
      var (low, high) = (Double.infinity, -Double.infinity)
      for i in range {
        let value = samples[order[i], column]
        (low, high) = (min(low, value), max(high, value))
      }
      if high - low > spread { (widest, spread) = (column, high - low) }
    }
    guard spread > 0 else { return index }
    order[range].sort { (samples[$0, widest], $0) < (samples[$1, widest], $1) }
    let middle = (range.lowerBound + range.upperBound) / 2
    nodes[index].column = widest
    nodes[index].value = samples[order[middle], widest]
    nodes[index].lower = split(range.lowerBound..<middle, samples)
    nodes[index].upper = split(middle..<range.upperBound, samples)
    return index
  }

  /// Another point, by its place in the given order.
  package typealias Neighbour = (row: Int, square: Double)

  /// For every point, in the given order, the squared distance of its k-th nearest other point.
  ///
  /// - Precondition: there are more than k points.
  package func squaredDistances(toNeighbour k: Int, threads: Int) -> [Double] {
    neighbours(k, threads: threads).map { $0[k - 1].square }
  }

  /// For every point, in the given order, its k nearest other points, the nearest first.
  ///
  /// - Precondition: there are more than k points.
  package func neighbours(_ k: Int, threads: Int) -> [[Neighbour]] {
    let count = order.count
    let blocks = (count + Self.block - 1) / Self.block
    let found = concurrentValues(blocks, threads: threads) { block in
      (block * Self.block..<min((block + 1) * Self.block, count)).map { place in
        var nearest = [Neighbour](repeating: (-1, .infinity), count: k)
        search(0, place, &nearest)
        return nearest
      }
    }
    var result = [[Neighbour]](repeating: [], count: count)
    for (place, nearest) in found.joined().enumerated() { result[order[place]] = nearest }
    return result
  }

  private static let block = 256

  /// Inserts a neighbour into the ascending list of the nearest, which stays as long as it is.
  static func insert(_ neighbour: Neighbour, into nearest: inout [Neighbour]) {
    var position = nearest.count - 1
    guard neighbour.square < nearest[position].square else { return }
    while position > 0, nearest[position - 1].square > neighbour.square {
      nearest[position] = nearest[position - 1]
      position -= 1
    }
    nearest[position] = neighbour
  }

  /// Inserts a node's points into the ascending list of the nearest.
  private func search(_ index: Int, _ place: Int, _ nearest: inout [Neighbour]) {
    let node = nodes[index]
    guard node.column >= 0 else {
      for other in node.range where other != place {
        var square = 0.0
        for k in 0..<dimension {
          let difference = points[place * dimension + k] - points[other * dimension + k]
          square += difference * difference
        }
        Self.insert((order[other], square), into: &nearest)
      }
      return
    }
    let offset = points[place * dimension + node.column] - node.value
    search(offset < 0 ? node.lower : node.upper, place, &nearest)
    if offset * offset <= nearest[nearest.count - 1].square {
      search(offset < 0 ? node.upper : node.lower, place, &nearest)
    }
  }
}
