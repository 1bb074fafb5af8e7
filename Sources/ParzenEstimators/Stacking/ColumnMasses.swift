import ParzenCore

/// Values that very many samples have in one column while they differ in others, as zero in amounts or the
/// end of a scale in readings: there the law has no density in all columns together, and what is estimated of
/// the other columns from these samples says little of the rest.
enum ColumnMasses {
  /// The fewest samples that have such a value, and that do not.
  private static let fewest = 8.0

  /// The rows in parts: those that have the same such values in the same columns are one. Nil where no column
  /// has such a value.
  ///
  /// - Parameter counts: how many samples each row stands for; nil for one each.
  /// - Complexity: O(d n log n) time, O(d n) memory.
  static func propose(_ points: Matrix, counts: [Double]?) -> [[Int]]? {
    guard points.columns > 1 else { return nil }
    // For every row, the columns in which it has one, and which.
    var patterns = [[Int]](repeating: [], count: points.rows)
    for column in 0..<points.columns {
      let values = DistinctSamples(points, column: column, counts: counts)
      let least = max(fewest, RepeatedSamples.limit(values.counts))
      let places = values.counts.indices.filter { values.counts[$0] > least }
      guard let most = places.map({ values.counts[$0] }).max(), values.total - most >= fewest else {
        continue
      }
      let masses = Dictionary(
        uniqueKeysWithValues: places.map { (values.points.elements[$0], column * points.rows + $0) })
      for row in patterns.indices {
        if let mass = masses[points[row, column]] { patterns[row].append(mass) }
      }
    }
    let parts = Dictionary(grouping: patterns.indices, by: { patterns[$0] })
    guard parts.count > 1 else { return nil }
    return parts.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { parts[$0]! }
  }
}
