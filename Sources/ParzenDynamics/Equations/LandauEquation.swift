import ParzenCore
import ParzenKernels
import ParzenPlatform

/// The spatially homogeneous Landau equation for the velocities v of colliding charged particles,
///
///     df/dt = div integral of A(v - w) (f(w) grad f(v) - f(v) grad f(w)) dw,
///     A(z) = C |z|^gamma (|z|^2 I - z z^T).
///
/// Particles follow dv_i/dt = -(1/n) sum_j A(v_i - v_j) (s_i - s_j) with the scores s. Whatever the scores
/// are, this keeps the mean velocity and the kinetic energy, and -(1/n) sum_i s_i . dv_i/dt, the rate of the
/// entropy, is never negative.
///
/// gamma = 0 are Maxwell molecules, gamma = -3 is the Coulomb interaction. For the former the second moments
/// relax exponentially, and there is an exact solution, `BobylevDensity`.
///
/// ```swift
/// let maxwell = try LandauEquation(exponent: 0)
/// let coulomb = try LandauEquation(exponent: -3)
/// ```
public struct LandauEquation: ParticleEquation, Equatable {
  /// gamma, from -3 to 1.
  public let exponent: Double
  /// C > 0; nil for 1 / (8 d), with which second moments of Maxwell molecules relax as e^(-t/2).
  public let strength: Double?

  public var name: String { "Landau" }
  public var conservesMomentumAndEnergy: Bool { true }

  /// The equation of an interaction.
  ///
  /// - Throws: `ParzenError.invalidOption` unless -3 <= gamma <= 1 and C is positive and finite.
  public init(exponent: Double, strength: Double? = nil) throws(ParzenError) {
    guard (-3...1).contains(exponent) else {
      throw .invalidOption(
        "gamma is \(exponent): give a number from -3 (Coulomb) over 0 (Maxwell molecules) to 1 (hard spheres)"
      )
    }
    guard strength.map({ $0 > 0 && $0.isFinite }) ?? true else {
      throw .invalidOption("the strength is \(strength!): give a positive number")
    }
    self.exponent = exponent
    self.strength = strength
  }

  /// C in a dimension.
  public func strength(dimension: Int) -> Double { strength ?? 1 / (8 * Double(dimension)) }

  public func check(dimension: Int) throws(ParzenError) {
    guard dimension == 2 || dimension == 3 else {
      throw .invalidOption(
        "the Landau equation is for velocities in 2 or 3 dimensions, not \(dimension): choose other columns")
    }
  }

  /// - Complexity: O(n^2 d) time, O(n d) memory.
  public func velocity(at positions: Matrix, score: Matrix, threads: Int) -> Matrix {
    let d = positions.columns
    let factor = -strength(dimension: d) / Double(positions.rows)
    let rates = pairCollisionRates(
      velocities: positions.elements, scores: score.elements, dimension: d, exponent: exponent,
      threads: threads)
    return Matrix(rows: positions.rows, columns: d, elements: rates.map { factor * $0 })
  }

  /// The kinetic energy, the mean of |v|^2 / 2.
  public func energy(of positions: Matrix) -> Double {
    positions.elements.reduce(0) { $0 + $1 * $1 } / Double(2 * positions.rows)
  }

  public func energy(mean: [Double], covariance: Matrix) -> Double? {
    mean.indices.reduce(0) { $0 + (covariance[$1, $1] + mean[$1] * mean[$1]) / 2 }
  }

  /// For Maxwell molecules: P = (trace P / d) I + (P(0) - (trace P / d) I) e^(-4 d C t). The mean stays.
  public func exactMoments(
    after time: Double, from start: ParticleMoments
  ) -> (mean: [Double], covariance: Matrix)? {
    guard exponent == 0 else { return nil }
    let d = start.mean.count
    let temperature = start.temperature
    let factor = exp(-4 * Double(d) * strength(dimension: d) * time)
    var covariance = start.covariance
    for i in 0..<d {
      for j in 0..<d {
        let limit = i == j ? temperature : 0
        covariance[i, j] = limit + (covariance[i, j] - limit) * factor
      }
    }
    return (start.mean, covariance)
  }

  /// For Maxwell molecules from a `BobylevDensity`: 1 - K falls as e^(-2 (d - 1) C t).
  public func exactDensity(after time: Double, from start: any Density) -> (any Density)? {
    guard exponent == 0, let start = start as? BobylevDensity else { return nil }
    let rate = 2 * Double(start.dimension - 1) * strength(dimension: start.dimension)
    return try? BobylevDensity(
      dimension: start.dimension, width: 1 - (1 - start.width) * exp(-rate * time))
  }

  /// The Gaussian (Maxwellian) of the same momentum and energy.
  public func equilibrium(from start: ParticleMoments) -> ParticleEquilibrium? {
    let d = start.mean.count
    var covariance = Matrix.identity(d)
    for i in 0..<d { covariance[i, i] = start.temperature }
    return ParticleEquilibrium(
      mean: start.mean, covariance: covariance,
      entropy: Double(d) / 2 * (1 + log(2 * .pi * start.temperature)))
  }
}
