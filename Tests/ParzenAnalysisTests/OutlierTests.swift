import ParzenCore
import ParzenDistributions
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

  @Test func tailProbabilitiesOfCleanSamplesAreUniform() throws {
    // Few samples, so that the error of the fit matters: without allowance for it, 5 % would be about 14 %.
    var (below, total) = (0, 0)
    for seed in 1...60 {
      let (clean, training) = (try samples(24, seed: UInt64(seed)), try samples(24, seed: UInt64(seed + 500)))
      let own = try OutlierRanking(
        samples: clean, fit: gaussianFit, options: AnalysisOptions(replicates: 40, folds: 8, threads: 2))
      let other = try OutlierRanking(
        samples: clean, training: training, fit: gaussianFit,
        options: AnalysisOptions(replicates: 40, threads: 2))
      for probability in own.tailProbability + other.tailProbability {
        if probability < 0.05 { below += 1 }
        total += 1
      }
    }
    let part = Double(below) / Double(total)
    #expect(abs(part - 0.05) < 0.025, "\(part)")
  }

  @Test func aDistantSampleComesFirst() throws {
    var clean = try samples(200, seed: 9)
    for k in 0..<3 { clean[77, k] += 8 }
    let ranking = try OutlierRanking(samples: clean, fit: gaussianFit)
    #expect(ranking.order[0] == 77 && ranking.order.sorted() == Array(0..<200))
    #expect(ranking.tailProbability[77] == 1.0 / 4001)
    #expect(ranking.tailProbability.filter { $0 < 0.01 }.count < 10)
    #expect(throws: ParzenError.dimensionMismatch(expected: 2, found: 3)) {
      try OutlierRanking(samples: clean, training: Matrix(rows: 5, columns: 2), fit: gaussianFit)
    }
  }
}
