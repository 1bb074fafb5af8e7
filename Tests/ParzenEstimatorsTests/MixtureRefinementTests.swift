import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

/// What some of very many samples have found, fitted to all of them.
@Suite struct MixtureRefinementTests {
  private static func sums(_ samples: Matrix, counts: [Double]? = nil) throws -> SampleSums {
    SampleSums(
      source: try SampleSource(samples, sampleWeights: counts.map(SampleWeights.counts)), threads: 2,
      mostNumbers: 1 << 22, onPass: { _ in })
  }

  private static func refined(
    _ mixture: GaussianMixture, before: Double, with sums: SampleSums
  ) throws -> GaussianMixture? {
    let d = mixture.dimension
    let coordinates = StreamedCoordinates(
      source: sums.source, cells: .init(repeating: nil, count: d),
      columns: .init(repeating: .identity, count: d), origin: .init(repeating: 0, count: d),
      scale: .init(repeating: 1, count: d), weightFactor: sums.source.isWeighted ? 1 : nil)
    return try MixtureRefinement(mixture, before: before).mixture(reading: coordinates, sums)
  }

  private static func draws(_ target: GaussianMixture, _ n: Int, seed: UInt64) -> Matrix {
    var generator = Xoshiro256(seed: seed)
    return target.sample(count: n, using: &generator)
  }

  private static func largest(_ a: Matrix, _ b: Matrix) -> Double {
    zip(a.elements, b.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  /// Clusters so far apart that every sample is one component's: sums are those of samples and prior.
  @Test(arguments: [3, 40]) func separatedComponentsAreMeansOfSamplesAndPrior(d: Int) throws {
    let means = Matrix(rows: 2, columns: d, elements: (0..<2 * d).map { $0 < d ? -20.0 : 20 })
    let old = try GaussianMixture(
      weights: [0.25, 0.75], means: means, variances: Matrix(rows: 2, columns: d, repeating: 4))
    let target = try GaussianMixture(
      weights: [0.5, 0.5],
      means: Matrix(rows: 2, columns: d, elements: means.elements.map { $0 + 0.5 }),
      variances: Matrix(rows: 2, columns: d, repeating: 1))
    let (n, before) = (20_000.0, 5_000.0)
    let samples = Self.draws(target, Int(n), seed: 1)
    let found = try #require(try Self.refined(old, before: before, with: Self.sums(samples)))
    for k in 0..<2 {
      let own = (0..<samples.rows).filter { (samples[$0, 0] > 0) == (k == 1) }.map { Array(samples[row: $0]) }
      let prior = before * old.weights[k]
      let total = Double(own.count) + prior
      #expect(abs(found.weights[k] - total / (n + before)) < 1e-12)
      for i in [0, d - 1] {
        let mean = (own.reduce(0) { $0 + $1[i] } + prior * means[k, i]) / total
        #expect(abs(found.means[k, i] - mean) < 1e-9)
        let second = (own.reduce(0) { $0 + $1[i] * $1[i] } + prior * (4 + means[k, i] * means[k, i])) / total
        #expect(abs(found.covariance(of: k)[i, i] - (second - mean * mean)) < 1e-8)
      }
    }
  }

  @Test func countsAreRepetitions() throws {
    let target = try GaussianMixture(
      weights: [0.4, 0.6], means: Matrix([[-1, 0], [1, 0.5]]), variances: Matrix([[1, 0.3], [0.5, 1]]))
    let samples = Self.draws(target, 3_000, seed: 2)
    let counts = (0..<samples.rows).map { Double($0 % 3) }
    let repeated = samples.selectingRows(
      counts.indices.flatMap { [Int](repeating: $0, count: Int(counts[$0])) })
    let start = try target.affineImage(.identity(2), shift: [0.2, -0.1])
    let weighted = try #require(
      try Self.refined(start, before: 500, with: Self.sums(samples, counts: counts)))
    let plain = try #require(try Self.refined(start, before: 500, with: Self.sums(repeated)))
    #expect(Self.largest(weighted.means, plain.means) < 1e-9)
    #expect(Self.largest(weighted.covariance(of: 1), plain.covariance(of: 1)) < 1e-9)
    #expect(zip(weighted.weights, plain.weights).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  /// A spike far from the origin, narrower than Float64 resolves about it, beside a wide component.
  @Test(arguments: [1e-7, 1e-12]) func narrowComponentsStay(width: Double) throws {
    func mixture(_ mean: Double) throws -> GaussianMixture {
      try GaussianMixture(
        weights: [0.3, 0.7], means: Matrix([[2], [mean]]), variances: Matrix([[width * width], [1]]))
    }
    let samples = try Self.draws(mixture(-1), 50_000, seed: 3)
    let found = try #require(try Self.refined(mixture(-1.2), before: 1_000, with: Self.sums(samples)))
    #expect(found.means[0, 0] == 2 && found.weights[0] == 0.3)
    #expect(abs(found.covariance(of: 0)[0, 0] / (width * width) - 1) < 1e-12)
    #expect(abs(found.means[1, 0] + 1) < 0.02 && abs(found.covariance(of: 1)[0, 0] - 1) < 0.03)
    let alone = try GaussianMixture(
      weights: [1], means: Matrix([[2]]), variances: Matrix([[width * width]]))
    #expect(try Self.refined(alone, before: 1_000, with: Self.sums(samples)) == nil)
  }

  /// Errors fall with all samples, not with those that compete.
  @Test func moreSamplesThanCompeteCount() throws {
    var (few, many) = (0.0, 0.0)
    for seed in UInt64(1)...4 {
      var generator = Xoshiro256(seed: 70 + seed)
      let target = RotatedGaussianMixturePrior().draw(dimension: 2, using: &generator)
      let fresh = target.sample(count: 4_000, using: &generator)
      let samples = target.sample(count: 260_000, using: &generator)
      let truth = try target.score(at: fresh)
      func error(_ n: Int) throws -> Double {
        let estimate = try MixtureTransformer(samples: samples.selectingRows(0..<n))
        let found = try estimate.score(at: fresh)
        return zip(found.elements, truth.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      few += try error(32_000)
      many += try error(260_000)
    }
    #expect(many < 0.45 * few, "\(many / few)")
  }
}
