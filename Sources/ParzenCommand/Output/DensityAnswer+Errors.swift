import Parzen

extension DensityAnswer {
  /// The columns that all intervals of a region share: its probability and its threshold.
  private static let columnsOfRegion = 2

  /// Adds the jackknife's standard error of every figure, in further columns.
  ///
  /// Intervals of a region that are not as many in every replicate cannot be told apart from each other:
  /// there, only what a region has one of has a standard error.
  ///
  /// - Parameter replicates: the answers of the jackknife's replicates.
  /// - Returns: a note where some figures have none.
  mutating func addErrors(
    _ jackknife: GroupJackknife, _ replicates: [DensityAnswer]
  ) throws(ParzenError) -> String? {
    let isComplete = replicates.allSatisfy { $0.intervalCounts == intervalCounts }
    let width = isComplete ? columnNames.count : Self.columnsOfRegion
    let errors = try jackknife.deviations(
      replicates.map { $0.figures(width, ofRegions: !isComplete).flatMap(\.self) })
    // The rows that share each of the figures.
    let shared = isComplete ? rows.map { _ in 1 } : intervalCounts ?? []
    guard errors.count == width * shared.count else {
      throw .invalidOption(
        "there are no standard errors: without a group of samples the answer has other figures, so leave out"
          + " --uncertainty")
    }
    columnNames += columnNames.prefix(width).map { $0 + "_se" }
    let places = shared.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
    rows = zip(rows, places).map { row, place in row + errors[place * width..<(place + 1) * width] }
    return isComplete
      ? nil
      : "the ends of intervals have no standard errors: without a group of samples there are more or fewer"
  }

  /// The first figures of every row, or of the first row of every region.
  private func figures(_ width: Int, ofRegions: Bool) -> [[Double]] {
    guard ofRegions, let intervalCounts else { return rows.map { Array($0.prefix(width)) } }
    var next = 0
    return intervalCounts.compactMap { count in
      defer { next += count }
      return count > 0 ? Array(rows[next].prefix(width)) : nil
    }
  }
}
