import ParzenCore
import ParzenPlatform

/// A law on the real line, shifted and scaled: the law of location + scale * z.
///
/// ```swift
/// let target = try UnivariateDistribution(.studentT(degrees: 3), location: 1, scale: 2)
/// let draws = target.sample(count: 1_000, using: &generator)
/// ```
public struct UnivariateDistribution: Sendable, Hashable {
  /// The law of z.
  public let law: UnivariateLaw
  /// The shift.
  public let location: Double
  /// The factor, positive.
  public let scale: Double

  /// A shifted and scaled law.
  ///
  /// - Throws: `ParzenError.invalidOption` for a law whose parameters are out of their ranges, a scale that
  ///   is not positive, and numbers that are not finite.
  public init(_ law: UnivariateLaw, location: Double = 0, scale: Double = 1) throws(ParzenError) {
    try law.check()
    guard location.isFinite, scale > 0, scale.isFinite else {
      throw .invalidOption(
        "a law is not shifted by \(location) and scaled by \(scale): give a finite and a positive number")
    }
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
    byConstruction { try ProductDistribution([self]) }.sample(count: count, using: &generator)
  }
}

/// What a law on the real line knows of itself. The two scalar functions define it; the loops over many
/// values come for free, specialised for every law.
protocol UnivariateFormulas: Sendable {
  /// The standard deviation; nothing, if it is infinite or has no closed form.
  var standardDeviation: Double? { get }

  /// One draw.
  func draw(using generator: inout Xoshiro256) -> Double

  /// The log density and its derivative. Outside the support: -infinity and 0.
  func evaluate(at z: Double) -> (logDensity: Double, score: Double)

  /// Fills a column of a row-major matrix with location + scale * draws.
  func fill(
    _ column: StridedColumn<UnsafeMutablePointer<Double>>, location: Double, scale: Double,
    using generator: inout Xoshiro256)

  /// For every y in a column, with z = (y - location) / scale: adds the log density of y to `logDensity`, and
  /// writes its derivative to `score`.
  func evaluate(
    _ column: StridedColumn<UnsafePointer<Double>>, location: Double, scale: Double,
    addingLogDensityTo logDensity: UnsafeMutablePointer<Double>, score: UnsafeMutablePointer<Double>)
}

/// A column of a row-major matrix: element i is at `start + i * stride`.
struct StridedColumn<Pointer> {
  var start: Pointer
  var stride: Int
  var count: Int
}

extension UnivariateFormulas {
  func fill(
    _ column: StridedColumn<UnsafeMutablePointer<Double>>, location: Double, scale: Double,
    using generator: inout Xoshiro256
  ) {
    var local = generator
    for index in 0..<column.count {
      column.start[index * column.stride] = location + scale * draw(using: &local)
    }
    generator = local
  }

  func evaluate(
    _ column: StridedColumn<UnsafePointer<Double>>, location: Double, scale: Double,
    addingLogDensityTo logDensity: UnsafeMutablePointer<Double>, score: UnsafeMutablePointer<Double>
  ) {
    let (inverse, logScale) = (1 / scale, log(scale))
    for index in 0..<column.count {
      let value = evaluate(at: (column.start[index * column.stride] - location) * inverse)
      logDensity[index] += value.logDensity - logScale
      score[index * column.stride] = value.score * inverse
    }
  }
}

/// exp(x^2) erfc(x) for x >= 0, which stays finite and positive where both factors do not.
///
/// From x = 20 on by the asymptotic series, whose first left-out term is below 4e-14 of the value; below, by
/// the product, with a relative error of about 2 x^2 ulps.
func scaledComplementaryErrorFunction(_ x: Double) -> Double {
  guard x > 20 else { return exp(x * x) * erfc(x) }
  let y = 1 / (2 * x * x)
  let series = 1 + y * (-1 + y * (3 + y * (-15 + y * (105 - y * 945))))
  return series / (x * Double.pi.squareRoot())
}
