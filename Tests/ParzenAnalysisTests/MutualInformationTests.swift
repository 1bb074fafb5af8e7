import Foundation
import ParzenCore
import ParzenDistributions
import ParzenEstimators
import Testing

@testable import ParzenAnalysis

@Suite struct MutualInformationTests {
  /// One Gaussian, so that Gaussian samples have a known information and a fit of the right family.
  private let fit: WeightedDensityFit = { (samples, _, threads) throws(ParzenError) in
    let options = MaximumLikelihoodMixture.Options()
    return try MaximumLikelihoodMixture(samples: samples, options: options, threads: threads)
  }

  private func pair(_ correlation: Double, count: Int, seed: UInt64) throws -> Matrix {
    let law = try GaussianMixture(
      weights: [1], means: Matrix([[0, 0]]), covariances: [Matrix([[1, correlation], [correlation, 1]])])
    var generator = Xoshiro256(seed: seed)
    return law.sample(count: count, using: &generator)
  }

  @Test(arguments: [0.0, 0.5, 0.9])
  func gaussianPairsHaveTheirInformation(correlation: Double) throws {
    let exact = -0.5 * log(1 - correlation * correlation)
    let samples = try pair(correlation, count: 800, seed: 3)
    let found = try MutualInformation(samples: samples, between: [0], and: [1], fit: fit)
    #expect(abs(found.value - exact) < 0.08, "\(found), should be \(exact)")
    #expect(found.standardError > 0 && found.standardError < 0.1)
    // Columns mapped one by one, here by growing functions, keep it; by units they keep it exactly.
    var mapped = samples
    for row in 0..<samples.rows {
      mapped[row, 0] = exp(samples[row, 0])
      mapped[row, 1] = samples[row, 1] * samples[row, 1] * samples[row, 1]
    }
    let image = try MutualInformation(samples: mapped, between: [0], and: [1], fit: fit)
    #expect(abs(image.value - exact) < 0.12, "\(image), should be \(exact)")
  }

  @Test func conditionalInformationOfAChainIsZero() throws {
    // x -> z -> y: given z, x and y are independent.
    var generator = Xoshiro256(seed: 5)
    let rows = (0..<800).map { _ -> [Double] in
      let x = generator.nextNormal()
      let z = x + 0.5 * generator.nextNormal()
      return [x, z + 0.5 * generator.nextNormal(), z]
    }
    let samples = Matrix(rows)
    let marginal = try MutualInformation(samples: samples, between: [0], and: [1], fit: fit).value
    let conditional = try MutualInformation(samples: samples, between: [0], and: [1], given: [2], fit: fit)
      .value
    #expect(marginal > 0.4 && conditional < 0.06)
  }

  /// Classes that are equal with a probability and otherwise independent, whose table gives the information.
  @Test(arguments: [(2, 0.0), (2, 0.8), (4, 0.6)])
  func classesHaveTheInformationOfTheirTable(classes: Int, equal: Double) throws {
    let k = Double(classes)
    let (same, other) = ((equal + (1 - equal) / k) / k, (1 - equal) / k / k)
    let exact = k * same * log(same * k * k) + (other > 0 ? k * (k - 1) * other * log(other * k * k) : 0)
    var generator = Xoshiro256(seed: 6)
    let rows = (0..<500).map { _ -> [Double] in
      let own = Int.random(in: 0..<classes, using: &generator)
      let isEqual = Double.random(in: 0..<1, using: &generator) < equal
      // Neither equal distances nor an order of the classes matter.
      return [
        Double(own * own),
        Double(17 * (isEqual ? own : Int.random(in: 0..<classes, using: &generator)) % 11),
      ]
    }
    let found = try MutualInformation(samples: Matrix(rows), between: [0], and: [1]) {
      (samples, weights, threads) throws(ParzenError) in
      try MixtureTransformer(samples: samples, sampleWeights: weights, threads: threads)
    }
    #expect(abs(found.value - exact) < 0.08 + 2 * found.standardError, "\(found), should be \(exact)")
    #expect(found.standardError < 0.2)
  }

  @Test func manyZerosAreNoInformation() throws {
    var generator = Xoshiro256(seed: 7)
    let rows = (0..<400).map { _ -> [Double] in
      let size = generator.nextNormal()
      return [size < 0 ? 0 : exp(size), generator.nextNormal()]
    }
    let found = try MutualInformation(samples: Matrix(rows), between: [0], and: [1]) {
      (samples, weights, threads) throws(ParzenError) in
      try MixtureTransformer(samples: samples, sampleWeights: weights, threads: threads)
    }
    #expect(found.value < 0.06, "\(found)")
  }

