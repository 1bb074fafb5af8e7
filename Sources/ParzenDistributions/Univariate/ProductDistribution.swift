import ParzenCore

/// The joint law of independent coordinates: log f(y) is the sum of log f_i(y_i), and component i of the
/// score is the derivative of log f_i.
///
/// ```swift
/// let law = try ProductDistribution(repeating: UnivariateDistribution(.laplace), dimension: 3)
/// let draws = law.sample(count: 100, using: &generator)
/// ```
public struct ProductDistribution: Sendable {
  /// The law of each coordinate.
  public let factors: [UnivariateDistribution]
  private let formulas: [any UnivariateFormulas]

  /// The product of laws, one per coordinate.
  ///
  /// - Throws: `ParzenError.invalidOption` if there is none.
  public init(_ factors: [UnivariateDistribution]) throws(ParzenError) {
    guard !factors.isEmpty else {
      throw .invalidOption("a product of no laws does not exist: give at least one factor")
    }
    self.factors = factors
    formulas = factors.map(\.law.formulas)
  }

  /// The product of d equal laws.
  ///
  /// - Throws: `ParzenError.invalidOption` for no dimension.
  public init(repeating factor: UnivariateDistribution, dimension: Int) throws(ParzenError) {
    try self.init([UnivariateDistribution](repeating: factor, count: max(dimension, 0)))
  }
}

extension ProductDistribution: Distribution, MarginalizableDensity {
  public var dimension: Int { factors.count }

  /// - Complexity: O(m d) time and memory.
  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    let (count, d) = (queries.rows, dimension)
    var result = DensityEvaluation(
      logDensity: [Double](repeating: 0, count: count), score: Matrix(rows: count, columns: d))
    guard count > 0 else { return result }
    result.logDensity.withUnsafeMutableBufferPointer { logDensity in
      result.score.elements.withUnsafeMutableBufferPointer { score in
        queries.elements.withUnsafeBufferPointer { queries in
          for (i, factor) in factors.enumerated() {
            formulas[i].evaluate(
              StridedColumn(start: queries.baseAddress! + i, stride: d, count: count),
              location: factor.location,
              scale: factor.scale, addingLogDensityTo: logDensity.baseAddress!, score: score.baseAddress! + i)
          }
        }
      }
    }
    return result
  }

  /// - Complexity: O(count d) time and memory.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    var generator = Xoshiro256(drawnFrom: &generator)
    var result = Matrix(rows: count, columns: dimension)
    guard count > 0 else { return result }
    result.elements.withUnsafeMutableBufferPointer { elements in
      for (i, factor) in factors.enumerated() {
        formulas[i].fill(
          StridedColumn(start: elements.baseAddress! + i, stride: dimension, count: count),
          location: factor.location, scale: factor.scale, using: &generator)
      }
    }
    return result
  }

  public func marginal(of columns: [Int]) -> ProductDistribution {
    byConstruction { try ProductDistribution(columns.map { factors[$0] }) }
  }
}
