import Foundation
import ParzenCore
import Testing

@testable import ParzenEstimators

/// Weights of samples in the mixture transformer and in whitening.
@Suite struct SampleWeightsTests {
  private func samples(_ n: Int, _ d: Int) -> Matrix {
    var generator = Xoshiro256(seed: 11, stream: d)
    var result = Matrix(rows: n, columns: d)
    for p in 0..<n { for i in 0..<d { result[p, i] = (p % 3 == 0 ? 3 : 0) + generator.nextNormal() } }
    return result
  }

  private func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  /// 40 dimensions have matrix-free layers.
  @Test(arguments: [1, 2, 5, 40]) func countsAreRepetition(d: Int) throws {
    let x = samples(150, d)
    let counts = (0..<150).map { $0 % 4 }
    let repeated = x.selectingRows(counts.indices.flatMap { [Int](repeating: $0, count: counts[$0]) })
    let weights = SampleWeights.counts(counts.map { Double($0) })
    let weighted = try MixtureTransformer(samples: x, sampleWeights: weights, policy: .network)
    let plain = try MixtureTransformer(samples: repeated, policy: .network)
    let (one, other) = (weighted.density.coordinateMixture, plain.density.coordinateMixture)
    #expect(one.componentCount == other.componentCount)
    let (a, b) = (try weighted.evaluate(at: x), try plain.evaluate(at: x))
    #expect(largestDifference(a.logDensity, b.logDensity) < 1e-6)
    #expect(largestDifference(a.score.elements, b.score.elements) < 1e-5)
    // Without the weights the estimate is another one.
    let ones = try MixtureTransformer(samples: x, policy: .network).logDensity(at: x)
    #expect(largestDifference(a.logDensity, ones) > 1e-2)
    // The competition, too, sees repetitions in counts.
    let (c, e) = (
      try MixtureTransformer(samples: x, sampleWeights: weights).logDensity(at: x),
      try MixtureTransformer(samples: repeated).logDensity(at: x)
    )
    #expect(largestDifference(c, e) < 1e-3)
  }

  @Test func equalProportionsAreNoWeights() throws {
    let x = samples(90, 2)
    let equal = try MixtureTransformer(
      samples: x, sampleWeights: .proportions([Double](repeating: 0.3, count: 90)))
    let plain = try MixtureTransformer(samples: x)
    #expect(largestDifference(try equal.logDensity(at: x), try plain.logDensity(at: x)) < 1e-9)
  }

  @Test func proportionsHaveNoUnitAndCountsDo() throws {
    let x = samples(90, 2)
    let weights = (0..<90).map { Double(1 + $0 % 3) }
    func estimate(_ weights: SampleWeights) throws -> [Double] {
      try MixtureTransformer(samples: x, sampleWeights: weights).logDensity(at: x)
    }
    let tenfold = weights.map { 10 * $0 }
    #expect(
      largestDifference(try estimate(.proportions(weights)), try estimate(.proportions(tenfold))) < 1e-9)
    #expect(largestDifference(try estimate(.counts(weights)), try estimate(.counts(tenfold))) > 1e-3)
    // Proportions are counts with the sum of Kish's effective number.
    let squares = weights.reduce(0) { $0 + $1 * $1 }
    let total = weights.reduce(0, +)
    let scaled = weights.map { $0 * total / squares }
    #expect(largestDifference(try estimate(.proportions(weights)), try estimate(.counts(scaled))) < 1e-9)
  }

  /// 26,667 rows with weights all compete; repeated they are 40,000, of which a part does: that rows repeat
  /// each other is known only of those in a chunk. So the two differ by what a part does, the errors of some
  /// twenty parameters from 32,768 samples, and not by rounding, as where all compete in both.
  @Test func manyWeightedSamplesAreRoundedToo() throws {
    let x = samples(40_000, 1)
    let counts = (0..<40_000).map { Double($0 % 3) }
    let repeated = x.selectingRows((0..<40_000).flatMap { [Int](repeating: $0, count: $0 % 3) })
    // Where samples are: of the others nothing counts.
    let queries = x.selectingRows((0..<75).filter { counts[$0] > 0 })
    let weighted = try MixtureTransformer(samples: x, sampleWeights: .counts(counts)).logDensity(at: queries)
    let plain = try MixtureTransformer(samples: repeated).logDensity(at: queries)
    #expect(largestDifference(weighted, plain) < 3 * (20 / 32_768.0).squareRoot())
  }

  @Test func senselessWeightsAreRefused() {
    let x = samples(9, 2)
    for weights in [[1], [Double](repeating: 0, count: 9), [-1] + [Double](repeating: 1, count: 8)] {
      for kind in [SampleWeights.counts(weights), .proportions(weights)] {
        #expect(throws: ParzenError.self) { try MixtureTransformer(samples: x, sampleWeights: kind) }
      }
    }
    // Nine rows, but counts that stand for two samples.
    #expect(throws: ParzenError.self) {
      try MixtureTransformer(samples: x, sampleWeights: .counts([Double](repeating: 0.2, count: 9)))
    }
  }
}
