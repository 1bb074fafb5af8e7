import ParzenCore
import ParzenPlatform

/// Columns that determine each other but for their rounding, as a temperature in two units or percentages
/// that sum to a hundred: in some direction there is no law to estimate, only how values were rounded.
enum RoundedRelations {
  /// The most of the variance of standardised columns that such a direction has, and the most times that of
  /// rounding, by the samples' values and by the spreading of their ties.
  private static let (most, mostOfRounding) = (0.01, 2.0)
  /// Columns with less of a direction than this have no part in it.
  private static let leastPart = 0.1

  /// The columns that have a part in such a direction.
  ///
  /// - Parameters:
  ///   - whitening: of samples whose ties are spread.
  ///   - spread: the steps of columns whose ties were.
  /// - Complexity: O(d^2) time.
  static func found(by whitening: Whitening, spread: [ColumnResolution?]) -> [Int] {
    let rounding = zip(spread, whitening.scale).map { resolution, scale in
      pow((resolution?.step ?? 0) / scale, 2) / 6
    }
    var columns: Set<Int> = []
    for (place, variance) in whitening.principalVariances.enumerated() where variance < most {
      let direction = rounding.indices.map { whitening.axes[$0, place] }
      let own = zip(direction, rounding).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
      guard variance < mostOfRounding * own else { continue }
      columns.formUnion(direction.indices.filter { abs(direction[$0]) > leastPart })
    }
    return columns.sorted()
  }
}
