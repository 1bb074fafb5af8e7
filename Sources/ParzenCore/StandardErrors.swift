/// Standard errors of a density estimate at m query points.
public struct StandardErrors: Sendable, Equatable {
  /// Those of the log density, one per query.
  public var logDensity: [Double]
  /// Those of the components of the score: m x d.
  public var score: Matrix

  public init(logDensity: [Double], score: Matrix) {
    self.logDensity = logDensity
    self.score = score
  }
}

/// A density estimate that knows how uncertain it is.
public protocol DensityWithStandardErrors: Density {
  /// The standard errors of the log density and of the score's components at every query.
  ///
  /// - Parameter queries: m points, m x d.
  /// - Throws: `ParzenError.dimensionMismatch` if `queries` has another number of columns than `dimension`.
  func standardErrors(at queries: Matrix) throws(ParzenError) -> StandardErrors
}
