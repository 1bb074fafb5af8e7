import ParzenCore
import ParzenDistributions
import ParzenKernels

/// How the modes of a density hang together: as a level falls, the regions above it grow and meet at
/// saddles, where the lower of two modes ends.
///
/// The saddles are sought along straight lines between modes and component means, of which a maximum
/// spanning tree keeps the highest; each path is then relaxed to a ridge, whose lowest point is the saddle.
///
/// F. Chazal, L. Guibas, S. Oudot, P. Skraba, Persistence-based clustering in Riemannian manifolds, J. ACM
/// 60, 2013.
struct MergeTree {
  /// The end of a mode.
  struct Merge {
    /// The lower mode, which ends.
    var mode: Int
    /// The higher one.
    var other: Int
    /// The modes whose basins meet at the saddle: the lower mode's side, on which others may have ended
    /// before, and the other.
    var sides: (Int, Int)
    /// Where they meet.
    var saddle: [Double]
  }

  /// The ends of all modes but the highest, the one that stands out least first.
  let merges: [Merge]
  /// How far each mode is above its saddle, in log density; infinite for the highest.
  let persistence: [Double]

  /// The most places that all pairs are joined for; of more, near ones are.
  private static let mostForAllPairs = 160
  private static let nearest = 16
  /// Points on a line between two places.
  private static let linePoints = 15

  /// - Parameters:
  ///   - modes: the places of the modes.
  ///   - others: further places that paths may pass, such as the components' means.
  ///   - basins: for each of these the mode that it belongs to.
  ///   - units: the unit of every coordinate.
  init(
    modes: [[Double]], others: [[Double]], basins: [Int], units: [Double], search: ModeSearch
  ) throws(ParzenError) {
    let places = modes + others
    let heights = try search.logDensity(places)
    let edges = try Self.edges(places, heights, units, search)
    // A maximum spanning tree; the top of a part is its highest mode.
    var sets = DisjointSets(count: places.count)
    var tops: [Int?] = places.indices.map { $0 < modes.count ? $0 : nil }
    var tree: [[Int]] = places.map { _ in [] }
    var joins: [(lower: Int, higher: Int, edge: Edge)] = []
    for edge in edges.sorted(by: { ($0.height, $1.first) > ($1.height, $0.first) }) {
      let (a, b) = (sets.name(of: edge.first), sets.name(of: edge.second))
      guard a != b else { continue }
      tree[edge.first].append(edge.second)
      tree[edge.second].append(edge.first)
      if let first = tops[a], let second = tops[b] {
        let isFirstLower =
          heights[first] < heights[second] || heights[first] == heights[second] && first > second
        joins.append(isFirstLower ? (first, second, edge) : (second, first, edge))
        tops[a] = isFirstLower ? second : first
      } else {
        tops[a] = tops[a] ?? tops[b]
      }
      sets.join(b, to: a)
    }
    let basinOf = Array(modes.indices) + basins
    var persistence = [Double](repeating: .infinity, count: modes.count)
    var merges: [Merge] = []
    for join in joins {
      let route = Self.route(from: join.lower, to: join.higher, in: tree)
      let (sides, between) = Self.sides(of: join.edge, route.map { ($0, basinOf[$0]) })
      let corners = [sides.0] + between + [sides.1]
      let ridge = try Self.ridge(corners.map { places[$0] }, search)
      persistence[join.lower] = max(heights[join.lower] - ridge.height, 0)
      merges.append(Merge(mode: join.lower, other: join.higher, sides: sides, saddle: ridge.saddle))
    }
    self.persistence = persistence
    self.merges = merges.sorted { (persistence[$0.mode], $0.mode) < (persistence[$1.mode], $1.mode) }
  }

  private struct Edge {
    var first: Int
    var second: Int
    var height: Double
  }

