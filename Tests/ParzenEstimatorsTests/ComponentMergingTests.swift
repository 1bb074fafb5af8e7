import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

@Suite struct ComponentMergingTests {
  /// Components in the layout of the kernels.
  private func components(_ weights: [Double], _ means: [[Double]], _ covariances: [Matrix]) throws
    -> GaussianComponents
  {
    GaussianComponents(
      try GaussianMixture(weights: weights, means: Matrix(means), covariances: covariances), shape: .full)
  }

  @Test func pooledCovariancesAreWeightedMeans() throws {
    let narrow = Matrix(rows: 2, columns: 2, elements: [0.02, 0.01, 0.01, 0.03])
    let wide = Matrix(rows: 2, columns: 2, elements: [2, 0.5, 0.5, 3])
    let start = try components([0.25, 0.75], [[0, 0], [1, 1]], [narrow, wide])
    func size(_ x: Matrix) -> Double { (x[0, 0] * x[1, 1] - x[0, 1] * x[1, 0]).squareRoot() }
    var mean = Matrix(rows: 2, columns: 2)
    for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] { mean[i, j] = 0.25 * narrow[i, j] + 0.75 * wide[i, j] }
    // Of 400 samples 100 are in the narrow component.
    let scale = pow(5 * size(narrow) / size(mean), 100 / (100 + 20 * 2))
    var pooled = start
    pooled.poolCovariances(60, like: start, samples: 400)
    for (i, j) in [(0, 0), (0, 1), (1, 1)] {
      let first = (100 * narrow[i, j] + 60 * scale * mean[i, j]) / 160
      #expect(abs(pooled.covariance(of: 0)[i, j] - first) < 1e-14)
      #expect(abs(pooled.covariance(of: 1)[i, j] - (300 * wide[i, j] + 60 * mean[i, j]) / 360) < 1e-14)
    }
    pooled.poolCovariances(.infinity, like: start, samples: 400)
    #expect(pooled.covariance(of: 0) == pooled.covariance(of: 1))
  }

  @Test func mergingKeepsTheMomentsOfTheMixture() throws {
    var generator = Xoshiro256(seed: 8)
    let mixture = GaussianMixturePrior(components: 7...7).drawMixture(dimension: 3, using: &generator)
    let path = ComponentMerging.path(GaussianComponents(mixture, shape: .full), samples: 1000)
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
        [0.3, 0.4, 0.3], [[0, 0], [3, 1], [0, 0]], [.identity(2), .identity(2), .identity(2)]),
      samples: 1000)
    #expect(abs(path[1].cost) < 1e-14)
    // The bound by hand: of N((0, 0), I) and N((3, 1), I), weights 0.6 and 0.4, log det S / 2.
    let determinant = (1 + 0.24 * 9) * (1 + 0.24) - (0.24 * 3) * (0.24 * 3)
    #expect(abs(path[2].cost - log(determinant) / 2) < 1e-12)
  }

  @Test func inManyDimensionsComponentsAreMergedDownToWhatSamplesSupport() throws {
    let d = 20
    var generator = Xoshiro256(seed: 3)
    let means = (0..<24).map { k in (0..<d).map { _ in 8 * Double(k % 3) + generator.nextNormal() } }
    let mixture = try components(
      [Double](repeating: 1 / 24, count: 24), means, [Matrix](repeating: .identity(d), count: 24))
    let path = ComponentMerging.path(mixture, samples: 400)
    // 400 samples are enough for 400 / 80 components, and the three centres are found.
    #expect(path.map(\.count) == [5, 4, 3, 2, 1])
    let three = path[2].mixture
    let heights = (0..<3).map { k in (0..<d).reduce(0) { $0 + three.means[$1 * 3 + k] } / Double(d) }.sorted()
    for (height, centre) in zip(heights, [0.0, 8, 16]) { #expect(abs(height - centre) < 1) }
  }
}
