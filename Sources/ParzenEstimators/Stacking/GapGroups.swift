import ParzenCore

/// Samples that gaps in a column divide, however many orders of magnitude lie between the gaps and the
/// samples' own spacing, where neither moments nor a network that sees moments resolve anything.
///
/// Of the gaps between neighbouring values of a column, in descending order, the first few divide the samples
/// where the next one is smaller by a factor; a few are one in eight, since among all of them there is always
/// one that two nearly equal values make, which the next larger one exceeds by far. Beyond thirty, which is
/// rare even in heavy tails, the division is taken; from two on, with several samples in every part, it is
/// one to be judged.
enum GapGroups {
  private static let (certain, possible) = (30.0, 2.0)
  private static let fewest = 4
  private static let most = 64

  /// The rows of the parts; nil where no column has gaps thirty times as large as the next one. The first
  /// column that has decides: the parts are divided in turn.
  ///
  /// - Complexity: O(d n log n) time, O(n) memory.
  static func divide(_ points: Matrix) -> [[Int]]? {
    for column in 0..<points.columns {
      let gaps = Gaps(points[column: column], most: min(most, max(1, points.rows / 8)))
      if let last = gaps.ratios.firstIndex(where: { $0 > certain }) { return gaps.parts(last + 1) }
    }
    return nil
  }

  /// The rows of the parts that the most marked gaps of a column divide, at least twice as large as the next
  /// one and with four samples or more in every part; nil where there are none.
  ///
  /// - Complexity: O(d n log n) time, O(n) memory.
  static func propose(_ points: Matrix) -> [[Int]]? {
    var best: (ratio: Double, parts: [[Int]])?
    for column in 0..<points.columns {
      let gaps = Gaps(points[column: column], most: min(most, points.rows / fewest))
      for (place, ratio) in gaps.ratios.enumerated() where ratio > max(possible, best?.ratio ?? 0) {
        let parts = gaps.parts(place + 1)
        if parts.allSatisfy({ $0.count >= fewest }) { best = (ratio, parts) }
      }
    }
    return best?.parts
  }
}

/// The largest gaps between the values of a column.
private struct Gaps {
  private let order: [Int]
  /// The place before each gap, the largest gap first.
  private let places: [Int]
  /// By how much each gap is larger than the next one.
  let ratios: [Double]

  init(_ values: [Double], most: Int) {
    let order = ascendingOrder(values)
    let sizes = zip(order, order.dropFirst()).map { values[$1] - values[$0] }
    let largest = sizes.indices.filter { sizes[$0] > 0 }.sorted { sizes[$0] > sizes[$1] }.prefix(most + 1)
    self.order = order
    places = Array(largest)
    ratios = zip(largest, largest.dropFirst()).map { sizes[$0] / sizes[$1] }
  }

  /// The rows of the parts between the first few gaps.
  func parts(_ count: Int) -> [[Int]] {
    let ends = places.prefix(count).map { $0 + 1 }.sorted() + [order.count]
    return zip([0] + ends, ends).map { order[$0..<$1].sorted() }
  }
}
