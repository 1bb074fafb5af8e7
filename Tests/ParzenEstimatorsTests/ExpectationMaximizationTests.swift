import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

/// Single steps and runs, against sums written out.
@Suite struct ExpectationMaximizationTests {
  private static let dimensions = [1, 2, 4]

  /// Two clusters, n x d.
  private func points(_ n: Int, _ d: Int, seed: UInt64) -> Matrix {
    var generator = Xoshiro256(seed: seed, stream: d)
    var result = Matrix(rows: n, columns: d)
    for p in 0..<n {
      for i in 0..<d {
        result[p, i] = (p % 3 == 0 ? 2 : -0.5) + (i > 0 ? 0.5 * result[p, 0] : 0) + generator.nextNormal()
      }
    }
    return result
  }

  /// One step written out: responsibilities by densities, then weighted means and covariances about them.
  private func naiveStep(
    _ mixture: GaussianMixture, _ samples: Matrix, _ weights: [Double], floor: Double,
    shape: MixtureCovariance
  ) throws -> GaussianMixture {
    let (n, d) = (samples.rows, samples.columns)
    let responsibilities = try mixture.responsibilities(at: samples)
    let total = weights.reduce(0, +)
    var newWeights: [Double] = []
    var means = mixture.means
    var covariances: [Matrix] = []
    for k in 0..<mixture.componentCount {
      let r = (0..<n).map { responsibilities[$0, k] * weights[$0] }
      let count = r.reduce(0, +)
      newWeights.append(count / total)
      for i in 0..<d { means[k, i] = (0..<n).reduce(0) { $0 + r[$1] * samples[$1, i] } / count }
      var covariance = Matrix(rows: d, columns: d)
      for i in 0..<d {
        for j in 0..<d where shape == .full || i == j {
          covariance[i, j] =
            (0..<n).reduce(0) {
              $0 + r[$1] * (samples[$1, i] - means[k, i]) * (samples[$1, j] - means[k, j])
            } / count
        }
      }
      covariances.append(covariance)
    }
    // The floor has the shape of the mean covariance and the geometric mean size of those before.
    var mean = Matrix(rows: d, columns: d)
    var size = 0.0
    for k in 0..<mixture.componentCount {
      for place in mean.elements.indices {
        mean.elements[place] += newWeights[k] * covariances[k].elements[place]
      }
      size += mixture.weights[k] * (try #require(Cholesky(mixture.covariance(of: k)))).logDeterminant
    }
    let whole = (try #require(Cholesky(mean))).logDeterminant
    let factor = floor * exp(min(0, (size - whole) / Double(d)))
    for k in covariances.indices {
      for place in mean.elements.indices { covariances[k].elements[place] += factor * mean.elements[place] }
    }
    return try GaussianMixture(weights: newWeights, means: means, covariances: covariances)
  }

  @Test(arguments: dimensions, MixtureCovariance.allCases)
  func stepIsTheWrittenOutOne(d: Int, shape: MixtureCovariance) throws {
    let samples = points(300, d, seed: 1)
    var generator = Xoshiro256(seed: 2)
    let weights = (0..<300).map { _ in Double(generator.nextInteger(below: 4)) + 0.5 }
    for given in [nil, weights] {
      let em = ExpectationMaximization(
        samples: SampleColumns(samples, weights: given), floor: 0.01, threads: 1)
      let start = em.start(5, shape: shape, using: &generator)
      let naive = try naiveStep(
        start.mixture(), samples, given ?? [Double](repeating: 1, count: 300), floor: 0.01, shape: shape)
      let step = em.run(from: start, steps: 1, tolerance: -.infinity)
      let found = try step.components.mixture()
      for (a, b) in zip(found.weights + found.means.elements, naive.weights + naive.means.elements) {
        #expect(abs(a - b) < 1e-12)
      }
      for k in 0..<5 {
        for (a, b) in zip(found.covariance(of: k).elements, naive.covariance(of: k).elements) {
          #expect(abs(a - b) < 1e-11)
        }
      }
      let logDensity = try naive.logDensity(at: samples)
      let total = (given ?? [Double](repeating: 1, count: 300)).reduce(0, +)
      let mean =
        zip(logDensity, given ?? [Double](repeating: 1, count: 300)).reduce(0) { $0 + $1.0 * $1.1 } / total
      #expect(abs(mean - step.logLikelihood) < 1e-12)
    }
  }

  @Test(arguments: dimensions, MixtureCovariance.allCases)
  func likelihoodNeverFallsWithoutAFloor(d: Int, shape: MixtureCovariance) {
    let em = ExpectationMaximization(
      samples: SampleColumns(points(400, d, seed: 3), weights: nil), floor: 0, threads: 1)
    var generator = Xoshiro256(seed: 4)
    let start = em.start(3, shape: shape, using: &generator)
    var last = -Double.infinity
    for steps in 0..<12 {
      let fit = em.run(from: start, steps: steps, tolerance: -.infinity)
      #expect(fit.logLikelihood >= last - 1e-12)
      last = fit.logLikelihood
    }
  }

  @Test(arguments: dimensions, MixtureCovariance.allCases)
  func splittingKeepsTheMoments(d: Int, shape: MixtureCovariance) throws {
    var generator = Xoshiro256(seed: 5)
    let em = ExpectationMaximization(
      samples: SampleColumns(points(200, d, seed: 5), weights: nil), floor: 0, threads: 1)
    let start = em.run(from: em.start(3, shape: shape, using: &generator), steps: 3, tolerance: 0).components
    let (whole, split) = (try start.mixture(), try em.splits(start)[1].mixture())
    #expect(split.componentCount == 4)
    for (a, b) in zip(split.mean + split.covariance.elements, whole.mean + whole.covariance.elements) {
      #expect(abs(a - b) < 1e-12)
    }
    #expect(try split.logDensity(at: points(5, d, seed: 6)) != whole.logDensity(at: points(5, d, seed: 6)))
  }

  /// In whitened coordinates all axes of a single component are as long, to rounding, which must not choose.
  @Test(arguments: MixtureCovariance.allCases)
  func roundingDoesNotChooseWhereOneComponentIsSplit(shape: MixtureCovariance) throws {
    let samples = points(300, 3, seed: 9)
    let whitened = try Whitening(samples: samples).whiten(samples)
    var generator = Xoshiro256(seed: 10)
    func splits(noise: Double) -> [GaussianComponents] {
      let moved = Matrix(
        rows: whitened.rows, columns: whitened.columns,
        elements: whitened.elements.map { $0 * (1 + noise * generator.nextNormal()) })
      let em = ExpectationMaximization(samples: SampleColumns(moved, weights: nil), floor: 0, threads: 1)
      let one = em.start([Array(0..<moved.rows)], shape: shape)
      return em.splits(one)
    }
    let expected = splits(noise: 0)
    #expect(expected.count == 2)
    for _ in 0..<4 {
      for (found, expected) in zip(splits(noise: 1e-13), expected) {
        // Which of the two halves comes first, an eigenvector's sign, is no matter.
        for place in 0..<3 {
          let (a, b) = (found.means[2 * place], expected.means[2 * place])
          let other = expected.means[2 * place + 1]
          #expect(min(abs(a - b), abs(a - other)) < 1e-9)
        }
      }
    }
  }

  @Test func startsAreSamplesAndHaveTheirPooledCovariance() throws {
    let samples = points(200, 2, seed: 7)
    var generator = Xoshiro256(seed: 7)
    let em = ExpectationMaximization(
      samples: SampleColumns(samples, weights: nil), floor: 0, threads: 1)
    let start = try em.start(4, shape: .full, using: &generator).mixture()
    #expect((1..<4).allSatisfy { start.covariance(of: $0) == start.covariance(of: 0) })
    // Hard assignment keeps mean and covariance of the samples (divided by n).
    let moments = try SampleMoments(samples, weights: nil)
    for (a, b) in zip(start.mean, moments.mean) { #expect(abs(a - b) < 1e-12) }
    let covariance = moments.correlation(scale: [1, 1])
    for (a, b) in zip(start.covariance.elements, covariance.elements) {
      #expect(abs(a - b * 199 / 200) < 1e-12)
    }
  }
}
