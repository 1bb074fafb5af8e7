import Foundation
import ParzenCore
import ParzenEstimators
import Testing

/// N(0, I), as an oracle.
private struct StandardGaussian: Density {
  let dimension: Int

  func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    var score = queries
    for i in score.elements.indices { score.elements[i] *= -1 }
    let logDensity = (0..<queries.rows).map { i in
      queries[row: i].reduce(0) { $0 - $1 * $1 / 2 } - Double(dimension) / 2 * log(2 * Double.pi)
    }
    return DensityEvaluation(logDensity: logDensity, score: score)
  }
}

@Suite struct ScoreDebiasedKernelDensityTests {
  @Test func isTheKernelDensityOfMovedSamples() throws {
    var generator = Xoshiro256(seed: 12)
    let samples = clumpedSamples(40, dimension: 3, using: &generator)
    let queries = clumpedSamples(10, dimension: 3, using: &generator)
    let bandwidths = try KernelDensity(samples: samples).bandwidths
    let naive = NaiveKernelDensity(samples: samples, bandwidths: bandwidths)
    for score in [naive.evaluate(at: samples).score, try StandardGaussian(dimension: 3).score(at: samples)] {
      var moved = naive
      for i in 0..<40 {
        for k in 0..<3 { moved.samples[i, k] += bandwidths[k] * bandwidths[k] / 2 * score[i, k] }
      }
      let expected = moved.evaluate(at: queries)
      let empirical = score == naive.evaluate(at: samples).score
      let estimate = try ScoreDebiasedKernelDensity(
        samples: samples, score: empirical ? nil : StandardGaussian(dimension: 3), bandwidth: .scott,
        tolerance: 0)
      let result = try estimate.evaluate(at: queries)
      #expect(largestDifference(result.logDensity, expected.logDensity) < 1e-10, "seed 12")
      #expect(largestDifference(result.score.elements, expected.score.elements) < 1e-10, "seed 12")
    }
  }

  @Test func fullCovarianceFollowsAffineMaps() throws {
    var generator = Xoshiro256(seed: 13)
    let samples = clumpedSamples(60, dimension: 2, using: &generator)
    let queries = clumpedSamples(12, dimension: 2, using: &generator)
    let map = Matrix([[3, 1], [-2, 5]])
    let one = try ScoreDebiasedKernelDensity(
      samples: samples, bandwidth: .scott, covariance: .full, tolerance: 0)
    let other = try ScoreDebiasedKernelDensity(
      samples: samples * map, bandwidth: .scott, covariance: .full, tolerance: 0)
    #expect(
      largestDifference(
        try one.logDensity(at: queries).map { $0 - log(17) }, try other.logDensity(at: queries * map)) < 1e-9,
      "seed 13")
  }

  /// With the true score the leading bias is gone: at the mode of a Gaussian, a wide kernel is nearly
  /// unbiased.
  @Test func trueScoreRemovesTheLeadingBias() throws {
    var generator = Xoshiro256(seed: 14)
    var samples = Matrix(rows: 20_000, columns: 1)
    for i in 0..<samples.rows { samples[i, 0] = generator.nextNormal() }
    let (mode, truth) = (Matrix([[0]]), 1 / (2 * Double.pi).squareRoot())
    let plain = try KernelDensity(samples: samples, bandwidth: .fixed(0.4)).density(at: mode)[0]
    let debiased = try ScoreDebiasedKernelDensity(
      samples: samples, score: StandardGaussian(dimension: 1), bandwidth: .fixed(0.4)
    ).density(at: mode)[0]
    // Expected: 1 / sqrt(1 + h^2) - 1 = -0.0715, and 1 / sqrt((1 - h^2/2)^2 + h^2) - 1 = -0.0032; the noise
    // is 0.007.
    #expect(abs(plain / truth - 0.9285) < 0.03, "seed 14")
    #expect(abs(debiased / truth - 0.9968) < 0.03, "seed 14")
  }

  @Test func scoresMustBeUsable() {
    let samples = Matrix([[0], [1], [3]])
    #expect(throws: ParzenError.dimensionMismatch(expected: 2, found: 1)) {
      try ScoreDebiasedKernelDensity(
        samples: samples, score: StandardGaussian(dimension: 2), bandwidth: .scott)
    }
    struct NowhereFinite: Density {
      let dimension = 1
      func evaluate(at queries: Matrix) -> DensityEvaluation {
        DensityEvaluation(
          logDensity: [Double](repeating: 0, count: queries.rows),
          score: Matrix(rows: queries.rows, columns: 1, repeating: .nan))
      }
    }
    #expect(throws: ParzenError.self) {
      try ScoreDebiasedKernelDensity(samples: samples, score: NowhereFinite(), bandwidth: .scott)
    }
  }
}
