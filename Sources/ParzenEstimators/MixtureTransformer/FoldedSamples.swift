import ParzenCore

/// Points, n x d, and how many samples each stands for; nil for one each.
struct WeightedPoints: Sendable {
  let points: Matrix
  let counts: [Double]?
}

/// Samples divided for cross-validation by their rank in distance from the origin, which neither their order nor a rotation
/// changes. Equal samples share a fold, so that a repeated one is as one with a weight, and none vouches for its like.
struct FoldedSamples: Sendable {
  static let folds = 5
  /// Of more different samples, so many are taken, evenly by rank.
  private static let most = 1 << 16
  private let samples: WeightedPoints
  /// The fold of every row; nil for those not taken.
  private let fold: [Int?]

  /// - Complexity: O(n (d + log n)) time, O(n) memory.
  init(_ points: Matrix, counts: [Double]?) {
    samples = WeightedPoints(points: points, counts: counts)
    let distances = (0..<points.rows).map { row in points[row: row].reduce(0) { $0 + $1 * $1 } }
    let order = distances.indices.sorted { distances[$0] < distances[$1] }
    var ranks = [Int](repeating: 0, count: order.count)
    for (before, row) in zip(order, order.dropFirst()) {
      let isEqual = distances[row] - distances[before] <= 1e-12 * distances[row]
      ranks[row] = ranks[before] + (isEqual ? 0 : 1)
    }
    let count = (order.last.map { ranks[$0] } ?? 0) + 1
    fold = ranks.map { rank in
      guard count > Self.most else { return rank % Self.folds }
      let place = rank * Self.most / count
      return place < (rank + 1) * Self.most / count ? place % Self.folds : nil
    }
  }

  func training(_ number: Int) -> WeightedPoints { part { $0 != number } }
  func heldOut(_ number: Int) -> WeightedPoints { part { $0 == number } }

  private func part(_ isIn: (Int) -> Bool) -> WeightedPoints {
    let rows = fold.indices.filter { fold[$0].map(isIn) ?? false }
    return WeightedPoints(
      points: samples.points.selectingRows(rows),
      counts: samples.counts.map { counts in rows.map { counts[$0] } })
  }
}