  /// Two clusters of rounded values have the information of what was rounded, and no other shape.
  @Test func roundingIsNoInformation() throws {
    var generator = Xoshiro256(seed: 21)
    let rows = (0..<300).map { row -> [Double] in
      let centre = row % 3 == 0 ? 2.0 : 4.5
      let first = centre + 0.35 * generator.nextNormal()
      return [first, 12 * centre + 6 * generator.nextNormal() + 5 * (first - centre)]
    }
    func information(_ rows: [[Double]]) throws -> MutualInformation {
      try MutualInformation(samples: Matrix(rows), between: [0], and: [1]) {
        (samples, weights, threads) throws(ParzenError) in
        try MixtureTransformer(samples: samples, sampleWeights: weights, threads: threads)
      }
    }
    let (exact, rounded) = (
      try information(rows), try information(rows.map { [($0[0] * 100).rounded() / 100, $0[1].rounded()] })
    )
    #expect(abs(exact.value - rounded.value) < 0.08, "\(exact), \(rounded)")
  }

  @Test func tiesAreSpreadAmongTheirOwn() {
    var generator = Xoshiro256(seed: 8)
    let counts = (0..<300).map { _ in Double(Int.random(in: 0..<100, using: &generator)) }
    let samples = Matrix(counts.map { [$0, (4 * $0 / 100).rounded(.down), $0 + 0.5, $0] })
    let spread = samples.spreadingTies(of: [0, 1], seed: 3)
    for column in 0..<2 {
      let (old, new) = (samples[column: column], spread[column: column])
      #expect(Set(new).count == 300)
      let order = ascendingOrder(new)
      #expect(order.map { old[$0] } == old.sorted())
    }
    #expect(spread[column: 2] == samples[column: 2] && spread[column: 3] == samples[column: 3])
  }

  @Test func groupsMustNotOverlap() throws {
    let samples = try pair(0.5, count: 50, seed: 1)
    for (first, second, given) in [([0], [0], []), ([], [1], []), ([0], [2], []), ([0], [1], [1])]
      as [([Int], [Int], [Int])]
    {
      #expect(throws: ParzenError.self) {
        try MutualInformation(samples: samples, between: first, and: second, given: given, fit: fit)
      }
    }
  }

  @Test func normalScoresOfTiesAreEqual() {
    let scores = ScoreLaw.normal.scores(of: Matrix([[3], [1], [3], [2]])).elements
    #expect(scores[0] == scores[2] && scores[1] < scores[3] && scores[3] < scores[0])
    #expect(abs(scores[1] + 1.1503493803760079) < 1e-12)
  }

  @Test(arguments: ScoreLaw.allCases)
  func scoresFollowTheirLaw(law: ScoreLaw) {
    // The law's mass between two neighbouring scores is 1 / n.
    let n = 1000
    let scores = law.scores(of: Matrix((0..<n).map { [Double($0)] })).elements
    for place in [1, 10, 250, 500, 900] {
      let (low, high) = (scores[place], scores[place + 1])
      let middle = (exp(law.logDensity(low)) + exp(law.logDensity(high))) / 2
      #expect(abs((high - low) * middle * Double(n) - 1) < 0.04 * (place < 10 ? 5 : 1))
    }
  }

  @Test func tailsThatCoincideAreSeenInAnyUnits() throws {
    // Two columns that are uncorrelated, and large together: t with one degree of freedom, in each column
    // mapped by the inverse hyperbolic sine.
    var generator = Xoshiro256(seed: 21)
    let samples = Matrix(
      (0..<1500).map { _ in
        let scale = abs(generator.nextNormal())
        return (0..<4).map { _ in asinh(generator.nextNormal() / scale) }
      })
    let found = try MutualInformation(samples: samples, between: [0, 1], and: [2, 3], fit: fit)
    #expect(abs(found.value - 0.432) < 0.08, "\(found.value)")
  }

  @Test func equalDistributionsPassTheTest() throws {
    let small = try (1...60).count { seed in
      let (first, second) = (
        try pair(0.4, count: 40, seed: UInt64(seed)), try pair(0.4, count: 60, seed: UInt64(seed) + 500)
      )
      return try TwoSampleTest(first, second, permutations: 99).pValue <= 0.1
    }
    #expect((1...14).contains(small), "\(small) of 60 below .1")
    let (first, second) = (try pair(0.9, count: 100, seed: 1), try pair(-0.9, count: 100, seed: 2))
    #expect(try TwoSampleTest(first, second).pValue == 1.0 / 200)
    #expect(throws: ParzenError.self) { try TwoSampleTest(first, Matrix(rows: 5, columns: 1)) }
  }
}
