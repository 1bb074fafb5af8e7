import Foundation
import ParzenCore
import ParzenEstimators
import Testing

@Suite struct KernelDensityPropertyTests {
  @Test func integerWeightsEqualRepetitions() throws {
    var generator = Xoshiro256(seed: 2)
    let samples = clumpedSamples(20, dimension: 2, using: &generator)
    let queries = clumpedSamples(9, dimension: 2, using: &generator)
    let counts = (0..<20).map { _ in generator.nextInteger(below: 4) }
    let repeated = samples.selectingRows(counts.indices.flatMap { Array(repeating: $0, count: counts[$0]) })
    let expected = try KernelDensity(samples: repeated, bandwidth: .fixed(0.6), tolerance: 0).evaluate(
      at: queries)
    let weighted = try KernelDensity(
      samples: samples, bandwidth: .fixed(0.6), sampleWeights: .proportions(counts.map { 3 * Double($0) }),
      tolerance: 0
    ).evaluate(at: queries)
    #expect(largestDifference(expected.logDensity, weighted.logDensity) < 1e-11)
    #expect(largestDifference(expected.score.elements, weighted.score.elements) < 1e-11)
  }

  @Test(
    arguments: [Bandwidth.scott, .silverman, .crossValidation], [KernelCovariance.robust, .diagonal, .full])
  func countsEqualRepetitionsForEveryRule(bandwidth: Bandwidth, covariance: KernelCovariance) throws {
    var generator = Xoshiro256(seed: 6)
    let samples = clumpedSamples(30, dimension: 2, using: &generator)
    let queries = clumpedSamples(9, dimension: 2, using: &generator)
    let counts = (0..<30).map { _ in 1 + generator.nextInteger(below: 3) }
    let repeated = samples.selectingRows(counts.indices.flatMap { Array(repeating: $0, count: counts[$0]) })
    let weights = SampleWeights.counts(counts.map { Double($0) })
    let plain = try KernelDensity(
      samples: repeated, bandwidth: bandwidth, covariance: covariance, tolerance: 0)
    let weighted = try KernelDensity(
      samples: samples, bandwidth: bandwidth, covariance: covariance, sampleWeights: weights, tolerance: 0)
    #expect(
      largestDifference(try plain.logDensity(at: queries), try weighted.logDensity(at: queries)) < 1e-6)
    let debiased = try ScoreDebiasedKernelDensity(
      samples: repeated, bandwidth: bandwidth, covariance: covariance, tolerance: 0)
    let weightedDebiased = try ScoreDebiasedKernelDensity(
      samples: samples, bandwidth: bandwidth, covariance: covariance, sampleWeights: weights, tolerance: 0)
    #expect(
      largestDifference(
        try debiased.logDensity(at: queries), try weightedDebiased.logDensity(at: queries)) < 1e-6)
  }

  @Test(
    arguments: [Bandwidth.scott, .silverman, .crossValidation, .fixed(0.7)],
    [KernelCovariance.robust, .diagonal, .full])
  func permutingSamplesChangesNothing(bandwidth: Bandwidth, covariance: KernelCovariance) throws {
    var generator = Xoshiro256(seed: 3)
    let samples = clumpedSamples(100, dimension: 3, using: &generator)
    let queries = clumpedSamples(10, dimension: 3, using: &generator)
    let shuffled = samples.selectingRows((0..<100).shuffled(using: &generator))
    let one = try KernelDensity(samples: samples, bandwidth: bandwidth, covariance: covariance, tolerance: 0)
    let other = try KernelDensity(
      samples: shuffled, bandwidth: bandwidth, covariance: covariance, tolerance: 0)
    #expect(
      largestDifference(try one.logDensity(at: queries), try other.logDensity(at: queries)) < 1e-9, "seed 3")
  }

  @Test(arguments: [Bandwidth.scott, .silverman, .crossValidation])
  func fullCovarianceFollowsAffineMaps(bandwidth: Bandwidth) throws {
    var generator = Xoshiro256(seed: 4)
    let samples = clumpedSamples(60, dimension: 2, using: &generator)
    let queries = clumpedSamples(12, dimension: 2, using: &generator)
    let map = Matrix([[3, 1], [-2, 5]])
    func image(_ points: Matrix) -> Matrix {
      var result = points * map
      for i in 0..<points.rows { result[i, 1] += 1000 }
      return result
    }
    let one = try KernelDensity(samples: samples, bandwidth: bandwidth, covariance: .full, tolerance: 0)
      .evaluate(
        at: queries)
    let other = try KernelDensity(
      samples: image(samples), bandwidth: bandwidth, covariance: .full, tolerance: 0
    )
    .evaluate(at: image(queries))
    #expect(largestDifference(one.logDensity.map { $0 - log(17) }, other.logDensity) < 1e-9, "seed 4")
    #expect(
      largestDifference(one.score.elements, (other.score * map.transposed).elements) < 1e-9, "seed 4")
  }

  @Test(arguments: [Bandwidth.scott, .silverman, .crossValidation, .fixed(0.3)])
  func integratesToOne(bandwidth: Bandwidth) throws {
    var generator = Xoshiro256(seed: 5)
    let samples = clumpedSamples(50, dimension: 1, using: &generator)
    let estimate = try KernelDensity(samples: samples, bandwidth: bandwidth, tolerance: 0)
    // The trapezoidal rule is exact to rounding for a smooth function that vanishes at both ends.
    let step = estimate.bandwidths[0] / 3
    let reach = 6 + 9 * estimate.bandwidths[0]
    let grid = Array(stride(from: -reach, through: reach, by: step))
    let density = try estimate.density(at: Matrix(rows: grid.count, columns: 1, elements: grid))
    #expect(abs(density.reduce(0, +) * step - 1) < 1e-11, "seed 5")
  }

  @Test(arguments: [KernelCovariance.robust, .diagonal, .full])
  func scoreIsTheGradientOfTheLogDensity(covariance: KernelCovariance) throws {
    var generator = Xoshiro256(seed: 6)
    let samples = clumpedSamples(200, dimension: 3, using: &generator)
    let queries = clumpedSamples(20, dimension: 3, using: &generator)
    let estimate = try KernelDensity(
      samples: samples, bandwidth: .scott, covariance: covariance, tolerance: 0)
    let score = try estimate.score(at: queries)
    for k in 0..<3 {
      var (above, below) = (queries, queries)
      for i in 0..<20 { (above[i, k], below[i, k]) = (queries[i, k] + 1e-5, queries[i, k] - 1e-5) }
      let (high, low) = (try estimate.logDensity(at: above), try estimate.logDensity(at: below))
      for i in 0..<20 {
        #expect(
          abs((high[i] - low[i]) / 2e-5 - score[i, k]) < 1e-6 * (1 + abs(score[i, k])), "seed 6, query \(i)")
      }
    }
  }

  @Test func threadsChangeNothing() throws {
    var generator = Xoshiro256(seed: 7)
    let samples = clumpedSamples(300, dimension: 2, using: &generator)
    let queries = clumpedSamples(1000, dimension: 2, using: &generator)
    let one = try KernelDensity(samples: samples, bandwidth: .crossValidation, threads: 1).evaluate(
      at: queries)
    let three = try KernelDensity(samples: samples, bandwidth: .crossValidation, threads: 3).evaluate(
      at: queries)
    #expect(one == three, "seed 7")
  }

  @Test func extremeScalesAndOffsetsAreNoMatter() throws {
    var generator = Xoshiro256(seed: 8)
    let samples = clumpedSamples(80, dimension: 3, using: &generator)
    let queries = clumpedSamples(15, dimension: 3, using: &generator)
    let (scales, offsets) = ([1e150, 1e-150, 1], [0, 0, 0x1p27])
    func image(_ points: Matrix) -> Matrix {
      var result = points
      for i in 0..<points.rows { for k in 0..<3 { result[i, k] = points[i, k] * scales[k] + offsets[k] } }
      return result
    }
    for bandwidth in [Bandwidth.scott, .crossValidation] {
      for covariance in [KernelCovariance.robust, .diagonal, .full] {
        let one = try KernelDensity(
          samples: samples, bandwidth: bandwidth, covariance: covariance, tolerance: 0
        )
        .evaluate(at: queries)
        let other = try KernelDensity(
          samples: image(samples), bandwidth: bandwidth, covariance: covariance, tolerance: 0
        )
        .evaluate(at: image(queries))
        // The offset rounds the third column to 1.5e-8.
        #expect(largestDifference(one.logDensity, other.logDensity) < 1e-5, "seed 8")
        for i in 0..<15 {
          for k in 0..<3 {
            #expect(abs(one.score[i, k] - other.score[i, k] * scales[k]) < 1e-5, "seed 8")
          }
        }
      }
    }
  }
}
