/// A probability with the standard error of its computation: zero where it is exact to rounding.
///
/// ```swift
/// let box = try mixture.probability(lower: [-1, -.infinity], upper: [1, 0])
/// print(box.value, box.standardError)
/// ```
public struct BoxProbability: Sendable, Equatable {
  public var value: Double
  public var standardError: Double
}
