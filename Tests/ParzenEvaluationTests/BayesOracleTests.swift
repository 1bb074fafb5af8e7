import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEvaluation

@Suite struct BayesOracleTests {
  /// No estimator is better, whether axes are known or not, and where there is but one.
  @Test(arguments: [("gmm", 2), ("gmm-rotated", 2), ("gmm-rotated", 1)])
  func isBetterThanTheOthers(family: String, d: Int) throws {
    let evaluation = Evaluation(
      targets: [try .named(family)], dimensions: [d], sizes: [200],
      methods: [.bayes, .kernelDensity, try .named("mixture")], contexts: 12, queries: 200, seed: 3)
    let errors = evaluation.run().map { $0.relativeScoreError!.value }
    #expect(errors[0] < errors[1] && errors[0] < errors[2], "\(errors)")
  }

  /// One Gaussian with many samples: mean and variance are those of the samples, which the score shows.
  @Test func oneComponentIsANormalFit() throws {
    var generator = Xoshiro256(seed: 9)
    let target = GaussianMixturePrior(components: 1...1).draw(dimension: 1, using: &generator)
    let samples = target.sample(count: 4000, using: &generator)
    let queries = Matrix(rows: 2, columns: 1, elements: [-1, 2])
    let context = EvaluationContext(
      target: target, samples: samples, queries: queries, truth: try target.evaluate(at: queries))
    let score = try BayesOracle(context, sweeps: 400, thinning: 1).score(at: queries)
    let mean = samples.elements.reduce(0, +) / 4000
    let variance = samples.elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000
    for row in 0..<2 {
      let expected = (mean - queries[row, 0]) / variance
      // The posterior's own standard deviation is about 3 % of the score's scale; the mean of 400 draws is
      // far closer.
      #expect(abs(score[row, 0] - expected) < 0.02 * (1 / variance), "\(score[row, 0]) \(expected)")
    }
  }

  /// With unknown axes, mean and covariance are those of the samples, too; at the truth, where the chain
  /// begins, they are not.
  @Test func unknownAxesAreFound() throws {
    var generator = Xoshiro256(seed: 10)
    let prior = GaussianMixturePrior(components: 1...1, means: -1...1)
    let target = RotatedGaussianMixturePrior(prior).draw(dimension: 2, using: &generator)
    let n = 2000
    let samples = target.sample(count: n, using: &generator)
    let queries = Matrix(rows: 3, columns: 2, elements: [-1, 2, 1, 1, 2, -1])
    let truth = try target.evaluate(at: queries)
    let context = EvaluationContext(target: target, samples: samples, queries: queries, truth: truth)
    let score = try BayesOracle(context, sweeps: 1500, thinning: 1).score(at: queries)
    let mean = (0..<2).map { samples[column: $0].reduce(0, +) / Double(n) }
    var covariance = Matrix(rows: 2, columns: 2)
    for i in 0..<2 {
      for j in 0..<2 {
        covariance[i, j] =
          (0..<n).reduce(0) { $0 + (samples[$1, i] - mean[i]) * (samples[$1, j] - mean[j]) } / Double(n)
      }
    }
    let fit = try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: 2, elements: mean), covariances: [covariance])
    func distance(_ other: Matrix) -> Double {
      zip(score.elements, other.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    let (toFit, toTruth) = (distance(try fit.score(at: queries)), distance(truth.score))
    #expect(toFit < 0.4 * toTruth, "\(toFit) \(toTruth)")
  }

  @Test func otherTargetsAreRefused() throws {
    var generator = Xoshiro256(seed: 9)
    let target = UniversalPrior().draw(dimension: 3, using: &generator)
    let samples = target.sample(count: 40, using: &generator)
    let context = EvaluationContext(
      target: ScoreOnly(target), samples: samples, queries: samples, truth: try target.evaluate(at: samples))
    #expect(throws: ParzenError.self) { try BayesOracle(context) }
  }

  /// A distribution of a type of its own.
  private struct ScoreOnly: Distribution {
    let base: any Distribution
    init(_ base: any Distribution) { self.base = base }
    var dimension: Int { base.dimension }
    func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
      try base.evaluate(at: queries)
    }
    func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
      base.sample(count: count, using: &generator)
    }
  }
}
