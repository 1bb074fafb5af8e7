import ParzenCore
import ParzenPlatform

/// How particles are moved over one step of length h.
///
/// ```swift
/// let source = ScoreSource(name: "mixture") { (positions) throws(ParzenError) in
///   try MixtureTransformer(samples: positions)
/// }
/// let evolution = try ParticleEvolution(
///   positions: samples, equation: LandauEquation(exponent: 0), integrator: .heun, timeStep: 0.1,
///   source: source)
/// ```
public enum ParticleIntegrator: String, Sendable, CaseIterable {
  /// x + h u(x). Order 1, one score a step. The energy of the Landau equation grows by h^2 / 2 times the mean
  /// of |u|^2 in every step.
  case euler
  /// The mean of the velocities at the start and at Euler's end (an explicit trapezoidal rule). Order 2, two
  /// scores a step; the energy grows by h^2 / 8 times the mean of |u_1 - u_2|^2.
  case heun
  /// The classical method of Runge and Kutta. Order 4 where the score is smooth in time, four scores a step.
  case rungeKutta4 = "rk4"
  /// y = x + h u((x + y) / 2), solved by iteration, with the score estimated once at half of an Euler step.
  /// Order 2, two scores a step. Keeps the energy of the Landau equation to the tolerance of the iteration,
  /// whatever the step and the score:
  /// |y|^2 - |x|^2 = 2 h u . (x + y) / 2, whose sum over the particles vanishes for any scores.
  case midpoint

  /// The power of the step in the error after a given time, for scores that are smooth.
  public var order: Int {
    switch self {
    case .euler: 1
    case .heun, .midpoint: 2
    case .rungeKutta4: 4
    }
  }

  /// The midpoint's iteration ends when no coordinate changes by more than this part of the particles'
  /// spread.
  static let tolerance = 1e-8
  /// It fails after this many iterations.
  static let mostIterations = 60
}

/// A right-hand side: an equation with the scores for it.
struct ParticleDynamics: Sendable {
  let equation: any ParticleEquation
  let source: ScoreSource
  let threads: Int

  /// Log density and score at particles.
  ///
  /// - Throws: what the estimator throws; `ParzenError.invalidOption`, with the particle, if a score is not
  ///   finite.
  func evaluation(at positions: Matrix, time: Double) throws(ParzenError) -> DensityEvaluation {
    let evaluation = try Parallelism.limited(to: threads) { () throws(ParzenError) in
      try source.evaluate(positions, time)
    }
    try check(evaluation.score, "score", positions, time)
    return evaluation
  }

  func velocity(at positions: Matrix, score: Matrix) -> Matrix {
    equation.velocity(at: positions, score: score, threads: threads)
  }

  /// The velocity with the score of the particles' own density.
  func velocity(at positions: Matrix, time: Double) throws(ParzenError) -> Matrix {
    velocity(at: positions, score: try evaluation(at: positions, time: time).score)
  }

  /// Throws unless all values are finite; the message names the first particle that has another.
  func check(_ values: Matrix, _ name: String, _ positions: Matrix, _ time: Double) throws(ParzenError) {
    guard let bad = values.elements.firstIndex(where: { !$0.isFinite }) else { return }
    let row = bad / values.columns
    let place = positions[row: row].map { formatted("%.4g", $0) }.joined(separator: ", ")
    throw .invalidOption(
      "the \(name) of particle \(row + 1), at (\(place)), is not finite at time \(formatted("%.6g", time)): "
        + "use a smaller step, or another method")
  }
}

extension ParticleIntegrator {
  /// The particles after one step.
  ///
  /// - Parameters:
  ///   - positions: n x d, at `time`.
  ///   - first: their velocities.
  func step(
    _ dynamics: ParticleDynamics, from positions: Matrix, velocity first: Matrix, time: Double, by h: Double
  ) throws(ParzenError) -> Matrix {
    let next: Matrix
    switch self {
    case .euler:
      next = positions.moved(h, first)
    case .heun:
      let second = try dynamics.velocity(at: positions.moved(h, first), time: time + h)
      next = positions.moved(h / 2, first).moved(h / 2, second)
    case .rungeKutta4:
      let second = try dynamics.velocity(at: positions.moved(h / 2, first), time: time + h / 2)
      let third = try dynamics.velocity(at: positions.moved(h / 2, second), time: time + h / 2)
      let fourth = try dynamics.velocity(at: positions.moved(h, third), time: time + h)
      next = positions.moved(h / 6, first).moved(h / 3, second).moved(h / 3, third).moved(h / 6, fourth)
    case .midpoint:
      next = try midpointStep(dynamics, from: positions, velocity: first, time: time, by: h)
    }
    try dynamics.check(next, "place", positions, time)
    return next
  }

  private func midpointStep(
    _ dynamics: ParticleDynamics, from positions: Matrix, velocity first: Matrix, time: Double, by h: Double
  ) throws(ParzenError) -> Matrix {
    var middle = positions.moved(h / 2, first)
    let score = try dynamics.evaluation(at: middle, time: time + h / 2).score
    let spread = try ParticleMoments(positions).temperature.squareRoot()
    for _ in 0..<Self.mostIterations {
      let updated = positions.moved(h / 2, dynamics.velocity(at: middle, score: score))
      try dynamics.check(updated, "place", positions, time)
      let change = zip(updated.elements, middle.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
      middle = updated
      guard change > Self.tolerance * spread else {
        // y = x + 2 (middle - x)
        return positions.moved(2, middle.moved(-1, positions))
      }
    }
    throw .invalidOption(
      """
      the midpoint step of length \(h) from time \(formatted("%.6g", time)) does not converge: use a smaller \
      step
      """
    )
  }
}

extension Matrix {
  /// self + factor * direction.
  func moved(_ factor: Double, _ direction: Matrix) -> Matrix {
    var result = self
    for index in result.elements.indices { result.elements[index] += factor * direction.elements[index] }
    return result
  }
}

/// Where the score of the particles' density comes from.
///
/// ```swift
/// let source = ScoreSource(name: "kernels") { (positions) throws(ParzenError) in
///   try KernelDensity(samples: positions)
/// }
/// ```
public struct ScoreSource: Sendable {
  /// The method, for reports.
  public let name: String
  /// The log density and the score at particles (n x d), at a time.
  let evaluate: @Sendable (Matrix, Double) throws(ParzenError) -> DensityEvaluation

  /// A density that is estimated anew from the particles whenever they have moved.
  ///
  /// - Parameter fit: makes the estimate from particles, n x d.
  public init(name: String, fit: @escaping @Sendable (Matrix) throws(ParzenError) -> any Density) {
    self.name = name
    evaluate = { (positions, _) throws(ParzenError) in try fit(positions).evaluate(at: positions) }
  }

  /// The exact density of an equation's solution from a start.
  ///
  /// - Throws: `ParzenError.invalidOption` if it is not known in closed form.
  public init(exactSolutionOf equation: any ParticleEquation, from start: any Density) throws(ParzenError) {
    guard equation.exactDensity(after: 0, from: start) != nil else {
      throw .invalidOption(
        """
        the exact density is known for a linear force from a mixture of Gaussians, and for the Landau \
        equation with
        """
          + " gamma 0 from the Bobylev-Krook-Wu density: estimate it instead")
    }
    name = "exact score"
    evaluate = { (positions, time) throws(ParzenError) in
      guard let density = equation.exactDensity(after: time, from: start) else {
        throw .invalidOption("the exact density at time \(time) is singular: use a smaller step")
      }
      return try density.evaluate(at: positions)
    }
  }
}
