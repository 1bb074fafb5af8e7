import Foundation
import ParzenCore
import ParzenEstimators
import Testing

@Suite struct KernelDensityBandwidthTests {
  @Test func rulesAreTheirFormulas() throws {
    // Standard deviations 2 and 14.1, interquartile ranges 4 and 0; n = 5.
    let samples = Matrix([[0, 10], [2, 30], [4, -10], [0, 10], [4, 10]])
    let deviations = [2.0, 14.142135623730951]
    let scott = try KernelDensity(samples: samples, bandwidth: .scott).bandwidths
    let silverman = try KernelDensity(samples: samples, bandwidth: .silverman).bandwidths
    #expect(largestDifference(scott, deviations.map { $0 * pow(5, -1.0 / 6) }) < 1e-14)
    #expect(largestDifference(silverman, deviations.map { $0 * pow(5, -1.0 / 6) }) < 1e-14)
    let line = Matrix(rows: 5, columns: 1, elements: samples[column: 0])
    #expect(
      abs(try KernelDensity(samples: line, bandwidth: .silverman).bandwidths[0] - 2 * pow(3.75, -0.2)) < 1e-14
    )
    #expect(try KernelDensity(samples: samples, bandwidth: .fixed(3)).bandwidths == [3, 3])
  }

  @Test(arguments: [-1.0, 1])
  func farValuesDoNotWidenRobustKernels(sign: Double) throws {
    // Quarters at 2 and 6 of eight values, one of them far off.
    let samples = Matrix(rows: 8, columns: 1, elements: [0, 1, 2, 3, 5, 6, 7, 1e9].map { sign * $0 })
    let found = try KernelDensity(samples: samples, bandwidth: .scott).bandwidths[0]
    #expect(abs(found - 4 / 1.34 * pow(8, -0.2)) < 1e-14)
    let full = try KernelDensity(samples: samples, bandwidth: .scott, covariance: .full).bandwidths[0]
    #expect(full > 1e8)
    // Counts are repeated rows.
    let counted = try KernelDensity(
      samples: Matrix([[0], [1], [9]].map { $0.map { sign * $0 } }), bandwidth: .scott,
      sampleWeights: .counts([1, 2, 1])
    ).bandwidths[0]
    let repeated = try KernelDensity(
      samples: Matrix([[0], [1], [1], [9]].map { $0.map { sign * $0 } }), bandwidth: .scott
    ).bandwidths[0]
    #expect(abs(counted / repeated - 1) < 1e-14)
  }

  /// The leave-one-out likelihood as it is defined, leaving out all samples that equal x_i.
  private func leaveOneOut(_ samples: Matrix, weights: [Double], bandwidths: [Double]) -> Double {
    let ties = (0..<samples.rows).map { i in
      (0..<samples.rows).filter { samples[row: $0] == samples[row: i] }
    }
    let naive = NaiveKernelDensity(samples: samples, weights: weights, bandwidths: bandwidths)
    return zip(weights, naive.evaluate(at: samples, excluding: ties).logDensity).reduce(0) {
      $0 + $1.0 * $1.1
    }
  }

  @Test(arguments: [(1, false), (2, false), (1, true), (3, true)])
  func crossValidationMaximisesTheLeaveOneOutLikelihood(dimension d: Int, ties: Bool) throws {
    var generator = Xoshiro256(seed: 9, stream: d)
    var samples = clumpedSamples(90, dimension: d, using: &generator)
    if ties { samples.elements = samples.elements.map { ($0 / 2).rounded() } }
    var weights = (0..<90).map { _ in generator.nextUniform(0.5, 1.5) }
    let total = weights.reduce(0, +)
    weights = weights.map { $0 / total }

    let found = try KernelDensity(
      samples: samples, bandwidth: .crossValidation, sampleWeights: .proportions(weights)
    ).bandwidths
    let scott = try KernelDensity(samples: samples, bandwidth: .scott, sampleWeights: .proportions(weights))
      .bandwidths
    for k in 0..<d { #expect(abs(found[k] / found[0] / (scott[k] / scott[0]) - 1) < 1e-12) }
    let best = leaveOneOut(samples, weights: weights, bandwidths: found)
    for exponent in -40...40 {
      let other = scott.map { $0 * pow(2, Double(exponent) / 8) }
      #expect(
        leaveOneOut(samples, weights: weights, bandwidths: other) < best + 1e-6, "factor 2^(\(exponent)/8)")
    }
    for factor in [0.99, 1.01] {
      #expect(leaveOneOut(samples, weights: weights, bandwidths: found.map { $0 * factor }) < best)
    }
  }

  @Test func crossValidationOfTwoSamplesIsTheirDistance() throws {
    let estimate = try KernelDensity(samples: Matrix([[0], [3], [3], [0]]), bandwidth: .crossValidation)
    #expect(abs(estimate.bandwidths[0] - 3) < 3e-3)
  }

  @Test func crossValidationBearsNearTiesAndOutliers() throws {
    var generator = Xoshiro256(seed: 10)
    var samples = clumpedSamples(60, dimension: 2, using: &generator)
    for i in 30..<60 {
      for k in 0..<2 { samples[i, k] = samples[i - 30, k] + 1e-9 * generator.nextUniform() }
    }
    #expect(try KernelDensity(samples: samples, bandwidth: .crossValidation).bandwidths.allSatisfy { $0 > 0 })
    samples[0, 0] = 1e12
    #expect(
      try KernelDensity(samples: samples, bandwidth: .crossValidation).bandwidths.allSatisfy {
        $0 > 0 && $0 < 1e12
      })
  }

  @Test(arguments: [KernelCovariance.diagonal, .full])
  func covarianceHasTheDeviationsOfTheSamples(covariance: KernelCovariance) throws {
    var generator = Xoshiro256(seed: 11)
    let samples = clumpedSamples(60, dimension: 4, using: &generator)
    let found = try KernelDensity(samples: samples, bandwidth: .scott, covariance: covariance).bandwidths
    for k in 0..<4 {
      let values = samples[column: k]
      let mean = values.reduce(0, +) / 60
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 59).squareRoot()
      #expect(abs(found[k] / (deviation * pow(60, -0.125)) - 1) < 1e-12)
    }
  }
}
