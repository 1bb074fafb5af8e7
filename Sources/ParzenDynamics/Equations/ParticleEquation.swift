import ParzenCore
import ParzenDistributions

/// An evolution equation for a density f on R^d that moves mass along a velocity which depends on the score,
///
///     df/dt = -div(f u),   u = u[f](x, grad log f),
///
/// so that particles which follow dx/dt = u with the score of their own density keep that density a solution.
/// There is no noise: diffusion is transport along -D grad log f.
///
/// Source: P. Degond, F.-J. Mustieles, *A deterministic approximation of diffusion equations using
/// particles*, SIAM J. Sci. Stat. Comput. 11 (1990); for the Landau equation J. A. Carrillo, J. Hu, L. Wang,
/// J. Wu, *A particle method for the homogeneous Landau equation*, J. Comput. Phys. X 7 (2020).
///
/// ```swift
/// /// Particles that fall together, and nothing else.
/// struct Contraction: ParticleEquation {
///   let name = "contraction"
///   let conservesMomentumAndEnergy = false
///   func check(dimension: Int) throws(ParzenError) {}
///   func velocity(at positions: Matrix, score: Matrix, threads: Int) -> Matrix {
///     Matrix(rows: positions.rows, columns: positions.columns, elements: positions.elements.map { -$0 })
///   }
///   func energy(of positions: Matrix) -> Double {
///     positions.elements.reduce(0) { $0 + $1 * $1 } / Double(2 * positions.rows)
///   }
///   // What is not known is nil.
///   func energy(mean: [Double], covariance: Matrix) -> Double? { nil }
///   func exactMoments(
///     after time: Double, from start: ParticleMoments
///   ) -> (mean: [Double], covariance: Matrix)? { nil }
///   func exactDensity(after time: Double, from start: any Density) -> (any Density)? { nil }
///   func equilibrium(from start: ParticleMoments) -> ParticleEquilibrium? { nil }
/// }
/// ```
public protocol ParticleEquation: Sendable {
  /// The name for reports.
  var name: String { get }

  /// Whether the exact flow keeps the mean and the energy of the particles.
  var conservesMomentumAndEnergy: Bool { get }

  /// Throws unless the equation is defined in a dimension.
  func check(dimension: Int) throws(ParzenError)

  /// The velocity u of n particles.
  ///
  /// - Parameters:
  ///   - positions: the particles, n x d.
  ///   - score: the score of their density at them, n x d.
  ///   - threads: the most threads to use; the result does not depend on it.
  /// - Returns: u, n x d.
  func velocity(at positions: Matrix, score: Matrix, threads: Int) -> Matrix

  /// The energy of a particle, averaged over particles (n x d).
  func energy(of positions: Matrix) -> Double

  /// The mean energy of a law with given moments; nil where they do not determine it.
  func energy(mean: [Double], covariance: Matrix) -> Double?

  /// The exact mean and covariance after some time, from those at the start; nil where they do not determine
  /// it.
  func exactMoments(after time: Double, from start: ParticleMoments) -> (mean: [Double], covariance: Matrix)?

  /// The exact density after some time from that at the start; nil where no closed form is known.
  func exactDensity(after time: Double, from start: any Density) -> (any Density)?

  /// The state that the equation tends to from a start; nil where there is none.
  func equilibrium(from start: ParticleMoments) -> ParticleEquilibrium?
}

/// The moments of the state that an equation tends to.
///
/// ```swift
/// let equation: any ParticleEquation = try FokkerPlanckEquation.ornsteinUhlenbeck()
/// let equilibrium = try equation.equilibrium(from: ParticleMoments(samples))
/// print(equilibrium?.covariance ?? "there is none")
/// ```
public struct ParticleEquilibrium: Sendable, Equatable {
  /// The mean, d values.
  public var mean: [Double]
  /// The covariance, d x d.
  public var covariance: Matrix
  /// The entropy, minus the integral of f log f, in natural units.
  public var entropy: Double
}
