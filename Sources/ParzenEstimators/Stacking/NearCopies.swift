import ParzenCore

/// Samples that nearly repeat others: a table resampled with a little noise, measurements of one thing taken
/// twice, states of a chain that hardly moved. In different folds they would vouch for each other.
///
/// About a sample of any smooth law in m dimensions, or near a surface of so many, the distances r_1 < r_2 <
/// ... of its nearest neighbours have (r_k / r_(k+1))^m distributed as the largest of k uniform numbers
/// (E. Facco et al., Estimating the intrinsic dimension of datasets by a minimal neighborhood information,
/// Scientific Reports 7, 2017, for k = 1). So a ratio below r has the chance r^k at most, whatever the law.
/// Where many more samples than that have one, they are copies.
enum NearCopies {
  /// A sample's k nearest neighbours may be its copies if they are so much nearer than the next.
  private static let ratio = 0.05
  /// The most copies of a sample.
  private static let most = 8
  /// So many samples tell whether there are copies.
  private static let probes = 256
  /// The share of samples with such a ratio that is no chance, and the standard errors beyond it.
  private static let (share, errors) = (0.1, 5.0)

  /// For every sample the first of those that it and its copies are; nil where none has more than by chance.
  ///
  /// - Parameter whitened: samples that are all different, n x d.
  /// - Complexity: O(n (d + log n)) time, and O(n (d + log n) log n) where there are copies, in few
  ///   dimensions.
  static func firsts(of whitened: Matrix) -> [Int]? {
    let n = whitened.rows
    guard n > 4 * most else { return nil }
    let probed = min(n, probes)
    let ring = NormOrder(whitened)
    let found = (0..<probed).count { copies(among: ring.nearest(most + 1, to: $0 * n / probed)) > 0 }
    let chance = errors * (ratio / Double(probed)).squareRoot()
    guard Double(found) > (share + chance) * Double(probed) else { return nil }
    var sets = DisjointSets(count: n)
    let neighbours = NeighbourTree(whitened).neighbours(most + 1, threads: Parallelism.threads)
    for (row, near) in neighbours.enumerated() {
      for other in near.prefix(copies(among: near)) { sets.join(row, to: other.row) }
    }
    var firsts: [Int: Int] = [:]
    return (0..<n).map { row in
      let name = sets.name(of: row)
      let first = firsts[name] ?? row
      firsts[name] = first
      return first
    }
  }

  /// How many samples nearly repeat others.
  ///
  /// - Parameter whitened: as above.
  static func count(in whitened: Matrix) -> Int {
    firsts(of: whitened).map { zip($0, $0.indices).count { $0 != $1 } } ?? 0
  }

  /// How many of a sample's neighbours, the nearest first, are copies of it; none of a value that so many
  /// have that they count one by one.
  private static func copies(among near: [NeighbourTree.Neighbour]) -> Int {
    guard near[0].square > 0 else { return 0 }
    return (1...most).first { near[$0 - 1].square < ratio * ratio * near[$0].square } ?? 0
  }
}

/// Points in the order of their norms: nearest ones have norms that differ by no more than their distance.
/// That finds those of a few points sooner than a tree is built.
private struct NormOrder {
  private let dimension: Int
  /// The points in this order, row by row, and their norms.
  private let points: [Double]
  private let norms: [Double]

  /// - Complexity: O(n (d + log n)) time, O(n d) memory.
  init(_ samples: Matrix) {
    dimension = samples.columns
    let squares = (0..<samples.rows).map { row in samples[row: row].reduce(0) { $0 + $1 * $1 } }
    let order = ascendingOrder(squares)
    points = samples.selectingRows(order).elements
    norms = order.map { squares[$0].squareRoot() }
  }

  /// The k nearest other points of one, by their places in this order.
  ///
  /// - Complexity: O(n d) time at most.
  func nearest(_ k: Int, to place: Int) -> [NeighbourTree.Neighbour] {
    var nearest = [NeighbourTree.Neighbour](repeating: (-1, .infinity), count: k)
    points.withUnsafeBufferPointer { points in
      func isFar(_ other: Int) -> Bool {
        let difference = norms[other] - norms[place]
        return difference * difference >= nearest[k - 1].square
      }
      func look(_ other: Int) {
        var square = 0.0
        for column in 0..<dimension {
          let difference = points[place * dimension + column] - points[other * dimension + column]
          square += difference * difference
          if square >= nearest[k - 1].square { return }
        }
        NeighbourTree.insert((other, square), into: &nearest)
      }
      var (below, above) = (place - 1, place + 1)
      while below >= 0 || above < norms.count {
        if below >= 0 {
          if isFar(below) {
            below = -1
          } else {
            look(below)
            below -= 1
          }
        }
        if above < norms.count {
          if isFar(above) {
            above = norms.count
          } else {
            look(above)
            above += 1
          }
        }
      }
    }
    return nearest
  }
}
