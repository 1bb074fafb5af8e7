import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

/// Normal scores of columns, where they are better than the columns as they are.
@Suite struct CoordinateContestTests {
  private func draws(_ target: any Distribution, _ n: Int, seed: UInt64) -> Matrix {
    var generator = Xoshiro256(seed: seed)
    return target.sample(count: n, using: &generator)
  }

  private func divergence(_ estimate: any Density, from target: any Distribution, seed: UInt64) throws
    -> Double
  {
    let fresh = draws(target, 4000, seed: seed)
    let gaps = try zip(target.logDensity(at: fresh), estimate.logDensity(at: fresh)).map { $0 - $1 }
    return gaps.reduce(0, +) / 4000
  }

  /// Correlated normal columns, each mapped to a law of its own.
  private func copula(_ columns: [ColumnTransformation], correlation: Double) throws -> TransformedMixture {
    let d = columns.count
    var covariance = Matrix.identity(d)
    for i in 0..<d { for j in 0..<d where i != j { covariance[i, j] = correlation } }
    let normal = try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: d), covariances: [covariance])
    return try TransformedMixture(normal, columns: columns)
  }

  private func estimates(_ samples: Matrix) throws -> (found: MixtureTransformer, plain: MixtureTransformer) {
    (
      try MixtureTransformer(samples: samples),
      try MixtureTransformer(samples: samples, policy: .untransformed)
    )
  }

  /// Skewed, heavy-tailed, bounded and two-peaked columns that depend on each other.
  @Test(arguments: [21 as UInt64, 22]) func columnsWithLawsOfTheirOwnHaveThem(seed: UInt64) throws {
    let twoPeaks = try NormalScores(
      GaussianMixture(weights: [0.5, 0.5], means: Matrix([[-3], [3]]), variances: Matrix([[0.2], [2]])))
    let target = try copula(
      [
        .logarithmAbove(0), .inverseSinh(centre: 5, scale: 0.3), .logit(lower: 0, upper: 10),
        .normalScores(twoPeaks),
      ], correlation: 0.6)
    let (found, plain) = try estimates(draws(target, 800, seed: seed))
    let (loss, lossOfPlain) = (
      try divergence(found, from: target, seed: seed + 100),
      try divergence(plain, from: target, seed: seed + 100)
    )
    #expect(loss < 0.12 && loss < 0.4 * lossOfPlain, "\(loss), in columns as they are \(lossOfPlain)")
  }

  @Test(arguments: [UnivariateLaw.exponential, .halfNormal, .logNormal, .laplace, .studentT(degrees: 2)])
  func independentColumnsOfCommonLaws(law: UnivariateLaw) throws {
    let target = try ProductDistribution(repeating: UnivariateDistribution(law), dimension: 5)
    let (found, plain) = try estimates(draws(target, 1000, seed: 31))
    let (loss, lossOfPlain) = (
      try divergence(found, from: target, seed: 32), try divergence(plain, from: target, seed: 32)
    )
    #expect(loss < 0.06 && loss < 0.6 * lossOfPlain, "\(loss), in columns as they are \(lossOfPlain)")
  }

  /// Where columns are as the network knows them, they stay, and so does the estimate.
  @Test(arguments: [2, 5]) func mixturesStayAsTheyAre(d: Int) throws {
    var changed = 0
    for seed in UInt64(0)..<20 {
      var generator = Xoshiro256(seed: 400 + seed)
      let target = GaussianMixturePrior().draw(dimension: d, using: &generator)
      let (found, plain) = try estimates(target.sample(count: 300, using: &generator))
      if found.mixture != plain.mixture { changed += 1 }
    }
    #expect(changed <= 1, "\(changed)")
  }

  /// Columns that do not depend on each other, each with two peaks: their margins are right in columns as
  /// they are, but not that they are independent.
  @Test(arguments: [3, 5]) func independentPeaksAreScored(d: Int) throws {
    let peaks = try GaussianMixture(
      weights: [0.4, 0.6], means: Matrix([[0], [1]]), variances: Matrix([[0.008], [0.012]]))
    let target = try copula(
      [ColumnTransformation](repeating: .normalScores(NormalScores(peaks)), count: d), correlation: 0)
    let loss = try divergence(
      MixtureTransformer(samples: draws(target, 350, seed: 33)), from: target, seed: 34)
    #expect(loss < 0.03 * Double(d), "\(loss)")
  }

  /// More columns than samples of other folds, which then determine no covariance.
  @Test(arguments: [(26, 22), (50, 41), (70, 60)]) func skewedColumnsOfFewRows(n: Int, d: Int) throws {
    let target = try ProductDistribution(repeating: UnivariateDistribution(.exponential), dimension: d)
    let loss = try divergence(
      MixtureTransformer(samples: draws(target, n, seed: 35)), from: target, seed: 36)
    // With nothing to judge them, columns as they are lose 10 to 28 nats.
    #expect(loss < 0.2 * Double(d), "\(loss)")
  }

  /// Clusters in two columns, and a skewed third that has nothing to do with them: each as suits it.
  @Test func someColumnsAreScored() throws {
    var generator = Xoshiro256(seed: 51)
    let samples = Matrix(
      (0..<900).map { row in
        let centre = [[0.0, 0], [9, 1], [2, 12]][row % 3]
        return [
          centre[0] + 0.5 * generator.nextNormal(), centre[1] + 0.5 * generator.nextNormal(),
          exp(1.2 * generator.nextNormal()),
        ]
      })
    let columns = try MixtureTransformer(samples: samples).density.columns
    #expect(columns[0] == .identity && columns[1] == .identity && columns[2] != .identity)
  }

  @Test func orderThreadsAndCountsDoNotMatter() throws {
    let target = try copula([.logarithmAbove(0), .logarithmAbove(1)], correlation: 0.4)
    let samples = draws(target, 240, seed: 61)
    let estimate = try MixtureTransformer(samples: samples, threads: 1)
    #expect(estimate.mixture == nil)
    let order = (0..<240).map { $0 * 7 % 240 }
    let other = try MixtureTransformer(samples: samples.selectingRows(order), threads: 2)
    #expect(estimate.density == other.density)
    // Two of every sample, as rows and by their weights.
    let twice = try MixtureTransformer(samples: samples.selectingRows((0..<480).map { $0 / 2 }))
    let counted = try MixtureTransformer(
      samples: samples, sampleWeights: .counts([Double](repeating: 2, count: 240)))
    let (a, b) = (try twice.logDensity(at: samples), try counted.logDensity(at: samples))
    for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-4) }
  }

  /// Means and standard deviations of columns with logarithms or edges are those of the samples: no far tail
  /// of the network's is left there to decide about them.
  @Test(
    arguments: [UnivariateLaw.exponential, .logNormal, .beta(a: 0.5, b: 0.5), .pareto(shape: 4)], [60, 400])
  func momentsAreOfTheSamples(law: UnivariateLaw, n: Int) throws {
    for d in [1, 3] {
      let target = try ProductDistribution(repeating: UnivariateDistribution(law), dimension: d)
      for seed in UInt64(71)...74 {
        let samples = draws(target, n, seed: seed)
        let estimate = try MixtureTransformer(samples: samples)
        for column in 0..<d {
          let values = samples[column: column]
          let mean = values.reduce(0, +) / Double(n)
          let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)).squareRoot()
          let marginal = estimate.marginal(of: [column])
          #expect(try abs(marginal.mean - mean) < 0.5 * deviation)
          // Few samples leave the tail of a logarithm open, but not by powers of ten.
          let ratio = try marginal.standardDeviation / deviation
          #expect(ratio < (n < 100 ? 12 : 4), "\(ratio) in \(d) dimensions, seed \(seed)")
          #expect(try marginal.standardDeviation > 0.7 * deviation)
        }
      }
    }
  }

  /// A wild value beside columns in normal scores is told, has some mass, and leaves the others alone.
  @Test(arguments: [1e7, -1e5]) func wildValuesStandApart(value: Double) throws {
    let target = try copula(
      [.logarithmAbove(0), .inverseSinh(centre: 5, scale: 0.3), .logarithmAbove(1)], correlation: 0.5)
    let tame = draws(target, 600, seed: 91)
    var samples = tame
    let column = value > 0 ? 0 : 1
    samples[117, column] = value
    let estimate = try MixtureTransformer(samples: samples)
    #expect(estimate.record.setApart == [[117]])
    #expect(estimate.density.columns[2] != .identity)
    let marginal = estimate.marginal(of: [column])
    let mean = samples[column: column].reduce(0, +) / 600
    let found = try marginal.mean
    #expect(abs(found / mean - 1) < 1, "\(found), of the samples \(mean)")
    let mass = try marginal.probability(of: min(value / 100, value * 100)...max(value / 100, value * 100))
    #expect(mass * 600 > 0.1 && mass * 600 < 1.5, "\(mass * 600)")
    #expect(try estimate.logDensity(at: samples.selectingRows([117]))[0] < -15)
    let loss = try divergence(estimate, from: target, seed: 92)
    #expect(loss < 0.06, "\(loss)")
  }

  /// A counter beside few sines of it: of many draws, none is farther out than the samples by powers of ten.
  @Test(arguments: [50, 80]) func drawsStayAboutTheSamples(n: Int) throws {
    let samples = Matrix((0..<n).map { [Double($0), sin(Double($0))] })
    let estimate = try MixtureTransformer(samples: samples)
    #expect(estimate.mixture == nil)
    var generator = Xoshiro256(seed: 81)
    let draws = estimate.sample(count: 100_000, using: &generator)
    #expect(draws[column: 0].allSatisfy { abs($0) < 50 * Double(n) })
    #expect(draws[column: 1].allSatisfy { abs($0) < 1000 })
  }

  /// Columns that determine each other nearly, by powers: normal scores of each, estimated by themselves,
  /// bend what is straight in their logarithms.
  @Test(arguments: [100, 500]) func ratiosOfColumnsThatDependTightly(n: Int) throws {
    let target = try copula(
      [ColumnTransformation](repeating: .logarithmAbove(0), count: 3), correlation: 0.99)
    try expectNatural(target, n: n, atMost: n == 100 ? 0.15 : 0.04)
  }

  /// The same of shares, by their odds.
  @Test(arguments: [100, 500]) func oddsOfSharesThatDependTightly(n: Int) throws {
    let shares = [ColumnTransformation](repeating: .logit(lower: 0, upper: 1), count: 2)
    try expectNatural(try copula(shares, correlation: 0.99), n: n, atMost: n == 100 ? 0.12 : 0.03)
  }

  private func expectNatural(_ target: TransformedMixture, n: Int, atMost most: Double) throws {
    var losses: [Double] = []
    var changed = 0
    for seed in 0..<3 as Range<UInt64> {
      let estimate = try MixtureTransformer(samples: draws(target, n, seed: 640 + seed))
      losses.append(try divergence(estimate, from: target, seed: 740 + seed))
      changed += estimate.density.columns.allSatisfy { $0 != .identity } ? 1 : 0
    }
    #expect(losses.reduce(0, +) / 3 < most, "\(losses)")
    // Where the columns as they are do as well, they stay.
    if n > 100 { #expect(changed >= 2, "\(changed)") }
  }

  /// Shares in one column, most of them near 0 and 1.
  @Test func sharesNearTheirEnds() throws {
    let target = try UnivariateDistribution(.beta(a: 0.4, b: 0.3))
    var losses: [Double] = []
    for seed in 0..<4 as Range<UInt64> {
      losses.append(
        try divergence(
          MixtureTransformer(samples: draws(target, 300, seed: 650 + seed)), from: target, seed: 750 + seed))
    }
    #expect(losses.sorted()[2] < 0.03, "\(losses)")
  }
}
