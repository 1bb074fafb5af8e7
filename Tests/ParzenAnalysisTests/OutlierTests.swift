import ParzenCore
import ParzenDistributions
import ParzenEstimators
import ParzenPlatform
import Testing

@testable import ParzenAnalysis

@Suite struct OutlierTests {
  private func samples(_ count: Int, seed: UInt64) throws -> Matrix {
    var generator = Xoshiro256(seed: seed)
    return try gaussian([3, -1, 0], .identity(3)).sample(count: count, using: &generator)
  }

  @Test func crossFittingUsesTheOtherFoldsAlone() throws {
    let samples = try samples(23, seed: 1)
    let found = try CrossFitting(folds: 23).evaluate(samples, fit: gaussianFit, threads: 2)
    for row in 0..<23 {
      let others = samples.selectingRows((0..<23).filter { $0 != row })
      let expected = try gaussianFit(others, 1).evaluate(at: samples.selectingRows([row]))
      #expect(abs(found.logDensity[row] - expected.logDensity[0]) < 1e-9)
      for k in 0..<3 { #expect(abs(found.score[row, k] - expected.score[0, k]) < 1e-9) }
    }
    #expect(throws: ParzenError.self) {
      try CrossFitting(folds: 24).evaluate(samples, fit: gaussianFit, threads: 1)
    }
  }

  /// Laws of clean samples, and how often a tail probability is below 0.05: normal ones, few of them, so that
  /// the error of the fit matters; whole numbers and heavy tails, for which the fit is wrong.
  static let laws: [(name: String, law: @Sendable (inout Xoshiro256) -> Double)] = [
    ("normal", { $0.nextNormal() }),
    ("whole numbers", { ($0.nextNormal() * 1.5).rounded() }),
    ("a die", { (6 * $0.nextUniform()).rounded(.up) }),
    ("heavy tails", { $0.nextNormal() / $0.nextUniform().squareRoot() }),
  ]

  /// Laws that end at edges: log densities between which there are hardly differences, and one that the
  /// lowest samples are as close to as the others.
  @Test func edgesAreNoTails() {
    let count = 400
    let ranks = (1...count).map { (Double($0) - 0.5) / Double(count) }
    func tail(_ values: [Double]) -> HeldOutTail {
      HeldOutTail(values, weights: values.map { _ in 1 }, mayHoldOutliers: true)
    }
    // A fiftieth of the samples of a flat density lie next to its edges, where the estimate is half as high.
    let flat = ranks.map { $0 < 0.02 ? -0.7 : 0.01 * $0 }
    #expect(tail(flat).share(ofOwn: -0.7) > 0.01)
    #expect(tail(flat).share(ofOwn: -20) < 1e-12)
    // The density is lowest in the middle, and nowhere lower.
    let vessel = ranks.map { $0 * $0 }
    for index in [3, 19, 39, 200] {
      #expect(abs(tail(vessel).share(ofOwn: vessel[index]) - Double(index + 1) / Double(count)) < 1e-12)
    }
    #expect(tail([-30] + vessel).share(ofOwn: -30) < 1e-6)
  }

  @Test(arguments: laws.indices) func tailProbabilitiesOfCleanSamplesAreUniform(law: Int) throws {
    var generator = Xoshiro256(seed: 11)
    func samples(_ count: Int) -> Matrix {
      Matrix(rows: count, columns: 3, elements: (0..<3 * count).map { _ in Self.laws[law].law(&generator) })
    }
    let options = AnalysisOptions(folds: 8, threads: 2)
    var (own, other) = ([Double](), [Double]())
    for _ in 1...60 {
      let (clean, training) = (samples(120), samples(120))
      own += try OutlierRanking(samples: clean, fit: gaussianFit, options: options).tailProbability
      other += try OutlierRanking(
        samples: clean, training: training, fit: gaussianFit, options: options
      ).tailProbability
    }
    func part(_ values: [Double], below level: Double) -> Double {
      Double(values.count { $0 < level }) / Double(values.count)
    }
    #expect(abs(part(other, below: 0.05) - 0.05) < 0.02, "\(part(other, below: 0.05))")
    #expect(abs(part(other, below: 0.3) - 0.3) < 0.03, "\(part(other, below: 0.3))")
    #expect(abs(part(own, below: 0.3) - 0.3) < 0.02, "\(part(own, below: 0.3))")
    // The tail of the own samples goes on from a tenth of them exponentially.
    #expect((0.01...0.07).contains(part(own, below: 0.05)), "\(part(own, below: 0.05))")
  }

  @Test func outliersDoNotHideEachOther() throws {
    var clean = try samples(300, seed: 4)
    // Four in a hundred, nine of them at distances of 9 to 13 and three far beyond.
    for row in 0..<12 {
      let distance = row < 9 ? 9 + Double(row) / 2 : pow(10, Double(row - 7))
      clean[row, row % 3] += distance * (row % 2 == 0 ? 1 : -1)
    }
    let ranking = try OutlierRanking(samples: clean) { (samples, threads) throws(ParzenError) in
      try MixtureTransformer(samples: samples, threads: threads)
    }
    let flagged = ranking.tailProbability.indices.filter { ranking.tailProbability[$0] < 0.01 }
    #expect(Set(flagged).isSuperset(of: 0..<12) && flagged.count < 12 + 9, "\(flagged)")
  }

  @Test func weightsCountAsRepetitions() throws {
    let values = [-5.0, -3, -2, -1, -0.5, 0]
    let counts = [1.0, 2, 3, 2, 1, 4]
    let repeated = zip(values, counts).flatMap { Array(repeating: $0, count: Int($1)) }
    let weighted = HeldOutTail(values, weights: counts, mayHoldOutliers: true)
    let plain = HeldOutTail(repeated, weights: repeated.map { _ in 1 }, mayHoldOutliers: true)
    for value in [-40, -5, -4, -2.5, -1, 0, 1] {
      #expect(abs(weighted.share(ofOwn: value) - plain.share(ofOwn: value)) < 1e-12)
      #expect(abs(weighted.share(ofOther: value) - plain.share(ofOther: value)) < 1e-12)
    }
    #expect(weighted.share(ofOther: 1) == 1 && weighted.share(ofOwn: -1e9) > 0)
    // Values that are all alike tell no rate.
    let alike = HeldOutTail([2, 2, 2, 2], weights: [1, 1, 1, 1], mayHoldOutliers: false)
    #expect(alike.share(ofOther: 1) == 0.2 && alike.share(ofOwn: 2) == 1)
  }

  @Test func aDistantSampleComesFirst() throws {
    var clean = try samples(200, seed: 9)
    for k in 0..<3 { clean[77, k] += 8 }
    let ranking = try OutlierRanking(samples: clean, fit: gaussianFit)
    #expect(ranking.order[0] == 77 && ranking.order.sorted() == Array(0..<200))
    #expect((0..<1e-6).contains(ranking.tailProbability[77]))
    #expect(ranking.tailProbability.filter { $0 < 0.01 }.count < 10)
    #expect(throws: ParzenError.dimensionMismatch(expected: 2, found: 3)) {
      try OutlierRanking(samples: clean, training: Matrix(rows: 5, columns: 2), fit: gaussianFit)
    }
  }
}
