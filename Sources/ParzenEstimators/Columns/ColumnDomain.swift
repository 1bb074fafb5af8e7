import ParzenCore
import ParzenDistributions

/// What values a column can have, where that is known.
///
/// ```swift
/// let domains: [ColumnDomain] = [.unbounded, .bounded(lower: 0, upper: nil), .periodic(360)]
/// ```
public enum ColumnDomain: Sendable, Hashable, Codable {
  /// Any.
  case unbounded
  /// From a lower edge, up to an upper edge, or both.
  case bounded(lower: Double?, upper: Double?)
  /// Values that differ by a multiple of a period are one value, as angles are.
  case periodic(Double)

  /// Throws unless samples are in the domain.
  ///
  /// - Parameters:
  ///   - samples: n x d.
  ///   - column: which column it is.
  func check(_ samples: Matrix, column: Int) throws(ParzenError) {
    try check((0..<samples.rows).lazy.map { ($0, samples[$0, column]) }, column: column)
  }

  /// Throws unless values, each with the number of its row, are in the domain.
  func check(_ values: some Sequence<(row: Int, value: Double)>, column: Int) throws(ParzenError) {
    switch self {
    case .unbounded: break
    case .periodic(let length):
      guard length > 0, length.isFinite else {
        throw .invalidOption("the period of column \(column + 1) is \(length): give a positive number")
      }
    case .bounded(let lower, let upper):
      let (low, high) = (lower ?? -.infinity, upper ?? .infinity)
      guard low < high, !low.isNaN, !high.isNaN else {
        throw .invalidOption(
          "the bounds of column \(column + 1) are \(low) and \(high): the lower must be below the upper")
      }
      for (row, value) in values where !(low...high).contains(value) {
        throw .unusableSamples(
          "\(sample: row) has \(value) in \(column: column), outside its bounds"
            + " \(low) and \(high): leave it out, or give other bounds")
      }
    }
  }

  /// The values that are possible.
  var range: ClosedRange<Double> {
    guard case .bounded(let lower, let upper) = self else { return -.infinity ... .infinity }
    return (lower ?? -.infinity)...(upper ?? .infinity)
  }

  /// The transformations that make densities on the domain of densities on the line.
  var transformations: [ColumnTransformation] {
    switch self {
    case .unbounded: [.identity]
    case .periodic(let length): [.period(origin: 0, length: length)]
    case .bounded(let lower?, let upper?):
      [.reflection(lower: lower, upper: upper), .logit(lower: lower, upper: upper)]
    case .bounded(let lower?, nil): [.reflection(lower: lower, upper: nil), .logarithmAbove(lower)]
    case .bounded(nil, let upper?): [.reflection(lower: nil, upper: upper), .logarithmBelow(upper)]
    case .bounded(nil, nil): [.identity]
    }
  }
}

extension [ColumnDomain] {
  /// Throws unless samples, n x d, are in the domains of their columns.
  package func check(_ samples: Matrix) throws(ParzenError) {
    for (column, domain) in enumerated() {
      try domain.check(
        samples[column: column].enumerated().lazy.map { ($0.offset, $0.element) }, column: column)
    }
  }
}
