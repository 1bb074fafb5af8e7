import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

/// What competes with the network's estimate on samples held out.
@Suite struct StackingTests {
  private func draws(_ target: any Distribution, _ n: Int, seed: UInt64) -> Matrix {
    var generator = Xoshiro256(seed: seed)
    return target.sample(count: n, using: &generator)
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private func divergence(_ estimate: any Density, from target: any Distribution, seed: UInt64) throws
    -> Double
  {
    let fresh = draws(target, 4000, seed: seed)
    return try mean(zip(target.logDensity(at: fresh), estimate.logDensity(at: fresh)).map { $0 - $1 })
  }

  @Test func weightsMaximiseTheHeldOutLikelihood() {
    // Two estimates, each right about its own half of the samples: equal weights; with a third that is
    // nowhere right, none for that one.
    let first = (0..<40).map { $0 < 20 ? 0.0 : -3 }
    let second = (0..<40).map { $0 < 20 ? -3.0 : 0 }
    let ones = [Double](repeating: 1, count: 40)
    let two = StackingWeights(heldOut: [first, second], counts: ones, prior: [0, 0]).weights
    #expect(abs(two[0] - 0.5) < 1e-12 && abs(two[1] - 0.5) < 1e-12)
    let never = [Double](repeating: -50, count: 40)
    let three = StackingWeights(heldOut: [first, second, never], counts: ones, prior: [0, 0, 0]).weights
    #expect(three[2] < 1e-12)
    // Counts are repetitions.
    let counted = StackingWeights(
      heldOut: [Array(first[10..<30]), Array(second[10..<30])], counts: [Double](repeating: 2, count: 20),
      prior: [0, 0])
    #expect(abs(counted.weights[0] - 0.5) < 1e-12)
  }

  @Test func noSingleSampleVetoesAnEstimate() {
    // The second estimate gains a nat on 499 samples and gives one the density zero.
    let first = [Double](repeating: -1, count: 500)
    var second = [Double](repeating: 0, count: 500)
    second[77] = -.infinity
    let weights = StackingWeights(
      heldOut: [first, second], counts: [Double](repeating: 1, count: 500), prior: [2, 2]
    ).weights
    #expect(weights[1] > 0.95)
  }

  /// On the samples that weights are found from, the combination is at least as good as each of its parts.
  @Test(arguments: [1 as UInt64, 2, 3]) func theCombinationIsNoWorseThanItsParts(seed: UInt64) {
    var generator = Xoshiro256(seed: seed)
    let heldOut = (0..<4).map { _ in (0..<200).map { _ in 2 * generator.nextNormal() } }
    let ones = [Double](repeating: 1, count: 200)
    let weights = StackingWeights(heldOut: heldOut, counts: ones, prior: [0, 0, 0, 0], steps: 1000).weights
    let combined = mean(
      (0..<200).map { row in log((0..<4).reduce(0.0) { $0 + weights[$1] * exp(heldOut[$1][row]) }) })
    for part in heldOut { #expect(combined >= mean(part) - 1e-6) }
  }

  @Test func sharpClustersAlongTheColumnsAreFittedAlongThem() throws {
    let prior = GaussianMixturePrior(components: 4...4, sizes: .standardDeviations(0.2...1))
    var generator = Xoshiro256(seed: 31)
    let target = prior.drawMixture(dimension: 6, using: &generator)
    let samples = draws(target, 600, seed: 32)
    let whole = try MixtureTransformer(samples: samples, policy: .untransformed)
    let network = try MixtureTransformer(samples: samples, policy: .network)
    #expect(whole.record.parts.contains { $0.candidate == .diagonalComponents })
    #expect(network.record.parts.map(\.candidate) == [.network])
    let (better, worse) = (
      try divergence(whole, from: target, seed: 33), try divergence(network, from: target, seed: 33)
    )
    #expect(better < 0.8 * worse, "\(better) \(worse)")
    let equivariant = try MixtureTransformer(samples: samples, policy: .equivariant)
    #expect(!equivariant.record.parts.contains { $0.candidate == .diagonalComponents })
  }

  @Test func laplaceAndStudentLawsAreNoWorseThanByTheNetworkAlone() throws {
    for law in [UnivariateLaw.generalizedNormal(shape: 1), .studentT(degrees: 3)] {
      let target = try ProductDistribution(repeating: UnivariateDistribution(law), dimension: 2)
      for seed in UInt64(1)...3 {
        let samples = draws(target, 500, seed: 40 + seed)
        let (stacked, network) = (
          try MixtureTransformer(samples: samples, policy: .untransformed),
          try MixtureTransformer(samples: samples, policy: .network)
        )
        let (a, b) = (
          try divergence(stacked, from: target, seed: 50), try divergence(network, from: target, seed: 50)
        )
        #expect(a < b + 0.015, "\(law), seed \(seed): \(a) \(b)")
      }
    }
  }

  /// Estimates that hardly differ are told apart by many samples: where every weight is free, no sample
  /// density over the combination's has a mean above one.
  @Test(arguments: [0.03, 0.3]) func weightsConverge(difference: Double) {
    var generator = Xoshiro256(seed: 9)
    let means = [0, difference, -difference / 2, 3 * difference]
    let x = (0..<20_000).map { _ in generator.nextNormal() + 0.4 * difference }
    let heldOut = means.map { mean in x.map { -0.5 * ($0 - mean) * ($0 - mean) } }
    let ones = [Double](repeating: 1, count: x.count)
    let weights = StackingWeights(heldOut: heldOut, counts: ones, prior: [0, 0, 0, 0]).weights
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
    for part in heldOut {
      let gain = x.indices.map { row in
        let combined = weights.indices.reduce(0.0) { $0 + weights[$1] * exp(heldOut[$1][row]) }
        return exp(part[row]) / combined
      }
      #expect(mean(gain) < 1 + 1e-4)
    }
  }

  /// What the network was trained for is left to it: others seldom look better by chance.
  @Test(arguments: [64, 200]) func fewSamplesOfMixturesAreLeftToTheNetwork(n: Int) throws {
    var (transformed, kernels) = (0, 0)
    for seed in UInt64(0)..<200 {
      var generator = Xoshiro256(seed: 1000 + seed)
      let target = GaussianMixturePrior().draw(dimension: 1, using: &generator)
      let estimate = try MixtureTransformer(samples: target.sample(count: n, using: &generator))
      if estimate.density.columns != [.identity] { transformed += 1 }
      if estimate.record.parts.contains(where: { $0.candidate == .kernels }) { kernels += 1 }
    }
    #expect(transformed <= 1 && kernels <= 1, "\(transformed) \(kernels)")
  }

  /// Clusters of four samples each, on average, which no few Gaussians are and the network does not resolve.
  @Test func clustersOfFewSamplesHaveKernels() throws {
    let target = try GaussianMixture(
      weights: [Double](repeating: 0.04, count: 25),
      means: Matrix(rows: 25, columns: 1, elements: (0..<25).map { 10 * Double($0) }),
      variances: Matrix(rows: 25, columns: 1, elements: [Double](repeating: 1, count: 25)))
    let kernels = try (UInt64(0)..<8).count { seed in
      try MixtureTransformer(samples: draws(target, 100, seed: 40 + seed)).record.parts.contains {
        $0.candidate == .kernels && $0.weight > 0.3
      }
    }
    #expect(kernels >= 4, "\(kernels)")
  }

  /// Spikes within a wide component, each with a twentieth of the samples.
  @Test(arguments: [1e-3, 1e-5], [2_000, 20_000]) func spikesAreNoSmears(width: Double, n: Int) throws {
    let square = width * width
    let target = try GaussianMixture(
      weights: [0.9, 0.05, 0.05], means: Matrix([[0], [0.5], [-1.2]]),
      variances: Matrix([[1], [square], [square]]))
    let estimate = try MixtureTransformer(samples: draws(target, n, seed: UInt64(n)))
    #expect(try divergence(estimate, from: target, seed: 3) < 0.03)
  }

  @Test func rowsInAnyOrderGiveTheSameBits() throws {
    var generator = Xoshiro256(seed: 60)
    let clustered = try GaussianMixture(
      weights: [0.5, 0.5], means: Matrix([[0, 0], [90, 3]]), variances: Matrix([[1, 1], [4, 0.2]]))
    let whole = (0..<400).map { _ in Double(generator.nextInteger(below: 5)) }
    for samples in [draws(clustered, 300, seed: 61), Matrix(rows: 200, columns: 2, elements: whole)] {
      let shuffled = samples.selectingRows(generator.nextPermutation(of: samples.rows))
      let queries = samples.selectingRows(0..<20)
      let (a, b) = (
        try MixtureTransformer(samples: samples, policy: .untransformed),
        try MixtureTransformer(samples: shuffled, policy: .untransformed)
      )
      for (x, y) in zip(try a.logDensity(at: queries), try b.logDensity(at: queries)) {
        #expect(abs(x - y) < 1e-9)
      }
    }
  }

  /// Two clusters whose means are four deviations apart, which no column shows, along the columns and not:
  /// one Gaussian is 0.25 and 0.2 off.
  @Test(arguments: [false, true]) func clustersAreToldInManyDimensions(correlated: Bool) throws {
    let d = 20
    var generator = Xoshiro256(seed: 40)
    var map = Matrix.identity(d)
    if correlated { for i in map.elements.indices { map.elements[i] += 0.3 * generator.nextNormal() } }
    let means = Matrix(rows: 2, columns: d, elements: (0..<2 * d).map { $0 < d ? -0.45 : 0.45 })
    let target = try GaussianMixture(
      weights: [0.5, 0.5], means: means, variances: Matrix(rows: 2, columns: d, repeating: 1)
    ).affineImage(map, shift: [Double](repeating: 3, count: d))
    let estimate = try MixtureTransformer(samples: draws(target, 1_600, seed: 41), policy: .untransformed)
    let found = try divergence(#require(estimate.mixture), from: target, seed: 42)
    #expect(found < (correlated ? 0.13 : 0.06), "\(found)")
  }

  /// Narrow components that the network does not have are found by splitting wide ones: slabs in six columns.
  @Test func componentsAreSplitWhereThatIsWorthIt() throws {
    var generator = Xoshiro256(seed: 50)
    let samples = Matrix(
      (0..<1000).map { row -> [Double] in
        let wide = (0..<6).map { _ in generator.nextNormal() }
        return row % 5 > 1 ? wide : [(row % 5 == 0 ? 0.4 : -0.6) + 0.01 * wide[0]] + wide.dropFirst()
      })
    let group = SampleGroup.whole(samples, counts: nil)
    let frame = try NetworkFrame(
      group, network: .pretrained, usesAxes: true, precision: .exact, threads: 1)
    let merged = MergedComponents(frame, usesAxes: true)
    let kind = FewComponents(shape: .diagonal, pooling: 0.5)
    let (count, _) = try kind.count(merged, threads: 1)
    #expect(count.total > count.merged, "\(count)")
    func logLikelihood(_ count: FewComponents.Count) throws -> Double {
      let mixture = try #require(try kind.mixture(merged, count: count, threads: 1))
      return try mixture.logDensity(at: samples).reduce(0, +) / 1000
    }
    let merelyMerged = FewComponents.Count(merged: count.merged, total: count.merged)
    let gain = try logLikelihood(count) - logLikelihood(merelyMerged)
    #expect(gain > 0.05, "\(count) \(gain)")
  }

  @Test func componentsOfOneShapeAreFoundWhereTheyAreAlike() throws {
    // Five normals of one covariance in d = 4: 34 parameters where each has the same covariance, 74 else.
    var generator = Xoshiro256(seed: 31)
    let shape = Matrix([[1, 0.6, 0, 0], [0.6, 1, 0, 0], [0, 0, 1, -0.3], [0, 0, -0.3, 1]])
    let means: [[Double]] = [[20, 0, 0, 0], [0, 40, 0, 0], [0, 0, 60, 0], [0, 0, 0, 80], [100, 0, 0, 0]]
    let target = try GaussianMixture(
      weights: [Double](repeating: 0.2, count: 5), means: Matrix(means),
      covariances: [Matrix](repeating: shape, count: 5))
    let samples = target.sample(count: 300, using: &generator)
    let frame = try NetworkFrame(
      .whole(samples, counts: nil), network: .pretrained, usesAxes: false, precision: .exact, threads: 1)
    let merged = MergedComponents(frame, usesAxes: false)
    let own = try FewComponents(shape: .full, pooling: 0.5).count(merged, threads: 1)
    let common = try FewComponents(shape: .full, pooling: .infinity).count(merged, threads: 1)
    #expect(common.count.total == 5 && common.criterion < own.criterion)
    let mixture = try #require(
      try FewComponents(shape: .full, pooling: .infinity).mixture(
        merged, count: common.count, threads: 1))
    let first = mixture.covariance(of: 0)
    for k in 1..<5 {
      for (one, other) in zip(first.elements, mixture.covariance(of: k).elements) {
        #expect(abs(one - other) < 1e-9)
      }
    }
    #expect(try divergence(mixture, from: target, seed: 32) < 0.1)
  }
}
