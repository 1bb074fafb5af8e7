import ParzenCore
import ParzenPlatform

/// A potential V on R^d; its force is -grad V.
///
/// ```swift
/// let wells = Potential.doubleWell(barrier: 2, wells: 1, stiffness: 1)
/// let equation = try FokkerPlanckEquation(potential: wells, diffusion: 0.5)
/// ```
public enum Potential: Sendable, Equatable {
  /// V = sum over i of k_i x_i^2 / 2 with positive stiffnesses k, one for each coordinate or one for all: a
  /// linear force.
  case harmonic(stiffness: [Double])
  /// V = h ((x_1 / w)^2 - 1)^2 + sum over i > 1 of k x_i^2 / 2: wells at x_1 = w and -w, with a barrier of
  /// height h between them.
  case doubleWell(barrier: Double, wells: Double, stiffness: Double)

  /// Throws unless the constants are positive and finite, and as many as a dimension needs.
  func check(dimension: Int) throws(ParzenError) {
    switch self {
    case .harmonic(let stiffness):
      guard stiffness.count == 1 || stiffness.count == dimension else {
        throw .invalidOption(
          """
          there are \(stiffness.count) stiffnesses in \(dimension) dimensions: give one, or one for each \
          dimension
          """
        )
      }
      guard stiffness.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw .invalidOption("a stiffness must be positive and finite: without it there is no equilibrium")
      }
    case .doubleWell(let barrier, let wells, let stiffness):
      guard [barrier, wells, stiffness].allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw .invalidOption(
          "the height and the place of a double well and its stiffness must be positive and finite")
      }
    }
  }

  /// V along one coordinate; the potential is the sum of these.
  func value(_ x: Double, coordinate: Int) -> Double {
    switch self {
    case .harmonic(let stiffness): return stiffness[stiffness.count == 1 ? 0 : coordinate] * x * x / 2
    case .doubleWell(let barrier, let wells, let stiffness):
      guard coordinate == 0 else { return stiffness * x * x / 2 }
      let excess = (x / wells) * (x / wells) - 1
      return barrier * excess * excess
    }
  }

  /// The derivative of V along one coordinate.
  func slope(_ x: Double, coordinate: Int) -> Double {
    switch self {
    case .harmonic(let stiffness): return stiffness[stiffness.count == 1 ? 0 : coordinate] * x
    case .doubleWell(let barrier, let wells, let stiffness):
      guard coordinate == 0 else { return stiffness * x }
      return 4 * barrier * ((x / wells) * (x / wells) - 1) * x / (wells * wells)
    }
  }

  /// The Boltzmann law of one coordinate, density proportional to exp(-V / D): its variance and entropy. Its
  /// mean is zero.
  func boltzmannLaw(coordinate: Int, diffusion: Double) -> (variance: Double, entropy: Double) {
    switch self {
    case .harmonic(let stiffness):
      return Self.gaussian(stiffness[stiffness.count == 1 ? 0 : coordinate], diffusion)
    case .doubleWell(let barrier, let wells, let stiffness):
      guard coordinate == 0 else { return Self.gaussian(stiffness, diffusion) }
      return Self.doubleWell(barrier, wells, diffusion)
    }
  }

  private static func gaussian(
    _ stiffness: Double, _ diffusion: Double
  ) -> (variance: Double, entropy: Double) {
    (diffusion / stiffness, 0.5 * (1 + log(2 * Double.pi) + log(diffusion) - log(stiffness)))
  }

  /// The law in a double well, by the trapezoidal rule over one of the wells, as wide as V is at most 50 D
  /// there, or up to the top of a lower barrier: for a smooth density that is even or vanishes at the ends it
  /// converges faster than any power.
  ///
  /// With x = w (1 + a) and r^2 = 50 D / h, V / D is 50 (a (2 + a) / r)^2, in which nothing cancels, however
  /// narrow the wells are.
  private static func doubleWell(
    _ barrier: Double, _ wells: Double, _ diffusion: Double
  ) -> (variance: Double, entropy: Double) {
    let r = 50.0.squareRoot() * diffusion.squareRoot() / barrier.squareRoot()
    let low = r < 1 ? -r / (1 + (1 - r).squareRoot()) : -1
    let high = r / (1 + (1 + r).squareRoot())
    let cells = 4000
    let step = (high - low) / Double(cells)
    var (mass, square, mean) = (0.0, 0.0, 0.0)
    for cell in 0...cells {
      let a = low + Double(cell) * step
      let root = a * (2 + a) / r
      let exponent = 50 * root * root
      let weight = (cell == 0 || cell == cells ? 0.5 : 1) * exp(-exponent)
      mass += weight
      square += weight * (1 + a) * (1 + a)
      mean += weight * exponent
    }
    return (
      wells * wells * (square / mass), mean / mass + log(mass) + log(step) + log(2 * wells)
    )
  }
}
