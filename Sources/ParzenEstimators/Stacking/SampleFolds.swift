import ParzenCore

/// Samples in an order that depends on their values alone, divided for cross-validation by their rank in it:
/// the distance from the mean in whitened coordinates, which neither the order of the rows nor, but for exact
/// ties, a rotation changes. Equal samples share a fold, and so do copies with a little noise (`NearCopies`),
/// so that none vouches for its like, but for those of a value that very many have (`RepeatedSamples`).
struct SampleFolds: Sendable {
  /// Of n samples, a fifth is in each fold.
  static let count = 5
  /// Of more different samples, so many are taken, evenly by rank.
  static let most = 1 << 15
  /// The rows that are taken, in order.
  let rows: [Int]
  /// The fold of each of them.
  let folds: [Int]
  /// Whether some of all samples are equal.
  let haveRepeats: Bool

  /// The number of folds that judge n samples: with many, a part of them tells enough.
  static func judging(_ n: Double) -> Int { n < 2048 ? count : 2 }

  /// - Parameters:
  ///   - whitened: n x d.
  ///   - counts: how many samples each of them stands for; nil for one each.
  ///   - most: the most samples that are taken.
  /// - Complexity: O(n (d + log n)) time, O(n) memory.
  init(whitened: Matrix, counts: [Double]?, most: Int = SampleFolds.most) {
    let distances = (0..<whitened.rows).map { row in whitened[row: row].reduce(0) { $0 + $1 * $1 } }
    var order = ascendingOrder(distances)
    order.sortRuns(
      where: { distances[$0] == distances[$1] },
      by: { whitened[row: $0].lexicographicallyPrecedes(whitened[row: $1]) })
    let areMany = RepeatedSamples.areMany(whitened, counts: counts)
    var ranks = [Int](repeating: 0, count: order.count)
    for place in order.indices.dropFirst() {
      let (one, other) = (distances[order[place - 1]], distances[order[place]])
      let isAlike = other - one <= 1e-12 * other && !areMany[order[place]]
      ranks[place] = ranks[place - 1] + (isAlike ? 0 : 1)
    }
    let total = (ranks.last ?? 0) + 1
    haveRepeats =
      total < order.count || areMany.contains(true) || counts?.contains { $0 > 1 } ?? false
    var (rows, places) = ([Int](), [Int]())
    for (row, rank) in zip(order, ranks) {
      let place = total <= most ? rank : rank * most / total
      guard total <= most || place < (rank + 1) * most / total else { continue }
      rows.append(row)
      places.append(place)
    }
    // Of those in one place, the first speaks for all.
    let speakers = places.indices.filter { $0 == 0 || places[$0] != places[$0 - 1] }
    let firsts = NearCopies.firsts(of: whitened.selectingRows(speakers.map { rows[$0] }))
    self.rows = rows
    folds = places.map { (firsts?[$0] ?? $0) % Self.count }
  }
}
