import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

@Suite struct CovarianceShrinkageTests {
  private func normals(_ n: Int, dimension d: Int, seed: UInt64, correlation: Double = 0) -> Matrix {
    var generator = Xoshiro256(seed: seed)
    var result = Matrix(rows: n, columns: d)
    for row in 0..<n {
      let shared = generator.nextNormal()
      for i in 0..<d {
        result[row, i] =
          correlation.squareRoot() * shared + (1 - correlation).squareRoot() * generator.nextNormal()
      }
    }
    return result
  }

  private func share(_ samples: Matrix, counts: [Double]? = nil) throws -> Double {
    let moments = try SampleMoments(samples, weights: counts.map(SampleWeights.counts))
    let whitening = try Whitening(moments)
    return CovarianceShrinkage.share(whitened(moments, whitening), whitening: whitening, isUnjudged: true)
  }

  private func whitened(_ moments: SampleMoments, _ whitening: Whitening) -> SampleColumns<Double> {
    SampleColumns(whitening.whitened(moments.samples), weights: moments.counts)
  }

  /// The rank-one formula against every covariance computed without its sample, up to the constant.
  @Test(arguments: [0, 0.3, 1]) func likelihoodsLeaveOneOut(share: Double) throws {
    let (n, d) = (14, 3)
    let moments = try SampleMoments(normals(n, dimension: d, seed: 1, correlation: 0.5), weights: nil)
    let samples = moments.samples
    let whitening = try Whitening(moments)
    let found = PrincipalSamples(whitened(moments, whitening), whitening).logLikelihoods(share: share)
    var standardised = samples
    for row in 0..<n {
      for i in 0..<d { standardised[row, i] = (samples[row, i] - moments.mean[i]) / whitening.scale[i] }
    }
    for row in 0..<n {
      let others = standardised.selectingRows((0..<n).filter { $0 != row })
      let mean = (0..<d).map { others[column: $0].reduce(0, +) / Double(n - 1) }
      var covariance = Matrix(rows: d, columns: d)
      for i in 0..<d {
        for j in 0..<d {
          let products = (0..<n - 1).map { (others[$0, i] - mean[i]) * (others[$0, j] - mean[j]) }
          covariance[i, j] =
            (1 - share) * products.reduce(0, +) / Double(n - 2) + (i == j ? share : 0)
        }
      }
      let gaussian = try GaussianMixture(
        weights: [1], means: Matrix(rows: 1, columns: d, elements: mean), covariances: [covariance])
      let expected = try gaussian.logDensity(at: standardised.selectingRows([row]))[0]
      #expect(abs(found[row] - expected - 0.5 * Double(d) * log(2 * Double.pi)) < 1e-9)
    }
  }

  @Test func fewSamplesOfUncorrelatedColumnsAreShrunk() throws {
    #expect(try share(normals(16, dimension: 10, seed: 2)) > 0.3)
    #expect(try share(normals(40, dimension: 10, seed: 3)) > 0.1)
  }

  @Test func enoughOrCorrelatedSamplesAreNot() throws {
    #expect(try share(normals(50, dimension: 10, seed: 4)) == 0)
    #expect(try share(normals(40, dimension: 10, seed: 5, correlation: 0.9999)) == 0)
  }

  @Test func countsAreRepetitions() throws {
    let samples = normals(12, dimension: 6, seed: 6)
    let counts = (0..<12).map { Double($0 % 3 + 1) }
    let repeated = samples.selectingRows((0..<12).flatMap { [Int](repeating: $0, count: $0 % 3 + 1) })
    let expected = try share(repeated)
    #expect(expected > 0)
    #expect(try share(samples, counts: counts) == expected)
  }

  /// One estimate takes the columns for meaningful, and follows their shifts and scales; the other follows
  /// any map.
  @Test func onlyWithoutItEveryAffineMapIsFollowed() throws {
    let samples = normals(30, dimension: 8, seed: 7)
    var generator = Xoshiro256(seed: 8)
    let turn = Matrix.randomOrthogonal(8, using: &generator)
    var scales = Matrix.identity(8)
    for i in 0..<8 { scales[i, i] = pow(3, Double(i)) }
    func difference(_ policy: EstimationPolicy, _ map: Matrix, logDeterminant: Double) throws -> Double {
      let before = try MixtureTransformer(samples: samples, policy: policy)
      let after = try MixtureTransformer(samples: samples * map, policy: policy)
      let values = try zip(before.logDensity(at: samples), after.logDensity(at: samples * map))
      return values.reduce(0) { max($0, abs($1.0 - $1.1 - logDeterminant)) }
    }
    let scaled = (0..<8).reduce(0) { $0 + Double($1) * log(3) }
    #expect(try difference(.untransformed, scales, logDeterminant: scaled) < 1e-6)
    #expect(try difference(.equivariant, scales, logDeterminant: scaled) < 1e-6)
    #expect(try difference(.untransformed, turn, logDeterminant: 0) > 1e-3)
    #expect(try difference(.equivariant, turn, logDeterminant: 0) < 1e-6)
  }

  @Test func itHelps() throws {
    let samples = normals(16, dimension: 10, seed: 9)
    let queries = normals(400, dimension: 10, seed: 10)
    func error(_ policy: EstimationPolicy) throws -> Double {
      let score = try MixtureTransformer(samples: samples, policy: policy).score(at: queries)
      return zip(score.elements, queries.elements).reduce(0) { $0 + ($1.0 + $1.1) * ($1.0 + $1.1) }
    }
    #expect(try error(.untransformed) < 0.5 * error(.equivariant))
  }

  /// Neighbouring columns correlated by 0.6: one Gaussian with shrunk correlations takes part.
  @Test(arguments: [(16, 12), (40, 12), (100, 30)])
  func fewSamplesOfAChainOfColumns(n: Int, d: Int) throws {
    var covariance = Matrix.identity(d)
    for i in 0..<d { for j in 0..<d { covariance[i, j] = pow(0.6, Double(abs(i - j))) } }
    let target = try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: d), covariances: [covariance])
    var generator = Xoshiro256(seed: 77)
    let (samples, fresh) = (
      target.sample(count: n, using: &generator), target.sample(count: 2000, using: &generator)
    )
    func loss(_ policy: EstimationPolicy) throws -> (nats: Double, record: EstimateRecord) {
      let estimate = try MixtureTransformer(samples: samples, policy: policy)
      let gaps = try zip(target.logDensity(at: fresh), estimate.logDensity(at: fresh)).map { $0 - $1 }
      return (gaps.reduce(0, +) / 2000, estimate.record)
    }
    let (found, network) = (try loss(.automatic), try loss(.network))
    #expect(found.record.parts.contains { $0.candidate == .shrunkGaussian })
    #expect(found.nats < 0.85 * network.nats, "\(found.nats), the network's \(network.nats)")
  }
}
