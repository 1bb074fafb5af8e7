import ParzenCore
import ParzenPlatform

/// A Gaussian bent along a parabola: y_1 = s z_1, y_2 = z_2 + c (y_1^2 - s^2), the other coordinates standard
/// normal.
///
/// The map has unit volume, so the density is that of the Gaussian at the unbent point.
///
/// ```swift
/// let target = try Banana(dimension: 2, spread: 1, curvature: 0.5)
/// let draws = target.sample(count: 1_000, using: &generator)
/// ```
public struct Banana: Sendable, Equatable {
  /// The dimension d, at least 2.
  public let dimension: Int
  /// s > 0, the standard deviation along the first coordinate.
  public let spread: Double
  /// c, the curvature.
  public let curvature: Double

  /// A banana from its parameters.
  ///
  /// - Throws: `ParzenError.invalidOption` for fewer than two dimensions, a spread that is not positive, and
  ///   numbers that are not finite.
  public init(dimension: Int, spread: Double, curvature: Double) throws(ParzenError) {
    guard dimension >= 2 else {
      throw .invalidOption("a banana in \(dimension) dimensions does not exist: give at least 2")
    }
    guard spread > 0, spread.isFinite, curvature.isFinite else {
      throw .invalidOption(
        "a banana has no spread \(spread) with curvature \(curvature): give a positive and a finite number")
    }
    self.dimension = dimension
    self.spread = spread
    self.curvature = curvature
  }
}

extension Banana: Distribution {
  /// - Complexity: O(m d) time and memory.
  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    let variance = spread * spread
    let constant = -Double(dimension) / 2 * log(2 * .pi) - log(spread)
    return DensityEvaluation(pointwise: queries) { point, score in
      let bent = point[1] - curvature * (point[0] * point[0] - variance)
      var square = point[0] * point[0] / variance + bent * bent
      score[0] = -point[0] / variance + 2 * curvature * point[0] * bent
      score[1] = -bent
      for i in 2..<max(dimension, 2) {
        square += point[i] * point[i]
        score[i] = -point[i]
      }
      return constant - square / 2
    }
  }

  /// - Complexity: O(count d) time and memory.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    var generator = Xoshiro256(drawnFrom: &generator)
    return Matrix(count: count, dimension: dimension) { point in
      for i in 0..<dimension { point[i] = generator.nextNormal() }
      point[0] *= spread
      point[1] += curvature * (point[0] * point[0] - spread * spread)
    }
  }
}
