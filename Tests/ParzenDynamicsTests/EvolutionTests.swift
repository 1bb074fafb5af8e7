import Foundation
import ParzenCore
import ParzenDistributions
import ParzenEstimators
import Testing

@testable import ParzenDynamics

@Suite struct EvolutionTests {
  private func particles(_ start: ParticleStart, _ count: Int, dimension: Int = 2) throws -> Matrix {
    var generator = Xoshiro256(seed: 21)
    return try start.density(dimension: dimension).sample(count: count, using: &generator)
  }

  private let mixture = ScoreSource(name: "mixture") { (samples) throws(ParzenError) in
    try MixtureTransformer(samples: samples, policy: .network)
  }

  /// From a Gaussian, the exact flow of the Ornstein-Uhlenbeck process scales every particle; halving the
  /// step divides the error by two to the order.
  @Test(arguments: ParticleIntegrator.allCases)
  func integratorsHaveTheirOrder(integrator: ParticleIntegrator) throws {
    let equation = try FokkerPlanckEquation.ornsteinUhlenbeck(rate: 1.3, diffusion: 0.8)
    let start = try GaussianMixture(weights: [1], means: Matrix([[0]]), variances: Matrix([[0.1]]))
    let source = try ScoreSource(exactSolutionOf: equation, from: start)
    let positions = Matrix([[0.1], [-0.3], [0.5], [1]])
    func error(_ steps: Int) throws -> Double {
      var evolution = try ParticleEvolution(
        positions: positions, equation: equation, integrator: integrator, timeStep: 1 / Double(steps),
        source: source)
      for _ in 0..<steps { try evolution.advance() }
      #expect(abs(evolution.time - 1) < 1e-12)
      let law = try #require(equation.exactDensity(after: 1, from: start) as? GaussianMixture)
      let scale = (law.covariance[0, 0] / 0.1).squareRoot()
      return abs(evolution.positions[3, 0] - scale)
    }
    let ratio = try error(40) / error(80)
    #expect(abs(log2(ratio) - Double(integrator.order)) < 0.2, "ratio \(ratio)")
  }

  /// The midpoint rule keeps momentum and energy for any scores, however rough; Euler's energy grows as said.
  @Test(arguments: [0, -3] as [Double])
  func midpointKeepsMomentumAndEnergy(gamma: Double) throws {
    let equation = try LandauEquation(exponent: gamma)
    let rough = ScoreSource(name: "rough") { (samples) throws(ParzenError) in
      try KernelDensity(samples: samples, bandwidth: .fixed(0.2))
    }
    let positions = try particles(.anisotropic, 150)
    var evolution = try ParticleEvolution(
      positions: positions, equation: equation, timeStep: 0.1, source: rough)
    for _ in 0..<10 { try evolution.advance() }
    #expect(evolution.momentumDrift < 1e-13)
    #expect(evolution.energyDrift < 1e-7)

    var euler = try ParticleEvolution(
      positions: positions, equation: equation, integrator: .euler, timeStep: 0.1, source: rough)
    let score = try KernelDensity(samples: positions, bandwidth: .fixed(0.2)).score(at: positions)
    let velocity = equation.velocity(at: positions, score: score, threads: 1)
    let square = velocity.elements.reduce(0) { $0 + $1 * $1 } / 150
    let gain = try euler.advance().energy - euler.records[0].energy
    #expect(abs(gain / (0.005 * square) - 1) < 1e-9)
    let rate = -zip(score.elements, velocity.elements).reduce(0) { $0 + $1.0 * $1.1 } / 150
    #expect(abs(evolution.records[0].entropyRate - rate) < 1e-12)
    #expect(evolution.records.allSatisfy { $0.entropyRate >= 0 })
  }

  @Test func ornsteinUhlenbeckFollowsTheExactCovariance() throws {
    var evolution = try ParticleEvolution(
      positions: try particles(.twoModes, 1000), equation: try FokkerPlanckEquation.ornsteinUhlenbeck(),
      timeStep: 0.1, source: mixture)
    for _ in 0..<10 { try evolution.advance() }
    #expect(try #require(evolution.covarianceDeviation) < 0.04)
    #expect(evolution.paths.count == 11 && evolution.paths[0].rows == evolution.trackedParticles.count)
    #expect(evolution.trackedParticles.count <= ParticleEvolution.mostTracked)
  }

  @Test func maxwellMoleculesFollowTheExactCovariance() throws {
    var evolution = try ParticleEvolution(
      positions: try particles(.anisotropic, 1000, dimension: 3), equation: try LandauEquation(exponent: 0),
      timeStep: 0.2, source: mixture)
    for _ in 0..<10 { try evolution.advance() }
    #expect(try #require(evolution.covarianceDeviation) < 0.04)
    #expect(evolution.energyDrift < 1e-7)
    #expect(evolution.records[10].entropy > evolution.records[0].entropy)
  }

