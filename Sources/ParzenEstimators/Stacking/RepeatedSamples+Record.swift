import ParzenCore

extension RepeatedSamples {
  /// The values that very many samples have in columns whose ties were not spread, and how many rows repeat
  /// others but for those that have such values in all columns.
  ///
  /// - Complexity: O(d n log n) time, O(n d) memory.
  static func found(in prepared: PreparedSamples) -> (masses: [EstimateRecord.Mass], repeatedRows: Int) {
    let (samples, counts) = (prepared.samples, prepared.counts)
    var masses: [EstimateRecord.Mass] = []
    for column in 0..<samples.columns where prepared.spread[column] == nil {
      let values = DistinctSamples(samples, column: column, counts: counts)
      let limit = limit(values.counts)
      for (value, count) in zip(values.points.elements, values.counts) where count > limit {
        masses.append(.init(column: column, value: value, share: count / values.total))
      }
    }
    let columns = Dictionary(grouping: masses, by: \.column).mapValues { Set($0.map(\.value)) }
    let isMass = { (row: Int) in
      (0..<samples.columns).allSatisfy { columns[$0]?.contains(samples[row, $0]) ?? false }
    }
    let order = samples.ascendingRows()
    let repeated = zip(order, order.dropFirst()).filter { samples.compareRows($0, $1) == 0 && !isMass($1) }
    return (masses, repeated.count)
  }
}
