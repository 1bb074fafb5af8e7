import ParzenCore

/// The most that one value may stand for, among samples that are to judge estimates that have not seen them.
///
/// Equal samples are held out together, so that none vouches for its like. But an estimate without a value
/// that a third of the samples has, as zero is in amounts, knows nothing of it, and what it says there is
/// chance. A value of more samples than this is one that the law has a mass at: its samples do vouch for each
/// other, and where they cannot, they count for no more. One sample of large weight vouches for nothing.
enum RepeatedSamples {
  /// So many times the weight that nine in ten values do not exceed, or so large a part of all.
  private static let (most, usual, least) = (4.0, 0.9, 0.01)

  /// - Parameter totals: what each different value stands for.
  /// - Complexity: O(n log n) time, O(n) memory.
  static func limit(_ totals: [Double]) -> Double {
    guard !totals.isEmpty else { return .infinity }
    let usual = totals.sorted()[Int(usual * Double(totals.count))]
    return max(most * usual, least * totals.reduce(0, +))
  }

  /// What different values count for.
  static func limited(_ totals: [Double]) -> [Double] {
    let limit = limit(totals)
    return totals.map { min($0, limit) }
  }

  /// Whether samples have values that so many have.
  ///
  /// - Parameters:
  ///   - points: n x d.
  ///   - counts: how many samples each of them stands for; nil for one each.
  /// - Complexity: O(n d log n) time, O(n d) memory.
  static func areMany(_ points: Matrix, counts: [Double]?) -> [Bool] {
    guard points.rows > 0 else { return [] }
    let values = OrderedSamples(points, weights: counts)
    let limit = limit(values.totals)
    guard values.totals.contains(where: { $0 > limit }) else {
      return [Bool](repeating: false, count: points.rows)
    }
    return (0..<points.rows).map { row in
      OrderedSamples.place(of: points[row: row], in: values.samples).map { values.totals[$0] > limit }
        ?? false
    }
  }
}
