import ParzenCore

/// A law on the real line, shifted and scaled: the law of location + scale * z.
///
/// ```swift
/// let target = UnivariateDistribution(.studentT(degrees: 3), location: 1, scale: 2)
/// let draws = target.sample(count: 1_000, using: &generator)
/// ```
public struct UnivariateDistribution: Sendable, Hashable {
  /// The law of z.
  public var law: UnivariateLaw
  /// The shift.
  public var location: Double
  /// The factor, positive.
  public var scale: Double

  /// A shifted and scaled law.
  public init(_ law: UnivariateLaw, location: Double = 0, scale: Double = 1) {
    precondition(scale > 0, "the scale of a law is positive")
    self.law = law
    self.location = location
    self.scale = scale
  }
}

extension UnivariateDistribution: Distribution {
  /// Always 1.
  public var dimension: Int { 1 }

  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try ProductDistribution([self]).evaluate(at: queries)
  }

  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    ProductDistribution([self]).sample(count: count, using: &generator)
  }
}
