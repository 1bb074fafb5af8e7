import Foundation
import Testing

@testable import ParzenCore

@Suite struct RandomTests {
  /// The largest distance between an empirical distribution function and the true one.
  func kolmogorovDistance(_ values: [Double], _ distribution: (Double) -> Double) -> Double {
    let n = Double(values.count)
    return values.sorted().enumerated().map { index, x in
      let p = distribution(x)
      return max(abs(p - Double(index) / n), abs(p - Double(index + 1) / n))
    }.max()!
  }

  /// Exceeded with probability 2 exp(-2 * 2.6^2) = 3e-6 by a right law of n values.
  func bound(_ n: Int) -> Double { 2.6 / Double(n).squareRoot() }

  func draws(_ n: Int, seed: UInt64 = 7, _ draw: (inout Xoshiro256) -> Double) -> [Double] {
    var generator = Xoshiro256(seed: seed)
    return (0..<n).map { _ in draw(&generator) }
  }

  @Test func sequenceIsThatOfTheReferenceCode() {
    // From the authors' C code, splitmix64.c (seed 42) feeding xoshiro256plusplus.c.
    var generator = Xoshiro256(seed: 42)
    #expect(
      (0..<3).map { _ in generator.next() } == [
        0xd076_4d4f_4476_689f, 0x519e_4174_576f_3791, 0xfbe0_7cfb_0c24_ed8c,
      ])
  }

  @Test func streamsDifferInEveryArgument() {
    let generators = [
      Xoshiro256(seed: 1), Xoshiro256(seed: 1, stream: 0), Xoshiro256(seed: 1, stream: 1),
      Xoshiro256(seed: 1, stream: 0, 1), Xoshiro256(seed: 1, stream: 1, 0), Xoshiro256(seed: 1, stream: 0, 0),
      Xoshiro256(seed: 2, stream: 0, 1), Xoshiro256(seed: 0, stream: 1), Xoshiro256(seed: 1, stream: -1),
    ]
    for (i, first) in generators.enumerated() {
      #expect(first == generators[i])
      for second in generators[(i + 1)...] { #expect(first != second) }
    }
  }

  @Test func uniformAndNormalAndExponentialHaveTheirDistributionFunctions() {
    let n = 400_000
    #expect(kolmogorovDistance(draws(n) { $0.nextUniform() }) { $0 } < bound(n))
    #expect(kolmogorovDistance(draws(n) { $0.nextNormal() }) { erfc(-$0 / 2.0.squareRoot()) / 2 } < bound(n))
    #expect(kolmogorovDistance(draws(n) { $0.nextExponential() }) { 1 - exp(-$0) } < bound(n))
  }

  @Test(arguments: [1.0, 2, 3, 3.6541, 4])
  func normalTailsHaveTheirMass(threshold: Double) {
    let n = 4_000_000
    var generator = Xoshiro256(seed: 3)
    var found = (above: 0.0, below: 0.0)
    for _ in 0..<n {
      let x = generator.nextNormal()
      if x > threshold { found.above += 1 } else if x < -threshold { found.below += 1 }
    }
    let expected = Double(n) * erfc(threshold / 2.0.squareRoot()) / 2
    #expect(abs(found.above - expected) < 5 * expected.squareRoot())
    #expect(abs(found.below - expected) < 5 * expected.squareRoot())
  }

  @Test func fillingEqualsDrawingOneByOne() {
    var (first, second) = (Xoshiro256(seed: 5), Xoshiro256(seed: 5))
    var filled = [Double](repeating: 0, count: 1000)
    filled.withUnsafeMutableBufferPointer { first.fillNormal($0) }
    #expect(filled == (0..<1000).map { _ in second.nextNormal() })
    #expect(first == second)
  }

  @Test(arguments: [0.2, 0.5, 1, 1.5, 4, 60])
  func gammaHasItsMoments(shape: Double) {
    let n = 400_000
    let values = draws(n) { $0.nextGamma(shape: shape) }
    let mean = values.reduce(0, +) / Double(n)
    let variance = values.reduce(0) { $0 + ($1 - shape) * ($1 - shape) } / Double(n)
    let excess = 6 / shape
    #expect(abs(mean - shape) < 5 * (shape / Double(n)).squareRoot())
    #expect(abs(variance - shape) < 5 * shape * ((2 + excess) / Double(n)).squareRoot())
    // E log x = digamma(a), by a central difference of log-gamma; its variance is about 1/a^2 + 1/a.
    let digamma = (lgamma(shape + 1e-5) - lgamma(shape - 1e-5)) / 2e-5
    let meanLog = values.reduce(0) { $0 + log($1) } / Double(n)
    #expect(abs(meanLog - digamma) < 5 * ((1 / (shape * shape) + 1 / shape) / Double(n)).squareRoot())
  }

  @Test func gammaOfWholeShapesHasItsDistributionFunction() {
    let n = 200_000
    // Erlang's: 1 - exp(-x) (1 + x + x^2 / 2) for shape 3; the chi-square law of 2 degrees is exponential.
    #expect(
      kolmogorovDistance(draws(n) { $0.nextGamma(shape: 3) }) { 1 - exp(-$0) * (1 + $0 + $0 * $0 / 2) }
        < bound(n))
    #expect(kolmogorovDistance(draws(n) { $0.nextChiSquare(degrees: 2) }) { 1 - exp(-$0 / 2) } < bound(n))
    // Shape 1/2, drawn through shape 3/2, is half a squared normal value.
    #expect(kolmogorovDistance(draws(n) { $0.nextGamma(shape: 0.5) }) { erf($0.squareRoot()) } < bound(n))
    // Beta(2, 1) has the distribution function x^2.
    #expect(kolmogorovDistance(draws(n) { $0.nextBeta(2, 1) }) { $0 * $0 } < bound(n))
  }

  @Test func integersAndAliasTableHaveTheirFrequencies() {
    let n = 300_000
    let weights = [0.0, 5, 1, 0.01, 3, 0.99, 0]
    let table = AliasTable(weights: weights)
    var generator = Xoshiro256(seed: 11)
    var (drawn, integers) = ([Double](repeating: 0, count: 7), [Double](repeating: 0, count: 7))
    for _ in 0..<n {
      drawn[table.draw(using: &generator)] += 1
      integers[generator.nextInteger(below: 7)] += 1
    }
    for index in weights.indices {
      let expected = Double(n) * weights[index] / 10
      #expect(abs(drawn[index] - expected) <= 5 * expected.squareRoot())
      #expect(abs(integers[index] - Double(n) / 7) < 5 * (Double(n) / 7).squareRoot())
    }
  }

  @Test func permutationsAreUniformAndSubsetsDiffer() {
    var generator = Xoshiro256(seed: 13)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<60_000 { counts[generator.nextPermutation(of: 4), default: 0] += 1 }
    #expect(counts.count == 24)
    #expect(counts.values.allSatisfy { abs($0 - 2500) < 250 })
    let subset = generator.nextSubset(of: 1000, size: 300)
    #expect(Set(subset).count == 300 && subset.allSatisfy { (0..<1000).contains($0) })
  }

  @Test func dirichletIsUniformOnTheSimplex() {
    var generator = Xoshiro256(seed: 17)
    let draws = (0..<50_000).map { _ in generator.nextDirichlet(count: 3) }
    #expect(draws.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-14 })
    // The first weight then has the distribution function 1 - (1 - x)^2.
    #expect(kolmogorovDistance(draws.map { $0[0] }) { 1 - (1 - $0) * (1 - $0) } < bound(draws.count))
  }

  /// Divisions into halves, folds and batches are the same in every run: another generator, or another use of
  /// its numbers, would be seen here.
  @Test func drawsArePinned() {
    var generator = Xoshiro256(seed: 1)
    #expect(generator.nextPermutation(of: 8) == [6, 0, 2, 1, 4, 3, 7, 5])
    #expect(generator.nextSubset(of: 20, size: 5) == [1, 3, 18, 8, 5])
    #expect((0..<5).map { _ in generator.nextInteger(below: 1000) } == [394, 89, 156, 557, 472])
    var stream = Xoshiro256(seed: 7, stream: 2, 3)
    #expect(stream.next() == 0x555b_2845_fa83_f91d)
  }
}
