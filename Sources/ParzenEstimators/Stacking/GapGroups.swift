import ParzenCore

/// Samples that gaps in a column divide, however many orders of magnitude lie between the gaps and the samples' own
/// spacing, where neither moments nor a network that sees moments resolve anything.
///
/// Of the gaps between neighbouring values of a column, in descending order, the first few divide the samples if the next
/// one is smaller by a factor of thirty. In heavy tails that is rare, and then it costs little.
enum GapGroups {
  private static let ratio = 30.0
  private static let most = 64

  /// The rows of the parts; nil where no column has such gaps. The first column that has decides: the parts are divided in
  /// turn.
  ///
  /// - Complexity: O(d n log n) time, O(n) memory.
  static func divide(_ points: Matrix) -> [[Int]]? {
    for column in 0..<points.columns {
      let values = points[column: column]
      let order = values.indices.sorted { values[$0] < values[$1] }
      let gaps = zip(order, order.dropFirst()).enumerated().compactMap { place, pair in
        let gap = values[pair.1] - values[pair.0]
        return gap > 0 ? (place: place, size: gap) : nil
      }.sorted { $0.size > $1.size }
      let first = gaps.indices.dropLast().prefix(most).first { gaps[$0].size > ratio * gaps[$0 + 1].size }
      guard let first else { continue }
      let ends = gaps[...first].map { $0.place + 1 }.sorted() + [order.count]
      return zip([0] + ends, ends).map { order[$0..<$1].sorted() }
    }
    return nil
  }
}
