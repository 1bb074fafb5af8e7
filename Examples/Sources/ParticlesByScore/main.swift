import Parzen

/// Heat flow, df/dt = div(grad f): mass moves along minus the score. What an equation needs is its velocity.
struct HeatFlow: ParticleEquation {
  let name = "heat flow"
  let conservesMomentumAndEnergy = false

  func check(dimension: Int) throws(ParzenError) {}

  func velocity(at positions: Matrix, score: Matrix, threads: Int) -> Matrix {
    Matrix(rows: score.rows, columns: score.columns, elements: score.elements.map { -$0 })
  }

  func energy(of positions: Matrix) -> Double {
    positions.elements.reduce(0) { $0 + $1 * $1 } / Double(2 * positions.rows)
  }

  /// The mean stays, and every variance grows by 2 t.
  func exactMoments(
    after time: Double, from start: ParticleMoments
  ) -> (mean: [Double], covariance: Matrix)? {
    var covariance = start.covariance
    for i in 0..<covariance.rows { covariance[i, i] += 2 * time }
    return (start.mean, covariance)
  }

  /// What is not known may be nil: reports then leave it out.
  func energy(mean: [Double], covariance: Matrix) -> Double? { nil }
  func exactDensity(after time: Double, from start: any Density) -> (any Density)? { nil }
  func equilibrium(from start: ParticleMoments) -> ParticleEquilibrium? { nil }
}

// Two groups of particles that flow into one another; their score is estimated anew in every step.
var generator = Xoshiro256(seed: 1)
let start = try ParticleStart.twoModes.density(dimension: 2)
let source = ScoreSource(name: "mixture") { (particles) throws(ParzenError) in
  try MixtureTransformer(samples: particles, policy: .network)
}
var evolution = try ParticleEvolution(
  positions: start.sample(count: 500, using: &generator), equation: HeatFlow(), timeStep: 0.05,
  source: source)
for _ in 0..<20 { try evolution.advance() }

print("variance of the first coordinate, by particles and exactly:")
for (record, exact) in zip(evolution.records, evolution.exactStatistics(start: start) ?? []) {
  print(record.time, record.moments.covariance[0, 0], exact.covariance[0, 0])
}
