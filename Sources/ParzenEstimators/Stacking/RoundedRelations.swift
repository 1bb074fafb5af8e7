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
  /// - Complexity: O(n d^2 + d^3) time for up to 32,768 different samples, where ties were spread.
  static func found(in prepared: PreparedSamples) -> [Int] {
    guard prepared.spread.count > 1, prepared.spread.contains(where: { $0 != nil }) else { return [] }
    let samples = DistinctSamples(prepared.samples, counts: prepared.counts).thinned(to: SampleFolds.most)
    guard let moments = try? SampleMoments(samples.points, weights: .counts(samples.counts)) else {
      return []
    }
    let scale = moments.columnDeviations()
    guard scale.allSatisfy({ $0 > 0 }),
      let eigen = SymmetricEigendecomposition(moments.correlation(scale: scale))
    else { return [] }
    let rounding = zip(prepared.spread, scale).map { resolution, scale in
      pow((resolution?.step ?? 0) / scale, 2) / 6
    }
    var columns: Set<Int> = []
    for (place, variance) in eigen.values.enumerated() where variance < most {
      let direction = scale.indices.map { eigen.vectors[$0, place] }
      let own = zip(direction, rounding).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
      guard variance < mostOfRounding * own else { continue }
      columns.formUnion(direction.indices.filter { abs(direction[$0]) > leastPart })
    }
    return columns.sorted()
  }
}
