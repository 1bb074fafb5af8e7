import ParzenCore
import ParzenPlatform

/// A ring (a spherical shell in d dimensions) around the origin: f(y) proportional to exp(-(|y| - R)^2 / (2
/// t^2)).
///
/// ```swift
/// let target = try Ring(dimension: 2, radius: 3, thickness: 0.2)
/// let draws = target.sample(count: 1_000, using: &generator)
/// ```
public struct Ring: Sendable, Equatable {
  /// The dimension d. In one dimension there are two bumps.
  public let dimension: Int
  /// R, the distance from the origin at which the density is highest; not negative.
  public let radius: Double
  /// t > 0, the standard deviation across the ring.
  public let thickness: Double

  /// A ring from its parameters.
  ///
  /// - Throws: `ParzenError.invalidOption` for no dimension, a negative radius, a thickness that is not
  ///   positive, and numbers that are not finite.
  public init(dimension: Int, radius: Double, thickness: Double) throws(ParzenError) {
    guard dimension > 0 else {
      throw .invalidOption("a ring in \(dimension) dimensions does not exist: give at least 1")
    }
    guard radius >= 0, radius.isFinite, thickness > 0, thickness.isFinite else {
      throw .invalidOption(
        "a ring has no radius \(radius) with thickness \(thickness): give at least 0, and a positive one"
      )
    }
    self.dimension = dimension
    self.radius = radius
    self.thickness = thickness
  }

  /// log of the density's normalising constant: the surface of the unit sphere times
  /// I(d - 1), I(k) = integral over r > 0 of r^k exp(-(r - R)^2 / (2 t^2)).
  ///
  /// By parts, I(k) = (k - 1) t^2 I(k - 2) + R I(k - 1): all terms are positive.
  var logNormalization: Double {
    let variance = thickness * thickness
    var previous = 0.0
    var current = thickness * (Double.pi / 2).squareRoot() * erfc(-radius / (thickness * 2.0.squareRoot()))
    for k in 1..<max(dimension, 1) {
      let boundary =
        k == 1 ? variance * exp(-radius * radius / (2 * variance)) : Double(k - 1) * variance * previous
      (previous, current) = (current, boundary + radius * current)
    }
    let d = Double(dimension)
    return log(current) + log(2) + d / 2 * log(.pi) - lgamma(d / 2)
  }
}

extension Ring: Distribution {
  /// - Complexity: O(m d) time and memory.
  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    let logNormalization = logNormalization
    return DensityEvaluation(pointwise: queries) { point, score in
      let distance = point.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let deviation = (distance - radius) / thickness
      for i in 0..<dimension {
        score[i] = distance > 0 ? -deviation / thickness * (point[i] / distance) : 0
      }
      return -deviation * deviation / 2 - logNormalization
    }
  }

  /// Directions are uniform. The distance r has density proportional to r^(d - 1) times the normal curve;
  /// with its mode r*, log r <= log r* + r / r* - 1 bounds that by a normal law around r*, from which it is
  /// drawn by rejection.
  ///
  /// - Complexity: O(count d) time and memory.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    var generator = Xoshiro256(drawnFrom: &generator)
    let power = Double(dimension - 1)
    let mode = (radius + (radius * radius + 4 * power * thickness * thickness).squareRoot()) / 2
    return Matrix(count: count, dimension: dimension) { point in
      var square = 0.0
      for i in 0..<dimension {
        point[i] = generator.nextNormal()
        square += point[i] * point[i]
      }
      var distance: Double
      repeat {
        distance = mode + thickness * generator.nextNormal()
      } while distance <= 0
        || (power > 0 && -generator.nextExponential() > power * (log(distance / mode) - distance / mode + 1))
      let factor = distance / square.squareRoot()
      for i in 0..<dimension { point[i] *= factor }
    }
  }
}
