import ParzenCore
import ParzenPlatform

/// The law of a planar x turned around the origin by an angle that grows with its distance r: strength * e^r.
///
/// The map keeps areas, so the density at y is that of x at y turned back.
///
/// ```swift
/// let target = try Twist(mixture, strength: 0.5)
/// let score = try target.score(at: queries)
/// ```
public struct Twist: Sendable {
  /// The law of x, in two dimensions.
  public let base: any Distribution
  /// The angle in radians at the origin; the sign is its direction.
  public let strength: Double

  /// The image of a distribution in the plane.
  ///
  /// - Throws: `ParzenError.invalidOption` for other than two dimensions, and a strength that is not finite.
  public init(_ base: any Distribution, strength: Double) throws(ParzenError) {
    guard base.dimension == 2, strength.isFinite else {
      throw .invalidOption(
        "a twist by \(strength) is no map of \(base.dimension) dimensions: give a law of 2 and a finite angle"
      )
    }
    self.base = base
    self.strength = strength
  }

  private func turned(_ points: Matrix, by sign: Double) -> Matrix {
    var result = points
    result.updateRows { _, point in
      let angle = sign * strength * exp(hypot(point[0], point[1]))
      let (c, s) = (cos(angle), sin(angle))
      (point[0], point[1]) = (c * point[0] - s * point[1], s * point[0] + c * point[1])
    }
    return result
  }
}

extension Twist: Distribution {
  /// Always 2.
  public var dimension: Int { 2 }

  /// With a(r) the angle, R(a) the turn and x = R(-a) y: score(y) = R(a) s(x) + y a'(r) / r (s(x) . (x_2,
  /// -x_1)).
  ///
  /// - Complexity: O(m) beside the base's evaluation.
  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    let origins = turned(queries, by: -1)
    var result = try base.evaluate(at: origins)
    result.score.updateRows { row, score in
      let (x, y) = (queries[row, 0], queries[row, 1])
      let radius = hypot(x, y)
      let angle = strength * exp(radius)
      let (c, s) = (cos(angle), sin(angle))
      let slope = score[0] * origins[row, 1] - score[1] * origins[row, 0]
      let factor = radius > 0 ? slope * angle / radius : 0
      (score[0], score[1]) = (
        c * score[0] - s * score[1] + factor * x, s * score[0] + c * score[1] + factor * y
      )
    }
    return result
  }

  /// - Complexity: O(count) beside the base's sampling.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    turned(base.sample(count: count, using: &generator), by: 1)
  }
}
