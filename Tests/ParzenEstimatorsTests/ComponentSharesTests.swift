import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

/// Shares of parts from the numbers of samples in them.
@Suite struct ComponentSharesTests {
  /// The mean divergence of estimated shares, and of the relative frequencies with half a sample besides,
  /// from the true ones, over draws of `n` samples of laws with `k` parts.
  private func divergences(
    parts k: Int, samples n: Int, seed: UInt64, law: (inout Xoshiro256) -> [Double]
  ) -> (estimated: Double, frequencies: Double) {
    var generator = Xoshiro256(seed: seed)
    var sums = (estimated: 0.0, frequencies: 0.0)
    let repetitions = 400
    for _ in 0..<repetitions {
      let truth = law(&generator)
      let table = AliasTable(weights: truth)
      var counts = [Double](repeating: 0, count: k)
      for _ in 0..<n { counts[table.draw(using: &generator)] += 1 }
      func divergence(_ shares: [Double]) -> Double {
        zip(truth, shares).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * log($1.0 / $1.1) : 0) }
      }
      sums.estimated += divergence(ComponentShares.estimated(counts))
      sums.frequencies += divergence(counts.map { ($0 + 0.5) / (Double(n) + 0.5 * Double(k)) })
    }
    return (sums.estimated / Double(repetitions), sums.frequencies / Double(repetitions))
  }

  @Test func equalPartsAreSeenAsEqual() {
    for (k, n) in [(2, 60), (5, 300), (10, 100), (25, 100)] {
      let (estimated, frequencies) = divergences(parts: k, samples: n, seed: UInt64(40 + k)) { _ in
        [Double](repeating: 1 / Double(k), count: k)
      }
      #expect(estimated < (k == 2 ? 0.7 : 0.35) * frequencies, "\(k) parts: \(estimated), \(frequencies)")
    }
  }

  @Test func unequalPartsLoseLittle() {
    for k in [3, 10] {
      let (estimated, frequencies) = divergences(parts: k, samples: 200, seed: UInt64(50 + k)) {
        $0.nextDirichlet(count: k)
      }
      #expect(estimated < 1.1 * frequencies, "\(k) parts: \(estimated), \(frequencies)")
    }
    // A small part beside large ones keeps its share.
    let shares = ComponentShares.estimated([480, 500, 20])
    #expect(abs(shares[2] - 0.02) < 0.003)
  }

  @Test func sharesAreADistribution() {
    for counts in [[7.0], [0, 3], [0.25, 1e7, 12], [Double](repeating: 4, count: 300)] {
      let shares = ComponentShares.estimated(counts)
      #expect(shares.allSatisfy { $0 > 0 })
      #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
    }
  }

  @Test func separatedNormalsCostTheirMeansAndVariances() throws {
    // Ten unit normals far apart, n = 1,000: means and variances alone cost 20 / 2n, weights 4.5 / n besides.
    let target = try GaussianMixture(
      weights: [Double](repeating: 0.1, count: 10),
      means: Matrix(rows: 10, columns: 1, elements: (0..<10).map { 30 * Double($0) }),
      covariances: [Matrix](repeating: .identity(1), count: 10))
    var losses: [Double] = []
    for seed in 0..<4 as Range<UInt64> {
      var generator = Xoshiro256(seed: 870 + seed)
      let samples = target.sample(count: 1000, using: &generator)
      let estimate = try MixtureTransformer(samples: samples)
      let fresh = target.sample(count: 4000, using: &generator)
      let (truth, found) = try (target.logDensity(at: fresh), estimate.logDensity(at: fresh))
      losses.append(zip(truth, found).reduce(0) { $0 + $1.0 - $1.1 } / 4000)
    }
    #expect(losses.reduce(0, +) / 4 < 0.0125, "\(losses)")
  }
}
