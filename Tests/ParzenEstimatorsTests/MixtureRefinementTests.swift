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
  ) throws -> GaussianMixture {
    let d = mixture.dimension
    let coordinates = StreamedCoordinates(
      source: sums.source, cells: .init(repeating: nil, count: d),
      columns: .init(repeating: .identity, count: d), origin: .init(repeating: 0, count: d),
      scale: .init(repeating: 1, count: d), weightFactor: sums.source.isWeighted ? 1 : nil)
    return try MixtureRefinement(mixture: mixture, before: before)
      .mixture(reading: coordinates, sums, total: Double(sums.source.rows)).mixture
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
    let found = try Self.refined(old, before: before, with: Self.sums(samples))
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
    let weighted = try Self.refined(start, before: 500, with: Self.sums(samples, counts: counts))
    let plain = try Self.refined(start, before: 500, with: Self.sums(repeated))
    #expect(Self.largest(weighted.means, plain.means) < 1e-9)
    #expect(Self.largest(weighted.covariance(of: 1), plain.covariance(of: 1)) < 1e-9)
    #expect(zip(weighted.weights, plain.weights).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  /// A spike far from the origin, so narrow that products of coordinates cancel, in a wide component.
  @Test(arguments: [1e-5, 1e-7, 1e-12]) func spikesAreRefined(width: Double) throws {
    func mixture(_ weight: Double, _ mean: Double, _ width: Double) throws -> GaussianMixture {
      try GaussianMixture(
        weights: [weight, 1 - weight], means: Matrix([[2], [mean]]),
        variances: Matrix([[width * width], [1]]))
    }
    let n = 50_000.0
    let samples = try Self.draws(mixture(0.3, -1, width), Int(n), seed: 3)
    let found = try Self.refined(mixture(0.2, -1.2, 2 * width), before: 1_000, with: Self.sums(samples))
    // Hardly a sample of the wide component is in the spike: the sums are those of prior and samples.
    let spike = samples.elements.filter { abs($0 - 2) < 50 * width }
    let total = 200 + Double(spike.count)
    let mean = spike.reduce(0) { $0 + ($1 - 2) } / total
    let second = spike.reduce(200 * 4 * width * width) { $0 + ($1 - 2) * ($1 - 2) } / total
    #expect(abs(found.weights[0] - total / (n + 1_000)) < 1e-3)
    #expect(abs(found.means[0, 0] - 2 - mean) < 0.01 * width)
    #expect(abs(found.covariance(of: 0)[0, 0] / (second - mean * mean) - 1) < 0.02)
    #expect(abs(found.means[1, 0] + 1) < 0.02 && abs(found.covariance(of: 1)[0, 0] - 1) < 0.03)
  }

  /// One value of very many is wild: those that compete need not have it.
  @Test(arguments: [1, 4], [3e3, 1e5]) func wildValuesAmongVeryManyDoNotMatter(d: Int, distance: Double)
    throws
  {
    let normal = try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: d), variances: Matrix(rows: 1, columns: d, repeating: 1))
    var (samples, fresh) = (Self.draws(normal, 40_000, seed: 5), Self.draws(normal, 2_000, seed: 6))
    for row in [20_011, 30_003] {
      samples[row, d - 1] = distance
      let estimate = try MixtureTransformer(samples: samples)
      let found = try estimate.logDensity(at: fresh)
      let divergence = zip(try normal.logDensity(at: fresh), found).reduce(0) { $0 + $1.0 - $1.1 } / 2_000
      #expect(abs(divergence) < 0.005, "\(row)")
      fresh[0, d - 1] = distance
      let wild = try estimate.logDensity(at: fresh)[0]
      #expect(wild.isFinite && wild < -9, "\(wild)")
      (samples[row, d - 1], fresh[0, d - 1]) = (0, 0)
    }
  }

  /// The last chunk, of samples in ascending order, is the wild value alone.
  @Test(arguments: [1e2, 1e6]) func aChunkCanBeAWildValue(distance: Double) throws {
    var generator = Xoshiro256(seed: 1)
    let chunks = 3 * SampleSource.chunkRows
    let values = (0..<chunks).map { _ in generator.nextNormal() } + [distance]
    let estimate = try MixtureTransformer(samples: Matrix(rows: chunks + 1, columns: 1, elements: values))
    let found = try estimate.logDensity(at: Matrix([[0.0], [distance]]))
    #expect(abs(found[0] + 0.92) < 0.05 && found[1] < -9, "\(found)")
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
