/// A probability with the standard error of its computation: zero where it is exact to rounding.
public struct BoxProbability: Sendable, Equatable {
  public var value: Double
  public var standardError: Double
}
