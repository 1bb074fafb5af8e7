import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

@Suite struct AdaptationTests {
  /// Thin, long clusters, far sharper than the distributions of training.
  private static let needles: GaussianMixture = {
    let covariances = [[1, 0.999, 0.999, 1], [1, -0.999, -0.999, 1]].map {
      Matrix(rows: 2, columns: 2, elements: $0)
    }
    return try! GaussianMixture(
      weights: [0.5, 0.5], means: Matrix([[-1, 0], [1.5, 0.3]]), covariances: covariances)
  }()

  private func draws(_ n: Int, seed: UInt64) -> Matrix {
    var generator = Xoshiro256(seed: seed)
    return Self.needles.sample(count: n, using: &generator)
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// Components in the layout of the kernels.
  private func components(_ weights: [Double], _ means: [[Double]], _ covariances: [Matrix]) throws
    -> GaussianComponents
  {
    GaussianComponents(
      try GaussianMixture(weights: weights, means: Matrix(means), covariances: covariances), shape: .full)
  }

  @Test func pooledCovariancesAreWeightedMeans() throws {
    let second = Matrix(rows: 2, columns: 2, elements: [2, 0.5, 0.5, 3])
    var pooled = try components([0.25, 0.75], [[0, 0], [1, 1]], [.identity(2), second])
    pooled.poolCovariances(0.5)
    // The mean is 0.25 I + 0.75 S; it counts as much as a component of weight 0.5.
    for (i, j) in [(0, 0), (0, 1), (1, 1)] {
      let first = i == j ? 1.0 : 0
      let mean = 0.25 * first + 0.75 * second[i, j]
      #expect(abs(pooled.covariance(of: 0)[i, j] - (0.25 * first + 0.5 * mean) / 0.75) < 1e-14)
      #expect(abs(pooled.covariance(of: 1)[i, j] - (0.75 * second[i, j] + 0.5 * mean) / 1.25) < 1e-14)
    }
  }

  @Test func mergingKeepsTheMomentsOfTheMixture() throws {
    var generator = Xoshiro256(seed: 8)
    let mixture = GaussianMixturePrior(components: 7...7).drawMixture(dimension: 3, using: &generator)
    let path = ComponentMerging.path(GaussianComponents(mixture, shape: .full))
    #expect(path.map(\.count) == [7, 6, 5, 4, 3, 2, 1])
    #expect(zip(path, path.dropFirst()).allSatisfy { $0.cost < $1.cost })
    for stage in path {
      let merged = try stage.mixture.mixture()
      for i in 0..<3 {
        #expect(abs(merged.mean[i] - mixture.mean[i]) < 1e-12)
        for j in 0..<3 { #expect(abs(merged.covariance[i, j] - mixture.covariance[i, j]) < 1e-12) }
      }
    }
  }

  @Test func equalComponentsMergeFirstAndAtNoCost() throws {
    let path = ComponentMerging.path(
      try components(
        [0.3, 0.4, 0.3], [[0, 0], [3, 1], [0, 0]], [.identity(2), .identity(2), .identity(2)]))
    #expect(abs(path[1].cost) < 1e-14)
    // The bound by hand: of N((0, 0), I) and N((3, 1), I), weights 0.6 and 0.4, log det S / 2.
    let determinant = (1 + 0.24 * 9) * (1 + 0.24) - (0.24 * 3) * (0.24 * 3)
    #expect(abs(path[2].cost - log(determinant) / 2) < 1e-12)
  }

  @Test func manySamplesAdaptByDefaultAndInAnyOrder() throws {
    let samples = draws(5000, seed: 9)
    let estimate = try MixtureTransformer(samples: samples)
    let adaptation = try #require(estimate.adaptation)
    #expect(adaptation.steps > 0)
    #expect(try MixtureTransformer(samples: samples, adaptation: .never).adaptation == nil)
    #expect(try MixtureTransformer(samples: samples.selectingRows(0..<2000)).adaptation == nil)
    var generator = Xoshiro256(seed: 10)
    let shuffled = samples.selectingRows(generator.nextPermutation(of: 5000))
    let queries = samples.selectingRows(0..<50)
    let again = try MixtureTransformer(samples: shuffled).logDensity(at: queries)
    for (a, b) in zip(again, try estimate.logDensity(at: queries)) { #expect(abs(a - b) < 1e-6) }
  }

  @Test func adaptationRaisesTheLikelihoodOfFreshSamplesWhereTheNetworkIsTooSmooth() throws {
    let samples = draws(3000, seed: 2)
    let network = try MixtureTransformer(samples: samples, adaptation: .never)
    let adapted = try network.adapted(to: samples)
    let adaptation = try #require(adapted.adaptation)
    #expect(adaptation.steps > 0 && adaptation.gain > 2 * adaptation.standardError)
    let fresh = draws(3000, seed: 3)
    let gains = zip(try adapted.logDensity(at: fresh), try network.logDensity(at: fresh)).map { $0 - $1 }
    // The gain that was promised, to four standard errors of both.
    #expect(mean(gains) > adaptation.gain - 4 * 2 * adaptation.standardError && mean(gains) > 0)
    #expect(network.adaptation == nil)
    let queries = fresh.selectingRows(0..<20)
    let direct = try adapted.mixture.evaluate(at: queries)
    for (a, b) in zip(try adapted.logDensity(at: queries), direct.logDensity) { #expect(abs(a - b) < 1e-8) }
  }

  @Test func fewSamplesLeaveTheEstimateAsItIs() throws {
    var generator = Xoshiro256(seed: 4)
    let samples = Matrix(rows: 60, columns: 2, elements: (0..<120).map { _ in generator.nextNormal() })
    let network = try MixtureTransformer(samples: samples)
    let adapted = try network.adapted(to: samples)
    #expect(adapted.adaptation?.steps == 0 && adapted.mixture == network.mixture)
    #expect(try adapted.evaluate(at: samples) == network.evaluate(at: samples))
  }

  @Test func unusableInputIsExplained() throws {
    let samples = draws(4, seed: 5)
    let network = try MixtureTransformer(samples: draws(40, seed: 6))
    #expect(throws: ParzenError.invalidOption("the number of steps of an adaptation is 0: give 1 or more")) {
      try network.adapted(to: samples, steps: 0)
    }
    #expect(throws: ParzenError.self) {
      try network.adapted(to: samples, sampleWeights: .counts([1]))
    }
    #expect(throws: ParzenError.dimensionMismatch(expected: 2, found: 1)) {
      try network.adapted(to: Matrix(rows: 40, columns: 1, elements: (0..<40).map { Double($0 * $0) }))
    }
  }
}
