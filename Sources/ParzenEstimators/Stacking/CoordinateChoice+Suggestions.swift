import ParzenCore
import ParzenDistributions

extension CoordinateChoice {
  /// What a column's values suggest beside the column as it is.
  ///
  /// - Parameter values: of one column.
  static func suggested(_ values: DistinctSamples) -> [Candidate] {
    let n = values.total
    guard n >= fewest, let low = values.points.elements.first, let high = values.points.elements.last else {
      return []
    }
    func quantile(_ share: Double) -> Double { values.quantile(share) }
    let middle = quantile(0.5)
    let (left, right) = (middle - quantile(0.25), quantile(0.75) - middle)
    guard left > 0, right > 0 else { return [] }
    // The first fiftieth of the samples, at least four.
    let few = max(4, n / 50)
    func lowerReach(_ count: Double) -> Double { quantile(count / n) - low }
    func upperReach(_ count: Double) -> Double { high - quantile(1 - count / n) }
    /// Whether the first few samples, and twice as many, take no more than a share of the way to the
    /// quartile: twice that of a uniform density, and a quarter for the first few, where a normal law has .4
    /// and more.
    func isEdge(_ reach: (Double) -> Double) -> Bool {
      reach(few) < abrupt * reach(n / 4)
        && [few, 2 * few].allSatisfy { reach($0) < 2 * (4 * $0 / n) * reach(n / 4) }
    }
    let (lowerEdge, upperEdge) = (isEdge(lowerReach), isEdge(upperReach))
    /// The mean distance of the outermost samples.
    let (lowerGap, upperGap) = (lowerReach(few) / few, upperReach(few) / few)
    var (edges, others): ([ColumnTransformation], [ColumnTransformation]) = ([], [])
    if lowerEdge, lowerGap > 0 { edges.append(.inverseSinh(centre: low - lowerGap, scale: 4 * lowerGap)) }
    if upperEdge, upperGap > 0 { edges.append(.inverseSinh(centre: high + upperGap, scale: 4 * upperGap)) }
    if lowerEdge, upperEdge, lowerGap > 0, upperGap > 0 {
      edges.append(
        .doubleInverseSinh(
          lower: low - lowerGap, upper: high + upperGap, scale: 2 * (lowerGap + upperGap)))
    }
    let rightTail = (quantile(0.99) - middle) / right
    let leftTail = (middle - quantile(0.01)) / left
    let towardsZero = towardsZero(low, high, linear: 0.25)
    if low > 0, rightTail > heavy || lowerEdge { others.append(towardsZero) }
    if high < 0, leftTail > heavy || upperEdge { others.append(towardsZero) }
    if let odds = odds(values) { others.append(odds) }
    if rightTail > heavy || leftTail > heavy {
      others.append(.inverseSinh(centre: middle, scale: left + right))
    }
    return edges.map { Candidate(columns: [$0], enough: natsForEdge) }
      + others.map { Candidate(columns: [$0]) }
  }

  /// The logarithm of all samples of one sign, nearly, but it ends nowhere, since none is told that the
  /// column does.
  ///
  /// - Parameter linear: where it becomes linear, in units of the sample next to zero. Where zero means
  ///   nothing, samples beyond it cost the less the larger this is.
  private static func towardsZero(
    _ low: Double, _ high: Double, linear: Double
  ) -> ColumnTransformation {
    let (least, finest) = (linear * min(abs(low), abs(high)), max(abs(low), abs(high)) * 1e-150)
    return .inverseSinh(centre: 0, scale: max(least, finest))
  }

  /// The odds of shares, nearly, which end nowhere, either; nil where values are not between 0 and 1, or all
  /// in the lower half.
  private static func odds(_ values: DistinctSamples) -> ColumnTransformation? {
    guard let low = values.points.elements.first, let high = values.points.elements.last,
      low > 0, high < 1, values.quantile(0.9) > 0.5
    else { return nil }
    return .doubleInverseSinh(lower: 0, upper: 1, scale: max(min(low, 1 - high) / 4, .leastNormalMagnitude))
  }

  /// The scale on which values are at home if what they measure has no other: that of odds where they are
  /// shares, that of ratios where they are of one sign; nil where it is hardly another than their own.
  ///
  /// - Parameter values: of one column.
  /// - Returns: the coordinate, and whether a normal law fits better in it.
  static func natural(_ values: DistinctSamples) -> (column: ColumnTransformation, isLikely: Bool)? {
    guard let low = values.points.elements.first, let high = values.points.elements.last,
      low > 0 || high < 0
    else { return nil }
    let deciles = (values.quantile(0.1), values.quantile(0.9))
    let ratio = max(deciles.0 / deciles.1, deciles.1 / deciles.0)
    guard let column = odds(values) ?? (ratio > ratios ? towardsZero(low, high, linear: 1) : nil) else {
      return nil
    }
    return (column, likeliest(.identity, orElse: [column], values) == column)
  }

  /// The least ratio of the deciles for which ratios are not much the same as differences.
  private static let ratios = 1.25
  private static let abrupt = 0.25
  /// The way to the hundredth quantile in units of that to the quartile: 3.4 for a normal law.
  private static let heavy = 4.5

  /// Finer scales of a coordinate whose scale is a guess.
  static func finer(than column: ColumnTransformation) -> [ColumnTransformation] {
    [0.5, 0.25].compactMap { factor in
      switch column {
      case .inverseSinh(let centre, let scale): .inverseSinh(centre: centre, scale: factor * scale)
      case .doubleInverseSinh(let lower, let upper, let scale):
        .doubleInverseSinh(lower: lower, upper: upper, scale: factor * scale)
      case .identity, .reflection, .logit, .logarithmAbove, .logarithmBelow, .inverseSoftplusAbove,
        .inverseSoftplusBelow, .normalScores, .period:
        nil
      }
    }
  }
}
