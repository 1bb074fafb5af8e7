import ParzenCore
import ParzenDistributions
import ParzenPlatform

extension CoordinateChoice {
  /// The coordinates for values of a domain, in the first of which nothing is assumed.
  static func coordinates(_ domain: ColumnDomain, _ values: DistinctSamples) -> [ColumnTransformation] {
    domain.transformations.map { column in
      switch column {
      case .logarithmAbove(let lower): logarithm(above: lower, values)
      case .logarithmBelow(let upper): logarithm(below: upper, values)
      default: column
      }
    }
  }

  /// The logarithm of the distance from an edge or, where its tail is plainly too short for that, one that is
  /// linear beyond.
  private static func logarithm(above edge: Double, _ values: DistinctSamples) -> ColumnTransformation {
    let scale = values.quantile(0.5) - edge
    return likeliest(
      .logarithmAbove(edge), orElse: scales.map { .inverseSoftplusAbove(edge, scale: $0 * scale) }, values)
  }

  private static func logarithm(below edge: Double, _ values: DistinctSamples) -> ColumnTransformation {
    let scale = edge - values.quantile(0.5)
    return likeliest(
      .logarithmBelow(edge), orElse: scales.map { .inverseSoftplusBelow(edge, scale: $0 * scale) }, values)
  }

  /// In units of the median's distance from the edge, and the nats by which the likelihood of a normal law
  /// must be higher.
  private static let (scales, natsForLinear) = ([1.0, 2, 4], 2.0)

  /// The coordinate in which a normal law makes the values likeliest, by the profile likelihood.
  ///
  /// G. E. P. Box, D. R. Cox, An analysis of transformations, JRSS B 26, 1964.
  static func likeliest(
    _ first: ColumnTransformation, orElse others: [ColumnTransformation], _ values: DistinctSamples
  ) -> ColumnTransformation {
    let part = values.thinned(to: mostScreened)
    let (points, counts, total) = (part.points.elements, part.counts, part.total)
    func logLikelihood(_ column: ColumnTransformation) -> Double {
      guard points.allSatisfy(column.contains) else { return -.infinity }
      let expansions = column.expansions(at: points)
      func sum(_ value: (ColumnTransformation.Expansion) -> Double) -> Double {
        zip(expansions, counts).reduce(0) { $0 + $1.1 * value($1.0) }
      }
      let mean = sum(\.y) / total
      let variance = sum { ($0.y - mean) * ($0.y - mean) } / total
      return sum(\.logSlope) - total / 2 * log(variance)
    }
    var best = (column: first, logLikelihood: logLikelihood(first) + natsForLinear)
    for column in others {
      let found = logLikelihood(column)
      if found > best.logLikelihood { best = (column, found) }
    }
    return best.column
  }
}
