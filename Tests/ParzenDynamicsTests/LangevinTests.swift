import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenDynamics

@Suite struct LangevinTests {
  /// A correlated mixture of two overlapping Gaussians.
  private let mixture = try! GaussianMixture(
    weights: [0.6, 0.4], means: Matrix([[-1, 0.5], [1.2, -0.4]]),
    covariances: [Matrix([[1, 0.5], [0.5, 0.8]]), Matrix([[0.7, -0.2], [-0.2, 0.5]])])

  private func starts(_ count: Int) -> Matrix {
    var generator = Xoshiro256(seed: 11)
    return mixture.sample(count: count, using: &generator)
  }

  /// Means and covariances of the draws, with errors in units of those of independent draws of the effective
  /// number.
  private func expectMoments(_ chains: MarkovChains, inflation: Double = 1) throws {
    let draws = chains.pooled
    let n = Double(draws.rows)
    let size = try #require(chains.effectiveSampleSize)
    let (mean, covariance) = (mixture.mean, mixture.covariance)
    for i in 0..<2 {
      let found = draws[column: i].reduce(0, +) / n
      #expect(abs(found - mean[i]) < 5 * (covariance[i, i] / size[i]).squareRoot())
      for j in 0...i {
        let product = zip(draws[column: i], draws[column: j]).reduce(0) {
          $0 + ($1.0 - mean[i]) * ($1.1 - mean[j])
        }
        let scale = (covariance[i, i] * covariance[j, j]).squareRoot()
        #expect(
          abs(product / n - covariance[i, j])
            < scale * (5 * (2 / min(size[i], size[j])).squareRoot() + inflation - 1))
      }
    }
  }

  @Test func adjustedChainsHaveTheMomentsOfTheMixture() throws {
    let sampler = try LangevinSampler(target: mixture, covariance: mixture.covariance, thinning: 3)
    let chains = try sampler.sample(count: 3000, starts: starts(8), seed: 3)
    try expectMoments(chains)
    #expect(abs(chains.acceptanceRate - LangevinSampler.aim) < 0.08)
    for value in try #require(chains.splitRHat) { #expect(value < 1.01) }
    for size in try #require(chains.effectiveSampleSize) { #expect(size > 3000) }
  }

  @Test func unadjustedChainsHaveThemUpToTheirBias() throws {
    let sampler = try LangevinSampler(
      target: mixture, kind: .unadjusted, covariance: mixture.covariance, thinning: 20)
    let chains = try sampler.sample(count: 1000, starts: starts(8), seed: 4)
    try expectMoments(chains, inflation: 1.03)
    #expect(chains.acceptanceRates == [Double](repeating: 1, count: 8))
    // The score alone is enough.
    let byScore = try LangevinSampler(score: mixture, covariance: mixture.covariance, thinning: 20)
    #expect(try byScore.sample(count: 1000, starts: starts(8), seed: 4).pooled == chains.pooled)
  }

  /// For a standard normal target the unadjusted chain is autoregressive, with variance 1 / (1 - e^2 / 4).
  @Test func biasOfUnadjustedChainsIsTheKnownOne() throws {
    let normal = try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: 1), variances: Matrix([[1]]))
    var generator = Xoshiro256(seed: 2)
    let sampler = try LangevinSampler(
      target: normal, kind: .unadjusted, stepSize: 1.2, warmUp: 50, thinning: 3)
    let chains = try sampler.sample(
      count: 1000, starts: normal.sample(count: 100, using: &generator), seed: 5)
    let variance = chains.pooled.elements.reduce(0) { $0 + $1 * $1 } / 100_000
    #expect(abs(variance - 1 / (1 - 0.36)) < 0.03)
    let adjusted = try LangevinSampler(target: normal, stepSize: 1.2, warmUp: 50, thinning: 3)
      .sample(count: 1000, starts: normal.sample(count: 100, using: &generator), seed: 6)
    let exact = adjusted.pooled.elements.reduce(0) { $0 + $1 * $1 } / 100_000
    #expect(abs(exact - 1) < 0.03)
    #expect(adjusted.stepSize == 1.2)
  }

  /// An autoregressive sequence x' = a x + noise has the effective size n (1 - a) / (1 + a).
  @Test(arguments: [0.0, 0.5, 0.9, -0.3])
  func effectiveSizeOfAutoregressionIsKnown(a: Double) throws {
    var generator = Xoshiro256(seed: 8)
    let draws = (0..<4).map { _ in
      var x = generator.nextNormal()
      return Matrix(
        (0..<10_000).map { _ in
          x = a * x + (1 - a * a).squareRoot() * generator.nextNormal()
          return [x]
        })
    }
    let chains = try MarkovChains(draws: draws, acceptanceRates: [1, 1, 1, 1], stepSize: 1)
    let size = try #require(chains.effectiveSampleSize)[0]
    #expect(abs(size / (40_000 * (1 - a) / (1 + a)) - 1) < 0.1)
    #expect(try #require(chains.splitRHat)[0] < 1.005)
  }

  @Test func disagreementShows() throws {
    var generator = Xoshiro256(seed: 8)
    func chain(_ shift: (Int) -> Double) -> Matrix {
      Matrix((0..<400).map { [generator.nextNormal() + shift($0)] })
    }
    let apart = try MarkovChains(
      draws: [chain { _ in 0 }, chain { _ in 3 }], acceptanceRates: [1, 1], stepSize: 1)
    #expect(try #require(apart.splitRHat)[0] > 1.5)
    #expect(try #require(apart.effectiveSampleSize)[0] < 10)
    let drifting = try MarkovChains(draws: [chain { Double($0) / 100 }], acceptanceRates: [1], stepSize: 1)
    #expect(try #require(drifting.splitRHat)[0] > 1.3)
    let short = try MarkovChains(draws: [Matrix(rows: 7, columns: 1)], acceptanceRates: [1], stepSize: 1)
    #expect(short.splitRHat == nil && short.effectiveSampleSize == nil)
  }

  @Test func unequalChainsAreRefused() {
    let (three, four) = (Matrix(rows: 3, columns: 2), Matrix(rows: 4, columns: 2))
    for (draws, rates) in [
      ([], 0), ([Matrix(rows: 0, columns: 2)], 1), ([three, four], 2), ([three, three], 1),
      ([three, Matrix(rows: 3, columns: 1)], 2),
    ] {
      #expect(throws: ParzenError.self) {
        try MarkovChains(
          draws: draws, acceptanceRates: [Double](repeating: 1, count: rates), stepSize: 1)
      }
    }
  }

  @Test func seedDecides() throws {
    let sampler = try LangevinSampler(target: mixture, warmUp: 20)
    let draw = { (seed: UInt64) in try sampler.sample(count: 5, starts: self.starts(3), seed: seed).pooled }
    #expect(try draw(1) == draw(1))
    #expect(try draw(1) != draw(2))
    // The pooled draws take turns.
    let chains = try sampler.sample(count: 5, starts: starts(3), seed: 1)
    #expect(Array(chains.pooled[row: 4]) == Array(chains.draws[1][row: 1]))
  }

  @Test func badInputIsExplained() throws {
    #expect(throws: ParzenError.self) { try LangevinSampler(target: mixture, stepSize: 0) }
    #expect(throws: ParzenError.self) {
      try LangevinSampler(target: mixture, covariance: Matrix([[1, 2], [2, 1]]))
    }
    #expect(throws: ParzenError.self) { try LangevinSampler(target: mixture, warmUp: -1) }
    let sampler = try LangevinSampler(target: mixture, kind: .unadjusted, stepSize: 1e4)
    #expect(throws: ParzenError.dimensionMismatch(expected: 2, found: 1)) {
      try sampler.sample(count: 1, starts: Matrix([[0]]), seed: 1)
    }
    // The message names the chain.
    #expect {
      try sampler.sample(count: 1, starts: Matrix([[0, 0], [.infinity, 0]]), seed: 1)
    } throws: { "\($0)".contains("at the start of chain 2") }
    #expect {
      try sampler.sample(count: 100, starts: starts(2), seed: 1)
    } throws: { "\($0)".contains("escaped in step") }
  }
}
