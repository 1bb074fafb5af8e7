import ParzenCore
import ParzenKernels
import ParzenPlatform

/// Particles that follow an equation, with their density's score estimated anew in every stage of every step.
///
/// A step either happens or leaves everything as it was: after an error the last good state is still there.
/// Results do not depend on the number of threads.
///
/// ```swift
/// let source = ScoreSource(name: "mixture") { (positions) throws(ParzenError) in
///   try MixtureTransformer(samples: positions)
/// }
/// var evolution = try ParticleEvolution(
///   positions: samples, equation: FokkerPlanckEquation.ornsteinUhlenbeck(), timeStep: 0.01, source: source)
/// let record = try evolution.advance()
/// ```
public struct ParticleEvolution: Sendable {
  /// The equation.
  public var equation: any ParticleEquation { dynamics.equation }
  /// How steps are made.
  public let integrator: ParticleIntegrator
  /// The length of a step.
  public let timeStep: Double
  /// The particles, n x d.
  public private(set) var positions: Matrix
  /// The steps done.
  public private(set) var stepCount: Int
  /// The state at the start and after every step.
  public private(set) var records: [ParticleRecord]

  /// The time since the start.
  public var time: Double { Double(stepCount) * timeStep }

  /// The particles whose paths are kept: at most `mostTracked`, at even distances in the order given.
  public let trackedParticles: [Int]
  /// Their places at the start and after every step, each tracked x d.
  public private(set) var paths: [Matrix]

  private let dynamics: ParticleDynamics
  /// The estimate and the velocities at the particles where they are.
  private var estimate: DensityEvaluation
  private var velocity: Matrix

  /// The most particles whose paths are kept.
  public static let mostTracked = 64

  /// Particles at the start.
  ///
  /// - Parameters:
  ///   - positions: n x d, at least d + 2.
  ///   - timeStep: positive.
  ///   - source: where scores come from.
  ///   - threads: the most threads for the equation's velocities.
  /// - Throws: `ParzenError.unusableSamples` for too few particles, or ones that are not finite;
  ///   `ParzenError.invalidOption` for a step that is not positive, or if the equation is not defined in d
  ///   dimensions; what the estimator throws.
  public init(
    positions: Matrix, equation: any ParticleEquation, integrator: ParticleIntegrator = .midpoint,
    timeStep: Double, source: ScoreSource, threads: Int = Parallelism.threads
  ) throws(ParzenError) {
    try self.init(
      resuming: ParticleCheckpoint(start: positions), equation: equation, integrator: integrator,
      timeStep: timeStep, source: source, threads: threads)
  }

  /// Goes on from a checkpoint. All that follows is the same, to the bit, as if there had been no
  /// interruption.
  ///
  /// Parameters and errors as for particles at the start.
  public init(
    resuming checkpoint: ParticleCheckpoint, equation: any ParticleEquation,
    integrator: ParticleIntegrator = .midpoint, timeStep: Double, source: ScoreSource,
    threads: Int = Parallelism.threads
  ) throws(ParzenError) {
    let positions = checkpoint.positions
    try equation.check(dimension: positions.columns)
    guard timeStep > 0, timeStep.isFinite else {
      throw .invalidOption("the step is \(timeStep): give a positive number")
    }
    let least = positions.columns + 2
    guard positions.rows >= least else {
      throw .unusableSamples(
        "\(positions.rows) particles in \(positions.columns) dimensions are too few: give at least \(least)")
    }
    if let bad = positions.elements.firstIndex(where: { !$0.isFinite }) {
      throw .unusableSamples("particle \(bad / positions.columns + 1) is not finite: leave it out")
    }
    self.integrator = integrator
    self.timeStep = timeStep
    self.positions = positions
    records = checkpoint.records
    paths = checkpoint.paths
    stepCount = max(0, checkpoint.records.count - 1)
    trackedParticles = Self.trackedParticles(of: positions.rows)
    dynamics = ParticleDynamics(equation: equation, source: source, threads: threads)
    estimate = try dynamics.evaluation(at: positions, time: Double(stepCount) * timeStep)
    velocity = dynamics.velocity(at: positions, score: estimate.score)
    if records.isEmpty { keep(try record(at: 0, positions, estimate, velocity: velocity)) }
  }

  /// Which of n > 0 particles are tracked.
  static func trackedParticles(of count: Int) -> [Int] {
    Array(stride(from: 0, to: count, by: (count + mostTracked - 1) / mostTracked))
  }

  /// The number of steps from the start to a time, rounded up.
  ///
  /// - Throws: `ParzenError.invalidOption` if the records of so many steps, in d dimensions, are more than
  ///   memory is for.
  public static func steps(to end: Double, of timeStep: Double, dimension d: Int) throws(ParzenError) -> Int {
    let count = (end / timeStep - 1e-9).rounded(.up)
    guard count >= 0, count <= Double(Limits.steps) else {
      throw .invalidOption(
        "\(count) steps of \(timeStep) lead to time \(end): use a longer step, or an earlier end")
    }
    try Limits.checkProduct(
      "the records of all steps", [Int(count) + 1, ParticleRecord.width(dimension: d) + mostTracked * d])
    return Int(count)
  }

  /// What is needed to go on later.
  ///
  /// - Parameter settings: a text for whoever resumes, for instance how the equation and the scores were
  ///   chosen.
  public func checkpoint(settings: String = "") -> ParticleCheckpoint {
    ParticleCheckpoint(positions: positions, records: records, paths: paths, settings: settings)
  }

  /// Makes one step and records the state after it.
  ///
  /// - Returns: the record.
  /// - Throws: `ParzenError.invalidOption` if a score or a place is not finite, with the number of the
  ///   particle, if moments overflow, or if the midpoint's iteration does not converge; what the estimator
  ///   throws; `ParzenError.cancelled`. The state is then that before the step.
  /// - Complexity: as many scores as the integrator needs, and for the Landau equation O(n^2 d) for each.
  @discardableResult
  public mutating func advance() throws(ParzenError) -> ParticleRecord {
    try WorkPhase.checkCancellation()
    let moved = try integrator.step(dynamics, from: positions, velocity: velocity, time: time, by: timeStep)
    let estimate = try dynamics.evaluation(at: moved, time: Double(stepCount + 1) * timeStep)
    let velocity = dynamics.velocity(at: moved, score: estimate.score)
    let record = try record(at: stepCount + 1, moved, estimate, velocity: velocity)
    guard record.moments.fourthMoment.isFinite, record.energy.isFinite else {
      throw .invalidOption(
        "the particles fly apart in the step from time \(formatted("%.6g", time)): use a smaller step")
    }
    positions = moved
    self.estimate = estimate
    self.velocity = velocity
    stepCount += 1
    keep(record)
    return record
  }

  /// The statistics of particles after a number of steps.
  private func record(
    at step: Int, _ positions: Matrix, _ estimate: DensityEvaluation, velocity: Matrix
  ) throws(ParzenError) -> ParticleRecord {
    let n = Double(positions.rows)
    return ParticleRecord(
      time: Double(step) * timeStep, moments: try ParticleMoments(positions),
      energy: equation.energy(of: positions), entropy: -estimate.logDensity.reduce(0, +) / n,
      entropyRate: -zip(estimate.score.elements, velocity.elements).reduce(0) { $0 + $1.0 * $1.1 } / n)
  }

  private mutating func keep(_ record: ParticleRecord) {
    records.append(record)
    paths.append(positions.selectingRows(trackedParticles))
  }
}
