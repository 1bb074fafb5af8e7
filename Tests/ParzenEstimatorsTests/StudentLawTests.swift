import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

/// Tails that are heavier than any Gaussian's in all directions at once.
@Suite struct StudentLawTests {
  private static func law(degrees: Double, dimension d: Int) throws -> MultivariateStudentT {
    try MultivariateStudentT(
      degrees: degrees, location: (0..<d).map { Double($0) - 1 }, scales: (0..<d).map { 1 + 3 * Double($0) })
  }

  private static func frame(_ samples: Matrix) throws -> NetworkFrame {
    try NetworkFrame(
      .whole(samples, counts: nil), network: .pretrained, usesAxes: false, precision: .exact, threads: 1)
  }

  private static func meanLoss(
    _ estimate: some Density, _ law: MultivariateStudentT, at points: Matrix
  ) throws -> Double {
    let losses = zip(try law.logDensity(at: points), try estimate.logDensity(at: points)).map { $0 - $1 }
    return losses.reduce(0, +) / Double(losses.count)
  }

  /// The likeliest law is as near the true one as its parameters allow: half a nat for each, over the
  /// samples.
  @Test(arguments: [(1.0, 2), (2.5, 1), (4.0, 6)]) func likeliestLawIsFound(degrees: Double, d: Int) throws {
    let law = try Self.law(degrees: degrees, dimension: d)
    var generator = Xoshiro256(seed: 3)
    let found = try #require(try StudentLaw(Self.frame(law.sample(count: 2000, using: &generator))))
    let loss = try Self.meanLoss(found.mixture, law, at: law.sample(count: 4000, using: &generator))
    #expect(loss < 4 * Double(1 + d + d * (d + 1) / 2) / 4000, "\(loss)")
  }

  /// Where it was taken, the estimate holds far beyond the samples.
  @Test(arguments: [(1.0, 3, 150), (1.0, 2, 250), (2.0, 3, 900)])
  func estimateHoldsBeyondSamples(degrees: Double, d: Int, count: Int) throws {
    let law = try Self.law(degrees: degrees, dimension: d)
    var generator = Xoshiro256(seed: 4)
    let samples = law.sample(count: count, using: &generator)
    let estimate = try MixtureTransformer(samples: samples, threads: 2)
    #expect(estimate.record.parts.contains { $0.candidate == .student })
    let loss = try Self.meanLoss(estimate, law, at: law.sample(count: 4000, using: &generator))
    #expect(loss < 25 / Double(count), "\(loss)")
    let far = Matrix([(0..<d).map { _ in 1e4 }, (0..<d).map { -3e4 * Double($0 + 1) }])
    #expect(try Self.meanLoss(estimate, law, at: far) < 10)
  }

  /// Neither light tails nor a few samples make one.
  @Test func lightTailsHaveNone() throws {
    var generator = Xoshiro256(seed: 5)
    for samples in [
      Matrix((0..<500).map { _ in [generator.nextNormal(), generator.nextNormal()] }),
      Matrix((0..<500).map { _ in [generator.nextUniform(), generator.nextNormal()] }),
      try Self.law(degrees: 1, dimension: 5).sample(count: 50, using: &generator),
    ] {
      #expect(try StudentLaw(Self.frame(samples)) == nil)
    }
  }

  /// Counts are as good as repetitions.
  @Test func countsAreRepetitions() throws {
    var generator = Xoshiro256(seed: 6)
    let law = try Self.law(degrees: 2, dimension: 2)
    let samples = law.sample(count: 200, using: &generator)
    let counts = (0..<200).map { Double(1 + $0 % 3) }
    let repeated = Matrix((0..<200).flatMap { row in (0...row % 3).map { _ in Array(samples[row: row]) } })
    let counted = try NetworkFrame(
      .whole(samples, counts: counts), network: .pretrained, usesAxes: false, precision: .exact, threads: 1)
    let (one, other) = (
      try #require(try StudentLaw(counted)).mixture,
      try #require(try StudentLaw(Self.frame(repeated))).mixture
    )
    let points = law.sample(count: 50, using: &generator)
    for (a, b) in zip(try one.logDensity(at: points), try other.logDensity(at: points)) {
      #expect(abs(a - b) < 1e-6)
    }
  }
}
