import Foundation
import ParzenCore
import ParzenDistributions
import ParzenEstimators
import Testing

@testable import ParzenAnalysis

@Suite struct GroupJackknifeTests {
  /// The Gaussian with the samples' mean and variance: the jackknife is then known in closed form.
  private static let gaussian: DensityFit = { (samples, _) throws(ParzenError) in
    let values = samples.elements
    let mean = values.reduce(0, +) / Double(values.count)
    return try GaussianMixture(
      weights: [1], means: Matrix([[mean]]), variances: Matrix(rows: 1, columns: 1, repeating: 1))
  }

  private func samples(_ n: Int, _ d: Int = 1) -> Matrix {
    var generator = Xoshiro256(seed: 3, stream: d)
    return Matrix(rows: n, columns: d, elements: (0..<n * d).map { _ in generator.nextNormal() })
  }

  @Test func singleDeletionOfAMeanIsItsStandardError() throws {
    // The score at y is mean - y, so its standard error is that of the mean: exactly s / sqrt(n) when g = n.
    let x = samples(40)
    let jackknife = try GroupJackknife(samples: x, groups: 40, inflation: 1, fit: Self.gaussian)
    let mean = x.elements.reduce(0, +) / 40
    let variance = x.elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39
    let queries = Matrix([[-1], [0.5], [2]])
    let errors = try jackknife.standardErrors(at: queries)
    for row in 0..<3 { #expect(abs(errors.score[row, 0] - (variance / 40).squareRoot()) < 1e-14) }
    // The log density is -(y - mean)^2 / 2 and a constant: to first order |y - mean| times as much.
    for row in 0..<3 where row != 1 {
      let first = abs(queries[row, 0] - mean) * (variance / 40).squareRoot()
      #expect(abs(errors.logDensity[row] / first - 1) < 0.05)
    }
    let wider = try GroupJackknife(samples: x, groups: 40, inflation: 3, fit: Self.gaussian)
    for (a, b) in zip(try wider.standardErrors(at: queries).logDensity, errors.logDensity) {
      #expect(abs(a - 3 * b) < 1e-14)
    }
    #expect(try jackknife.evaluate(at: queries) == Self.gaussian(x, 1).evaluate(at: queries))
  }

  @Test func groupsAreAPartition() throws {
    let x = samples(23)
    let jackknife = try GroupJackknife(samples: x, groups: 5, fit: Self.gaussian)
    let total = x.elements.reduce(0, +)
    // Every sample is left out once.
    let sums = jackknife.replicates.enumerated().map { group, replicate in
      let kept = Double(23 - ((group + 1) * 23 / 5 - group * 23 / 5))
      return (replicate as! GaussianMixture).means[0, 0] * kept
    }
    #expect(abs(sums.reduce(0, +) - 4 * total) < 1e-12)
  }

  @Test func threadsDoNotMatterAndTheSeedDoes() throws {
    let x = samples(60, 2)
    let fit: DensityFit = { (samples, threads) throws(ParzenError) in
      try MixtureTransformer(samples: samples, threads: threads)
    }
    func errors(seed: UInt64, threads: Int) throws -> StandardErrors {
      try GroupJackknife(samples: x, groups: 4, seed: seed, threads: threads, fit: fit).standardErrors(
        at: x.selectingRows(0..<5))
    }
    let one = try errors(seed: 1, threads: 1)
    #expect(try errors(seed: 1, threads: 4) == one)
    #expect(try errors(seed: 2, threads: 1) != one)
    #expect(one.logDensity.allSatisfy { $0 > 0 } && one.score.elements.allSatisfy { $0 > 0 })
  }

  @Test func figuresThatNotAllReplicatesHaveAreRefused() throws {
    let jackknife = try GroupJackknife(samples: samples(40), groups: 3, inflation: 1, fit: Self.gaussian)
    #expect(try jackknife.deviations([[1, 5], [2, 5], [3, 5]]) == [(4.0 / 3).squareRoot(), 0])
    #expect(try jackknife.deviations([[], [], []]).isEmpty)
    let flaws: [[[Double]]] = [
      [[1, 2], [1], [1, 2]], [[1], [1], [1, 2]], [[], [], [1]], [[1], [1]], [],
    ]
    for values in flaws {
      #expect(throws: ParzenError.self, "\(values)") { try jackknife.deviations(values) }
    }
  }

  @Test func unusableInputIsExplained() throws {
    for groups in [1, 41] {
      #expect(
        throws: ParzenError.invalidOption(
          "\(groups) groups of 40 samples: give from 2 groups to one for each sample")
      ) {
        try GroupJackknife(samples: samples(40), groups: groups, fit: Self.gaussian)
      }
    }
    #expect(
      throws: ParzenError.invalidOption("the factor of the standard errors is 0.0: it must be positive")
    ) {
      try GroupJackknife(samples: samples(40), inflation: 0, fit: Self.gaussian)
    }
    let jackknife = try GroupJackknife(samples: samples(40), groups: 4, fit: Self.gaussian)
    #expect(throws: ParzenError.dimensionMismatch(expected: 1, found: 2)) {
      try jackknife.standardErrors(at: samples(3, 2))
    }
    // Three samples suffice in one dimension, but two without one of them do not.
    #expect(throws: ParzenError.self) {
      try GroupJackknife(samples: samples(3), groups: 3) { (samples, threads) throws(ParzenError) in
        try MixtureTransformer(samples: samples, threads: threads)
      }
    }
  }
}
