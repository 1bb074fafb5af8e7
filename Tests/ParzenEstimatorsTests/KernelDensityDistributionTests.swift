import Foundation
import ParzenCore
import Testing

@testable import ParzenEstimators

@Suite struct KernelDensityDistributionTests {
  @Test(arguments: [KernelCovariance.robust, .diagonal, .full])
  func marginalsAreEstimatesFromTheColumns(covariance: KernelCovariance) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = Xoshiro256(seed: seed)
    let samples = clumpedSamples(60, dimension: 4, using: &generator)
    let estimate = try KernelDensity(
      samples: samples, bandwidth: .fixed(1.3), covariance: covariance, tolerance: 0)
    let queries = clumpedSamples(20, dimension: 2, using: &generator)
    let naive = NaiveKernelDensity(
      samples: Matrix((0..<60).map { [samples[$0, 3], samples[$0, 1]] }), bandwidths: [1.3, 1.3])
    let found = try estimate.marginal(of: [3, 1]).evaluate(at: queries)
    let expected = naive.evaluate(at: queries)
    #expect(largestDifference(found.logDensity, expected.logDensity) < 1e-9, "seed \(seed)")
    #expect(largestDifference(found.score.elements, expected.score.elements) < 1e-9, "seed \(seed)")
  }

  @Test(arguments: [KernelCovariance.robust, .diagonal, .full])
  func marginalOfAllColumnsIsTheEstimate(covariance: KernelCovariance) throws {
    var generator = Xoshiro256(seed: 3)
    let samples = clumpedSamples(80, dimension: 3, using: &generator)
    let estimate = try KernelDensity(
      samples: samples, bandwidth: .scott, covariance: covariance, tolerance: 0)
    let queries = clumpedSamples(10, dimension: 3, using: &generator)
    let permuted = Matrix(
      rows: 10, columns: 3, elements: (0..<10).flatMap { [queries[$0, 2], queries[$0, 0], queries[$0, 1]] })
    let found = try estimate.marginal(of: [2, 0, 1]).logDensity(at: permuted)
    #expect(largestDifference(found, try estimate.logDensity(at: queries)) < 1e-9)
  }

  /// The draws have the mean of the samples and the covariance S (n - 1) / n + H, to within five standard
  /// errors.
  @Test(arguments: [KernelCovariance.robust, .diagonal, .full])
  func drawsHaveTheMomentsOfTheEstimate(covariance: KernelCovariance) throws {
    var generator = Xoshiro256(seed: 11)
    let (n, d, count) = (40, 2, 100_000)
    let samples = clumpedSamples(n, dimension: d, using: &generator)
    let estimate = try KernelDensity(samples: samples, bandwidth: .scott, covariance: covariance)
    let draws = estimate.sample(count: count, using: &generator)
    func moments(_ points: Matrix) -> (mean: [Double], covariance: Matrix) {
      let mean = (0..<d).map { points[column: $0].reduce(0, +) / Double(points.rows) }
      var covariance = Matrix(rows: d, columns: d)
      for row in 0..<points.rows {
        for i in 0..<d {
          for j in 0..<d {
            covariance[i, j] += (points[row, i] - mean[i]) * (points[row, j] - mean[j]) / Double(points.rows)
          }
        }
      }
      return (mean, covariance)
    }
    let (expected, found) = (moments(samples), moments(draws))
    let factor = pow(Double(n), -1 / Double(d + 4))
    for i in 0..<d {
      let spread = expected.covariance[i, i].squareRoot()
      #expect(abs(found.mean[i] - expected.mean[i]) < 5 * spread / Double(count).squareRoot() * 1.2)
      for j in 0..<d {
        let kernel =
          covariance == .full
          ? factor * factor * expected.covariance[i, j] * Double(n) / Double(n - 1)
          : i == j ? estimate.bandwidths[i] * estimate.bandwidths[i] : 0
        let scale = spread * expected.covariance[j, j].squareRoot()
        let difference = found.covariance[i, j] - expected.covariance[i, j] - kernel
        #expect(abs(difference) < 5 * 1.5 * scale / Double(count).squareRoot())
      }
    }
  }

  @Test func scoreDebiasedDrawsComeFromItsMovedSamples() throws {
    var generator = Xoshiro256(seed: 2)
    let samples = clumpedSamples(50, dimension: 2, using: &generator)
    let debiased = try ScoreDebiasedKernelDensity(samples: samples)
    var (first, second) = (Xoshiro256(seed: 7), Xoshiro256(seed: 7))
    #expect(debiased.sample(count: 9, using: &first) == debiased.estimate.sample(count: 9, using: &second))
    let queries = Matrix(rows: 3, columns: 1, elements: [-1, 0, 2])
    #expect(
      try debiased.marginal(of: [1]).logDensity(at: queries)
        == debiased.estimate.marginal(of: [1]).logDensity(at: queries))
  }
}