  /// The lines between places, with the lowest log density on each.
  private static func edges(
    _ places: [[Double]], _ heights: [Double], _ units: [Double], _ search: ModeSearch
  ) throws(ParzenError) -> [Edge] {
    var pairs: [(Int, Int)] = []
    func distance(_ a: Int, _ b: Int) -> Double {
      units.indices.reduce(0) { sum, i in
        let difference = (places[a][i] - places[b][i]) / units[i]
        return sum + difference * difference
      }
    }
    for a in places.indices {
      if places.count <= mostForAllPairs {
        pairs += (0..<a).map { ($0, a) }
      } else {
        let near = places.indices.filter { $0 != a }.map { (distance(a, $0), $0) }.sorted { $0 < $1 }
        pairs += near.prefix(nearest).map { (min(a, $0.1), max(a, $0.1)) }
        // A chain through all keeps the graph in one piece.
        if a > 0 { pairs.append((a - 1, a)) }
      }
    }
    var edges: [Edge] = []
    for start in stride(from: 0, to: pairs.count, by: 1024) {
      let block = pairs[start..<min(start + 1024, pairs.count)]
      let points = block.flatMap { pair in
        (1...linePoints).map { step -> [Double] in
          let t = Double(step) / Double(linePoints + 1)
          return units.indices.map { places[pair.0][$0] + t * (places[pair.1][$0] - places[pair.0][$0]) }
        }
      }
      let values = try search.logDensity(points)
      for (index, pair) in block.enumerated() {
        let inner = values[index * linePoints..<(index + 1) * linePoints].min() ?? 0
        edges.append(
          Edge(first: pair.0, second: pair.1, height: min(inner, heights[pair.0], heights[pair.1])))
      }
    }
    return edges
  }

  /// The basins on both sides of an edge of a route: those of its ends, or where these are one, the next
  /// ones; and the nodes of the route between their modes.
  private static func sides(
    of edge: Edge, _ route: [(node: Int, basin: Int)]
  ) -> (modes: (Int, Int), between: [Int]) {
    let ends = [edge.first, edge.second]
    var first = route.indices.first { ends.contains(route[$0].node) } ?? 0
    var second = first + 1
    while route[first].basin == route[second].basin, first > 0 { first -= 1 }
    while route[first].basin == route[second].basin, second < route.count - 1 { second += 1 }
    let modes = (route[first].basin, route[second].basin)
    return (modes, route[first...second].map(\.node).filter { $0 != modes.0 && $0 != modes.1 })
  }

  /// The way from one node of a tree to another.
  private static func route(from start: Int, to end: Int, in tree: [[Int]]) -> [Int] {
    var previous: [Int: Int] = [start: start]
    var queue = [start]
    var next = 0
    while next < queue.count, previous[end] == nil {
      let node = queue[next]
      next += 1
      for other in tree[node] where previous[other] == nil {
        previous[other] = node
        queue.append(other)
      }
    }
    var route = [end]
    while let node = previous[route[route.count - 1]], node != route[route.count - 1] { route.append(node) }
    return route.reversed()
  }

  /// The lowest point of a path, and the log density there, while the path is relaxed and where it is
  /// highest.
  private static func ridge(
    _ corners: [[Double]], _ search: ModeSearch
  ) throws(ParzenError) -> (saddle: [Double], height: Double) {
    let points = 41
    var path = resampled(corners, points)
    var best: (saddle: [Double], height: Double) = (path[points / 2], -.infinity)
    for _ in 0..<8 {
      let lowest = try lowest(of: path, search)
      // Once more, between its neighbours.
      let near = resampled(Array(path[max(lowest.index - 1, 0)...min(lowest.index + 1, points - 1)]), points)
      let bottom = try self.lowest(of: near, search)
      if bottom.height > best.height { best = (near[bottom.index], bottom.height) }
      path = resampled(try search.relaxed(path), points)
    }
    return best
  }

  private static func lowest(
    of path: [[Double]], _ search: ModeSearch
  ) throws(ParzenError) -> (index: Int, height: Double) {
    let heights = try search.logDensity(path)
    let index = heights.indices.min { heights[$0] < heights[$1] } ?? 0
    return (index, heights[index])
  }

  /// A path by points at equal distances.
  private static func resampled(_ corners: [[Double]], _ count: Int) -> [[Double]] {
    var lengths = [0.0]
    for (a, b) in zip(corners, corners.dropFirst()) {
      let square = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      lengths.append(lengths[lengths.count - 1] + square.squareRoot())
    }
    let total = lengths[lengths.count - 1]
    guard total > 0 else { return [[Double]](repeating: corners[0], count: count) }
    var segment = 0
    return (0..<count).map { index in
      let place = total * Double(index) / Double(count - 1)
      while segment < corners.count - 2, lengths[segment + 1] < place { segment += 1 }
      let span = lengths[segment + 1] - lengths[segment]
      let t = span > 0 ? (place - lengths[segment]) / span : 0
      return zip(corners[segment], corners[segment + 1]).map { $0 + t * ($1 - $0) }
    }
  }
}
