import ParzenCore

/// The joint law of independent columns, each with any law of one dimension: log f(y) is the sum of log
/// f_i(y_i), and component i of the score is the derivative of log f_i.
///
/// Standard laws are better taken together as a `ProductDistribution`.
///
/// ```swift
/// let target = try IndependentColumns([
///   UnivariateDistribution(.normal), UnivariateDistribution(.gamma(shape: 2)),
/// ])
/// let draws = target.sample(count: 1_000, using: &generator)
/// ```
public struct IndependentColumns: Sendable {
  /// The law of each column.
  public let columns: [any Distribution]

  /// The product of laws, one per column.
  ///
  /// - Throws: `ParzenError.invalidOption` if there is none, or one has several dimensions.
  public init(_ columns: [any Distribution]) throws(ParzenError) {
    guard !columns.isEmpty else {
      throw .invalidOption("a product of no laws does not exist: give at least one column")
    }
    if let wide = columns.first(where: { $0.dimension != 1 }) {
      throw .invalidOption("the law of a column has \(wide.dimension) dimensions: give laws of one")
    }
    self.columns = columns
  }
}

extension IndependentColumns: Distribution {
  public var dimension: Int { columns.count }

  /// - Complexity: that of all columns' evaluations.
  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    var result = DensityEvaluation(
      logDensity: [Double](repeating: 0, count: queries.rows),
      score: Matrix(rows: queries.rows, columns: dimension))
    for (i, law) in columns.enumerated() {
      let column = Matrix(rows: queries.rows, columns: 1, elements: Array(queries[column: i]))
      let part = try law.evaluate(at: column)
      for row in 0..<queries.rows {
        result.logDensity[row] += part.logDensity[row]
        result.score[row, i] = part.score[row, 0]
      }
    }
    return result
  }

  /// - Complexity: that of all columns' sampling.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    var generator = Xoshiro256(drawnFrom: &generator)
    var result = Matrix(rows: count, columns: dimension)
    for (i, law) in columns.enumerated() {
      let draws = law.sample(count: count, using: &generator)
      for row in 0..<count { result[row, i] = draws[row, 0] }
    }
    return result
  }
}
