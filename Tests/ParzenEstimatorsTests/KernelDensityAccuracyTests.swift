import Foundation
import ParzenCore
import ParzenEstimators
import ParzenFiles
import Testing

@Suite struct KernelDensityAccuracyTests {
  @Test(arguments: [1, 2, 5, 10], [0.01, 0.1, 1, 10])
  func equalsADoubleLoopNearAndFar(dimension d: Int, bandwidth h: Double) throws {
    try compareWithADoubleLoop(
      dimension: d, bandwidth: h, tolerance: 0, expected: (logDensity: 1e-9, score: 1e-9))
    try compareWithADoubleLoop(
      dimension: d, bandwidth: h, tolerance: 1e-5, expected: (logDensity: 1e-5, score: 1e-4))
  }

  private func compareWithADoubleLoop(
    dimension d: Int, bandwidth h: Double, tolerance: Double, expected: (logDensity: Double, score: Double)
  ) throws {
    var generator = Xoshiro256(seed: 1, stream: d, Int(h * 100))
    let samples = clumpedSamples(131, dimension: d, using: &generator)
    // At samples, and from a tenth of a bandwidth to a thousand bandwidths beside them.
    var queries = samples.selectingRows(0..<77)
    for i in 11..<77 {
      let step = h * pow(10, generator.nextUniform(-1, 3))
      for k in 0..<d { queries[i, k] += step * generator.nextUniform(-1, 1) }
    }
    var weights = (0..<131).map { _ in generator.nextUniform(0.1, 2) }
    let total = weights.reduce(0, +)
    weights = weights.map { $0 / total }

    let estimate = try KernelDensity(
      samples: samples, bandwidth: .fixed(h), sampleWeights: .proportions(weights), tolerance: tolerance,
      threads: 2
    )
    .evaluate(at: queries)
    let truth = NaiveKernelDensity(
      samples: samples, weights: weights, bandwidths: [Double](repeating: h, count: d)
    ).evaluate(at: queries)
    for i in 0..<queries.rows {
      #expect(
        abs(estimate.logDensity[i] - truth.logDensity[i]) < expected.logDensity,
        "query \(i): \(truth.logDensity[i])")
      let size = truth.score[row: i].map(abs).max()!
      #expect(
        largestDifference(estimate.score[row: i], truth.score[row: i]) < expected.score * size + 1e-9 / h,
        "query \(i): \(size)")
    }
  }

  /// A thousand bandwidths beyond the only sample near, the log density is -5e5 and the score 1e3 / h,
  /// exactly.
  @Test(arguments: [1, 2, 5, 10])
  func isExactAThousandBandwidthsAway(dimension d: Int) throws {
    let h = 0.25
    var samples = Matrix(rows: 3, columns: d)
    for k in 0..<d { (samples[0, k], samples[1, k], samples[2, k]) = (0, -50, -75) }
    var query = Matrix(rows: 1, columns: d)
    query[0, 0] = 1000 * h
    let estimate = try KernelDensity(samples: samples, bandwidth: .fixed(h)).evaluate(at: query)
    let expected = -500_000 - log(3) - Double(d) / 2 * log(2 * Double.pi) - Double(d) * log(h)
    #expect(abs(estimate.logDensity[0] - expected) < 1e-9)
    #expect(abs(estimate.score[0, 0] / (-1000 / h) - 1) < 1e-14)
    #expect(estimate.score[row: 0].dropFirst().allSatisfy { abs($0) < 1e-9 })
  }

  /// With the tolerance, most queries here are computed in Float32.
  @Test(arguments: [1, 2, 3, 6, 12, 32])
  func isWithinItsToleranceOfFloat64(dimension d: Int) throws {
    var generator = Xoshiro256(seed: 16, stream: d)
    let samples = clumpedSamples(3000, dimension: d, using: &generator)
    let queries = clumpedSamples(1000, dimension: d, using: &generator)
    for tolerance in [1e-4, 1e-5, 2e-6] {
      let fast = try KernelDensity(samples: samples, bandwidth: .scott, tolerance: tolerance).evaluate(
        at: queries)
      let exact = try KernelDensity(samples: samples, bandwidth: .scott, tolerance: 0).evaluate(at: queries)
      #expect(largestDifference(fast.logDensity, exact.logDensity) < tolerance, "seed 16")
      for i in 0..<queries.rows {
        let size = exact.score[row: i].reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(
          largestDifference(fast.score[row: i], exact.score[row: i]) < 10 * tolerance * size,
          "seed 16, query \(i)")
      }
      if tolerance == 1e-4 { #expect(fast != exact, "no query was computed in Float32") }
    }
  }

  /// `gaussian_kde` of SciPy, and a double loop with Scott's diagonal bandwidth, both in Float64.
  @Test(arguments: [1, 2, 3, 5])
  func equalsTheReferenceVectors(dimension d: Int) throws {
    let url = try #require(
      Bundle.module.url(forResource: "kde", withExtension: "safetensors", subdirectory: "Fixtures"))
    let file = try SafetensorsFile(contentsOf: url)
    func matrix(_ name: String) throws -> Matrix {
      let values = try file.doubles("d\(d).\(name)")
      return Matrix(rows: values.count / d, columns: d, elements: values)
    }
    let (samples, queries) = (try matrix("X"), try matrix("Y"))

    let diagonal = try KernelDensity(
      samples: samples, bandwidth: .scott, covariance: .diagonal, tolerance: 0)
    #expect(largestDifference(diagonal.bandwidths, try file.doubles("d\(d).diag_h")) < 1e-14)
    let diagonalEstimate = try diagonal.evaluate(at: queries)
    #expect(largestDifference(diagonalEstimate.logDensity, try file.doubles("d\(d).diag_logf")) < 1e-11)
    #expect(largestDifference(diagonalEstimate.score.elements, try file.doubles("d\(d).diag_score")) < 1e-11)

    let full = try KernelDensity(samples: samples, bandwidth: .scott, covariance: .full, tolerance: 0)
      .evaluate(at: queries)
    #expect(largestDifference(full.logDensity, try file.doubles("d\(d).scipy_logf")) < 1e-10)
    #expect(largestDifference(full.score.elements, try file.doubles("d\(d).scipy_score")) < 1e-10)
  }

  /// SciPy 1.17.1: `gaussian_kde(x.T, rule, weights=w).logpdf(y.T)`.
  @Test func equalsSciPyWithWeights() throws {
    let samples = Matrix([[0, 1], [1, 3], [2, 2.5], [4, 0], [-1, 2], [3, 3]])
    let weights = [1, 2, 3, 1, 0.5, 1.5]
    let plane = try KernelDensity(
      samples: samples, bandwidth: .scott, covariance: .full, sampleWeights: .proportions(weights),
      tolerance: 0)
    #expect(
      largestDifference(
        try plane.logDensity(at: Matrix([[1, 2], [-3, 7], [40, -60]])),
        [-2.893287089166083, -17.643685968586258, -2596.2577748574467]) < 1e-11)
    let line = try KernelDensity(
      samples: Matrix(rows: 6, columns: 1, elements: samples[column: 0]), bandwidth: .silverman,
      sampleWeights: .proportions(weights), tolerance: 0)
    #expect(
      largestDifference(
        try line.logDensity(at: Matrix([[1], [-3], [40]])),
        [-1.60644248582223, -5.142429685151329, -486.7931795342107]) < 1e-11)
  }
}
