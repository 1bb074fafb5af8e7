import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

@Suite struct AdaptationTests {
  /// Thin, long clusters, far sharper than the distributions of training.
  private static let needles: GaussianMixture = {
    let covariances = [[1, 0.999, 0.999, 1], [1, -0.999, -0.999, 1]].map {
      Matrix(rows: 2, columns: 2, elements: $0)
    }
    return try! GaussianMixture(
      weights: [0.5, 0.5], means: Matrix([[-1, 0], [1.5, 0.3]]), covariances: covariances)
  }()

  private func draws(_ n: Int, seed: UInt64) -> Matrix {
    var generator = Xoshiro256(seed: seed)
    return Self.needles.sample(count: n, using: &generator)
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  @Test func momentsOfComponentsGiveThemBack() {
    for shape in MixtureCovariance.allCases {
      let components = GaussianComponents(Self.needles, shape: shape)
      let again = GaussianComponents(
        sums: components.moments.map { 70 * $0 }, count: 2, total: 70, dimension: 2, shape: shape, floor: 0)
      for (a, b) in zip(
        again.logWeights + again.means + again.covariances,
        components.logWeights + components.means + components.covariances)
      {
        #expect(abs(a - b) < 1e-14)
      }
    }
  }

  @Test func penaltyCountsAsSamples() throws {
    // The step for 50 samples with a prior worth 150 is a quarter of the way to the step without, in the moments.
    let samples = SampleColumns<Double>(draws(50, seed: 1), weights: nil)
    let start = GaussianComponents(
      try GaussianMixture(
        weights: [0.3, 0.7], means: Matrix([[0, 0], [1, 1]]), covariances: [.identity(2), .identity(2)]),
      shape: .full)
    func moments(_ prior: ExpectationMaximization.AssignedSamples?) -> [Double] {
      ExpectationMaximization(samples: samples, floor: 0, prior: prior, threads: 1)
        .run(from: start, steps: 1, tolerance: -.infinity).components.moments
    }
    let (free, penalised) = (moments(nil), moments(.init(start, count: 150)))
    for (index, value) in penalised.enumerated() {
      #expect(abs(value - (0.25 * free[index] + 0.75 * start.moments[index])) < 1e-12)
    }
  }

  @Test func adaptationRaisesTheLikelihoodOfFreshSamplesWhereTheNetworkIsTooSmooth() throws {
    let samples = draws(3000, seed: 2)
    let network = try MixtureTransformer(samples: samples)
    let adapted = try network.adapted(to: samples)
    let adaptation = try #require(adapted.adaptation)
    #expect(adaptation.steps > 0 && adaptation.gain > adaptation.standardError)
    let fresh = draws(3000, seed: 3)
    let gains = zip(try adapted.logDensity(at: fresh), try network.logDensity(at: fresh)).map { $0 - $1 }
    // The gain that was promised, to four standard errors of both.
    #expect(mean(gains) > adaptation.gain - 4 * 2 * adaptation.standardError && mean(gains) > 0)
    #expect(network.adaptation == nil)
    let queries = fresh.selectingRows(0..<20)
    let direct = try adapted.mixture.evaluate(at: queries)
    for (a, b) in zip(try adapted.logDensity(at: queries), direct.logDensity) { #expect(abs(a - b) < 1e-8) }
  }

  @Test func fewSamplesLeaveTheEstimateAsItIs() throws {
    var generator = Xoshiro256(seed: 4)
    let samples = Matrix(rows: 60, columns: 2, elements: (0..<120).map { _ in generator.nextNormal() })
    let network = try MixtureTransformer(samples: samples)
    let adapted = try network.adapted(to: samples)
    #expect(adapted.adaptation?.steps == 0 && adapted.mixture == network.mixture)
    #expect(try adapted.evaluate(at: samples) == network.evaluate(at: samples))
  }

  @Test func unusableInputIsExplained() throws {
    let samples = draws(4, seed: 5)
    let network = try MixtureTransformer(samples: draws(40, seed: 6))
    #expect(throws: ParzenError.invalidOption("the number of steps of an adaptation is 0: give 1 or more")) {
      try network.adapted(to: samples, steps: 0)
    }
    #expect(throws: ParzenError.self) {
      try network.adapted(to: samples, sampleWeights: .counts([1]))
    }
    #expect(throws: ParzenError.dimensionMismatch(expected: 2, found: 1)) {
      try network.adapted(to: Matrix(rows: 40, columns: 1, elements: (0..<40).map { Double($0 * $0) }))
    }
  }
}
