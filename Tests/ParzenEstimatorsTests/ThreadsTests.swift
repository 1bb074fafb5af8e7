import ParzenCore
import ParzenDistributions
import ParzenKernels
import Testing

@testable import ParzenEstimators

/// Estimates take no more threads than they are told to, whatever they are asked.
@Suite struct ThreadsTests {
  private let samples: Matrix
  private let queries: Matrix

  init() throws {
    let mixture = try GaussianMixture(
      weights: [0.4, 0.6], means: Matrix([[-2, 0], [2, 1]]), variances: Matrix([[1, 0.5], [0.25, 1]]))
    var generator = Xoshiro256(seed: 1)
    samples = mixture.sample(count: 600, using: &generator)
    queries = mixture.sample(count: 2100, using: &generator)
  }

  /// The most threads that work takes where it may take four.
  private func threads(_ work: () throws -> Void) rethrows -> Int {
    let watch = ThreadWatch()
    try WorkSurroundings.$current.withValue(WorkSurroundings(threads: 4, watch: watch)) { try work() }
    return watch.most
  }

  private func check(_ density: some Density) throws {
    #expect(try threads { _ = try density.evaluate(at: queries) } == 1)
    #expect(try threads { _ = try density.logDensity(at: queries) } == 1)
    #expect(try threads { _ = try density.density(at: queries) } == 1)
    #expect(try threads { _ = try density.score(at: queries) } == 1)
    if let distribution = density as? any Distribution {
      var generator = Xoshiro256(seed: 1)
      #expect(threads { _ = distribution.sample(count: 5000, using: &generator) } == 1)
    }
  }

  @Test(arguments: Estimator.all) func oneThreadIsOne(estimator: Estimator) throws {
    let fit = try estimator.fitter(dimension: 2)
    var fitted: Estimate?
    #expect(try threads { fitted = try fit(samples, nil, 1) } == 1)
    try check(fitted!.density)
    if let kernels = fitted!.density as? KernelDensity {
      let marginal = kernels.marginal(of: [1])
      #expect(try threads { _ = try marginal.logDensity(at: queries.selectingColumns([1])) } == 1)
    }
  }

  /// So that the test above has something to tell.
  @Test(arguments: Estimator.all) func severalAreMore(estimator: Estimator) throws {
    let fit = try estimator.fitter(dimension: 2)
    let density = try fit(samples, nil, 4).density
    #expect(try threads { _ = try density.evaluate(at: queries) } > 1)
    #expect(try threads { _ = try density.logDensity(at: queries) } > 1)
  }

  @Test func scoreMatchingTakesWhatItIsTold() throws {
    var options = ScoreMatchingOptions()
    (options.width, options.maximumSteps) = (8, 100)
    for count in [1, 2] {
      let estimate = try ScoreMatching(
        samples: samples.selectingRows(0..<100), options: options, threads: count)
      #expect(try threads { _ = try estimate.score(at: queries) } == count)
    }
  }

  @Test func movedSamplesTakeNoMore() throws {
    let truth = try GaussianMixture(weights: [1], means: Matrix([[0, 0]]), variances: Matrix([[1, 1]]))
    let used = try threads {
      _ = try ScoreDebiasedKernelDensity(samples: samples, score: truth, bandwidth: .scott, threads: 1)
    }
    #expect(used == 1)
  }
}