  /// Entropy and fourth moment of the exact density: those of two Gaussians that hardly overlap, and of many
  /// draws.
  @Test func exactStatisticsAreThoseOfTheDensity() throws {
    let start = try ParticleStart.twoModes.density(dimension: 2)
    let evolution = try ParticleEvolution(
      positions: try particles(.twoModes, 50), equation: try FokkerPlanckEquation.ornsteinUhlenbeck(),
      timeStep: 0.1, source: mixture)
    let exact = try #require(evolution.exactStatistics(start: start))[0]
    #expect(exact.covariance == evolution.records[0].moments.covariance)
    let entropy = 1 + log(2 * .pi * 0.25) + log(2)
    #expect(abs(try #require(exact.entropy) - entropy) < 0.03)
    let draws = try ParticleMoments(particles(.twoModes, 100_000))
    #expect(abs(try #require(exact.scaledFourthMoment) / draws.scaledFourthMoment - 1) < 0.01)
    let energy = try #require(evolution.exactStatistics())[0].energy
    #expect(abs(try #require(energy) - evolution.records[0].energy) < 1e-12)
  }

  @Test func resumingGivesTheSameBits() throws {
    let equation = try LandauEquation(exponent: -2)
    func begin() throws -> ParticleEvolution {
      try ParticleEvolution(
        positions: try particles(.bobylev, 100), equation: equation, timeStep: 0.1, source: mixture,
        threads: 2)
    }
    var whole = try begin()
    for _ in 0..<5 { try whole.advance() }
    var half = try begin()
    for _ in 0..<2 { try half.advance() }
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try half.checkpoint(settings: "a text").write(to: url)
    let checkpoint = try ParticleCheckpoint(contentsOf: url)
    #expect(checkpoint == half.checkpoint(settings: "a text"))
    var rest = try ParticleEvolution(
      resuming: checkpoint, equation: equation, timeStep: 0.1, source: mixture, threads: 1)
    for _ in 0..<3 { try rest.advance() }
    #expect(rest.checkpoint() == whole.checkpoint())
  }

  @Test func scoreThatIsNotFiniteStopsAndKeepsTheState() throws {
    let breaking = ScoreSource(name: "breaking") { (samples) throws(ParzenError) in
      BreakingDensity(samples: samples)
    }
    var evolution = try ParticleEvolution(
      positions: try particles(.twoModes, 50), equation: try FokkerPlanckEquation.ornsteinUhlenbeck(),
      integrator: .euler, timeStep: 0.5, source: breaking)
    var failure: ParzenError?
    do throws(ParzenError) { for _ in 0..<20 { try evolution.advance() } } catch { failure = error }
    let message = try #require(failure).description
    #expect(message.contains("the score of particle 7, at ("), "\(message)")
    #expect(
      message.contains("is not finite at time \(String(format: "%.6g", evolution.time + 0.5)):"), "\(message)"
    )
    #expect(evolution.stepCount > 0 && evolution.records.count == evolution.stepCount + 1)
    let finite = evolution.positions.elements.allSatisfy(\.isFinite)
    #expect(finite)
  }

  @Test func badInputIsExplained() throws {
    let equation = try FokkerPlanckEquation.ornsteinUhlenbeck()
    func begin(_ positions: Matrix, step: Double = 0.1) throws {
      _ = try ParticleEvolution(positions: positions, equation: equation, timeStep: step, source: mixture)
    }
    #expect(throws: ParzenError.unusableSamples("3 particles in 2 dimensions are too few: give at least 4")) {
      try begin(particles(.twoModes, 3))
    }
    #expect(throws: ParzenError.invalidOption("the step is 0.0: give a positive number")) {
      try begin(particles(.twoModes, 30), step: 0)
    }
    var positions = try particles(.twoModes, 30)
    positions[4, 1] = .nan
    #expect(throws: ParzenError.unusableSamples("particle 5 is not finite: leave it out")) {
      try begin(positions)
    }
    // A step that the midpoint's iteration cannot make.
    let stiff = try FokkerPlanckEquation.ornsteinUhlenbeck(rate: 100)
    var evolution = try ParticleEvolution(
      positions: particles(.twoModes, 30), equation: stiff, timeStep: 0.1, source: mixture)
    #expect { try evolution.advance() } throws: { "\($0)".contains("use a smaller step") }
    #expect(throws: ParzenError.self) {
      try ScoreSource(
        exactSolutionOf: LandauEquation(exponent: -3), from: ParticleStart.bobylev.density(dimension: 2))
    }
  }
}

/// A standard normal density that has no score at the seventh sample when that comes near the origin.
private struct BreakingDensity: Density {
  let samples: Matrix
  var dimension: Int { samples.columns }

  func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    var score = queries
    for index in score.elements.indices { score.elements[index] *= -0.5 }
    if abs(samples[6, 0]) < 1 { score[6, 1] = .nan }
    return DensityEvaluation(logDensity: [Double](repeating: 0, count: queries.rows), score: score)
  }
}
