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
  ///
  /// By the trapezoidal rule, which for a smooth density that vanishes at the ends converges faster than any
  /// power.
  func boltzmannLaw(coordinate: Int, diffusion: Double) -> (variance: Double, entropy: Double) {
    var reach = 1.0
    while (value(reach, coordinate: coordinate) - lowest(coordinate: coordinate)) / diffusion < 50 {
      reach *= 1.5
    }
    let cells = 4000
    var (mass, square, mean) = (0.0, 0.0, 0.0)
    for cell in 0...cells {
      let x = reach * (2 * Double(cell) / Double(cells) - 1)
      let exponent = (value(x, coordinate: coordinate) - lowest(coordinate: coordinate)) / diffusion
      mass += exp(-exponent)
      square += x * x * exp(-exponent)
      mean += exponent * exp(-exponent)
    }
    let width = 2 * reach / Double(cells)
    return (square / mass, mean / mass + log(mass * width))
  }

  /// The lowest value along a coordinate.
  private func lowest(coordinate: Int) -> Double {
    if case .doubleWell(_, let wells, _) = self, coordinate == 0 { return value(wells, coordinate: 0) }
    return 0
  }
}
