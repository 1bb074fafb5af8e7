import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

/// Saved fits that more samples come to.
@Suite struct MixtureUpdateTests {
  private static func moments(_ samples: Matrix) -> (mean: [Double], covariance: Matrix) {
    let (n, d) = (Double(samples.rows), samples.columns)
    let mean = (0..<d).map { samples[column: $0].reduce(0, +) / n }
    var covariance = Matrix(rows: d, columns: d)
    for i in 0..<d {
      for j in 0..<d {
        covariance[i, j] =
          (0..<samples.rows).reduce(0) {
            $0 + (samples[$1, i] - mean[i]) * (samples[$1, j] - mean[j])
          } / n
      }
    }
    return (mean, covariance)
  }

  private static func gaussian(_ samples: Matrix) throws -> GaussianMixture {
    let (mean, covariance) = moments(samples)
    return try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: mean.count, elements: mean), covariances: [covariance])
  }

  /// A single Gaussian becomes that of all samples.
  @Test func oneGaussianIsExact() throws {
    var generator = Xoshiro256(seed: 5)
    let old = Matrix(rows: 300, columns: 2, elements: (0..<600).map { _ in generator.nextNormal() })
    let new = Matrix(
      rows: 20_000, columns: 2, elements: (0..<40_000).map { _ in 1 + 2 * generator.nextNormal() })
    let all = Matrix(rows: 20_300, columns: 2, elements: old.elements + new.elements)
    var fit = try SavedFit(
      .mixture(try Self.gaussian(old)), columnNames: ["a", "b"],
      origin: .init(method: "", samples: old))
    let update = try fit.update(with: SampleSource(new))
    let expected = try Self.gaussian(all)
    guard case .mixture(let mixture) = fit.content else { return #expect(Bool(false)) }
    for i in 0..<2 {
      #expect(abs(mixture.means[0, i] - expected.means[0, i]) < 1e-12)
      for j in 0..<2 {
        #expect(abs(mixture.covariance(of: 0)[i, j] - expected.covariance(of: 0)[i, j]) < 1e-11)
      }
    }
    #expect(update.callsForNewFit && update.gain > 0.1 && update.farSamples == 0)
    #expect(fit.origin?.samples == 20_300)
    #expect(fit.origin?.maximum == (0..<2).map { all[column: $0].max()! })
  }

  /// Wild values among new samples do not widen what is there.
  @Test(arguments: [1, 3]) func wildValuesMakeOneComponent(wild: Int) throws {
    var generator = Xoshiro256(seed: 15)
    let old = Matrix(rows: 300, columns: 2, elements: (0..<600).map { _ in generator.nextNormal() })
    var new = Matrix(rows: 20_000, columns: 2, elements: (0..<40_000).map { _ in generator.nextNormal() })
    for row in 0..<wild { new[7_000 + row, 1] = 1e4 + 100 * Double(row) }
    var fit = try SavedFit(
      .mixture(try Self.gaussian(old)), columnNames: ["a", "b"], origin: .init(method: "", samples: old))
    let update = try fit.update(with: SampleSource(new))
    guard case .mixture(let mixture) = fit.content else { return #expect(Bool(false)) }
    #expect(mixture.componentCount == 2 && abs(mixture.weights[1] * 20_300 - Double(wild)) < 1e-9)
    #expect(abs(mixture.means[1, 1] - 1e4 - 50 * Double(wild - 1)) < 1e-6)
    #expect(abs(mixture.covariance(of: 0)[1, 1] - 1) < 0.05)
    #expect(update.samples == 20_000 && update.farSamples == wild)
    #expect(update.gain < 0.02 && !update.callsForNewFit)
  }

  /// Where all samples of a chunk are wild, none is left for the components.
  @Test func newSamplesCanBeFarFromAll() throws {
    var generator = Xoshiro256(seed: 16)
    let old = Matrix(rows: 300, columns: 2, elements: (0..<600).map { _ in generator.nextNormal() })
    for new in [Matrix([[1e3, 1e3]]), Matrix(rows: 300, columns: 2, elements: old.elements.map { $0 + 60 })] {
      var fit = try SavedFit(
        .mixture(try Self.gaussian(old)), columnNames: ["a", "b"], origin: .init(method: "", samples: old))
      let update = try fit.update(with: SampleSource(new))
      #expect(update.farSamples == new.rows && update.gain == 0 && update.callsForNewFit)
      guard case .mixture(let mixture) = fit.content else { return #expect(Bool(false)) }
      let shares = [300.0, Double(new.rows)].map { $0 / (300 + Double(new.rows)) }
      #expect(zip(mixture.weights, shares).allSatisfy { abs($0 - $1) < 1e-12 })
    }
  }

  /// Far from the origin, where products of coordinates cancel, deviations from the components' means are
  /// taken.
  @Test(arguments: [1e5, 1e7]) func farComponentsAreUpdatedAlike(shift: Double) throws {
    let means = Matrix([[0, 0], [3, -2]])
    let variances = Matrix([[1, 0.5], [0.7, 1]])
    var generator = Xoshiro256(seed: 8)
    let law = try GaussianMixture(weights: [0.5, 0.5], means: means, variances: variances)
    let new = law.sample(count: 5_000, using: &generator)
    func updated(_ shift: Double) throws -> GaussianMixture {
      func moved(_ points: Matrix) -> Matrix {
        Matrix(rows: points.rows, columns: 2, elements: points.elements.map { $0 + shift })
      }
      let old = try GaussianMixture(weights: [0.4, 0.6], means: moved(means), variances: variances)
      var fit = try SavedFit(
        .mixture(old), columnNames: ["a", "b"],
        origin: .init(method: "", samples: moved(new.selectingRows(0..<1_000))))
      try fit.update(with: SampleSource(moved(new)))
      guard case .mixture(let mixture) = fit.content else { throw ParzenError.cancelled }
      return mixture
    }
    let (near, far) = (try updated(0), try updated(shift))
    for k in 0..<2 {
      #expect(abs(near.weights[k] - far.weights[k]) < 1e-7)
      for i in 0..<2 {
        #expect(abs(near.means[k, i] + shift - far.means[k, i]) < 1e-7)
        #expect(abs(near.covariance(of: k)[i, i] - far.covariance(of: k)[i, i]) < 1e-7)
      }
    }
  }

  /// Mean and covariance are those of all samples, and an update with samples of the same law does no harm.
  @Test func momentsAreThoseOfAll() throws {
    var generator = Xoshiro256(seed: 6)
    func draw(_ n: Int) -> Matrix {
      Matrix(
        rows: n, columns: 2,
        elements: (0..<n).flatMap { _ -> [Double] in
          let shift = generator.nextUniform() < 0.3 ? 5.0 : 0
          return [shift + generator.nextNormal(), generator.nextNormal() - shift]
        })
    }
    let (old, new, test) = (draw(2000), draw(30_000), draw(5000))
    let estimate = try MixtureTransformer(samples: old, policy: .untransformed)
    var fit = try SavedFit(
      .transformed(estimate.density), columnNames: ["a", "b"], origin: .init(method: "", samples: old))
    try fit.update(with: SampleSource(new), threads: 2)
    guard case .transformed(let updated) = fit.content else { return #expect(Bool(false)) }
    /// Mean and covariance of a mixture in the units of the samples.
    func moments(_ density: TransformedMixture) -> [Double] {
      let mixture = density.gaussianMixture!
      let weights = mixture.weights
      let mean = (0..<2).map { i in weights.indices.reduce(0) { $0 + weights[$1] * mixture.means[$1, i] } }
      return mean
        + [0, 1].flatMap { i in
          (i..<2).map { j in
            weights.indices.reduce(0) {
              $0 + weights[$1]
                * (mixture.covariance(of: $1)[i, j]
                  + (mixture.means[$1, i] - mean[i]) * (mixture.means[$1, j] - mean[j]))
            }
          }
        }
    }
    func raw(_ values: [Double]) -> [Double] {
      let (a, b) = (values[0], values[1])
      return [a, b, values[2] + a * a, values[3] + a * b, values[4] + b * b]
    }
    let (mean, covariance) = Self.moments(new)
    let added = raw(mean + [covariance[0, 0], covariance[0, 1], covariance[1, 1]])
    let before = raw(moments(estimate.density))
    for (found, (own, other)) in zip(raw(moments(updated)), zip(before, added)) {
      #expect(abs(found - (2000 * own + 30_000 * other) / 32_000) < 1e-9 * (1 + abs(found)))
    }
    func loss(_ density: TransformedMixture) throws -> Double {
      -(try density.logDensity(at: test)).reduce(0, +) / 5000
    }
    let (stale, fresh) = (try loss(estimate.density), try loss(updated))
    #expect(fresh < stale, "\(fresh) \(stale)")
  }

  /// Old samples with weights count what these do, whatever they mean, and go on to do so.
  @Test(arguments: [
    SampleWeights.counts([3, 1, 0, 40, 2, 6]), .counts([0.5, 0.25, 1, 2, 0.25, 1]),
    .proportions([1, 2, 3, 4, 5, 6]), .proportions([0.1, 0.1, 0.1, 0.1, 0.1, 0.1]),
  ])
  func weightedSamplesCountWhatTheyAreWorth(weights: SampleWeights) throws {
    let old = Matrix([[0.0], [1], [2], [5], [7], [8]])
    var fit = try SavedFit(
      .mixture(GaussianMixture(weights: [1], means: Matrix([[2]]), variances: Matrix([[3]]))),
      columnNames: ["a"], origin: .init(method: "", samples: old, sampleWeights: weights))
    var n = weights.effectiveCount
    var mean = 2.0
    for new in [Matrix([[4.0], [9]]), Matrix([[1.0], [1], [-2]])] {
      fit = try JSONDecoder().decode(SavedFit.self, from: JSONEncoder().encode(fit))
      try fit.update(with: SampleSource(new))
      mean = (n * mean + new.elements.reduce(0, +)) / (n + Double(new.rows))
      n += Double(new.rows)
      guard case .mixture(let mixture) = fit.content else { return #expect(Bool(false)) }
      #expect(abs(mixture.means[0, 0] - mean) < 1e-12)
    }
    #expect(fit.origin?.samples == 11 && abs((fit.origin?.effectiveCount ?? 0) - n) < 1e-12)
  }

  /// The record of an estimate has the number that a saved fit takes, in memory and by chunks.
  @Test(arguments: [60, SampleFolds.most + 100]) func recordsHaveTheNumberOfSamples(rows: Int) throws {
    var generator = Xoshiro256(seed: 8)
    let samples = Matrix(rows: rows, columns: 1, elements: (0..<rows).map { _ in generator.nextNormal() })
    let values = (0..<rows).map { Double(1 + $0 % 4) }
    let weights: [SampleWeights?] =
      rows > 100 ? [.proportions(values)] : [nil, .counts(values), .proportions(values)]
    for weights in weights {
      let record = try MixtureTransformer(samples: samples, sampleWeights: weights, policy: .network).record
      let expected = weights?.effectiveCount ?? Double(rows)
      #expect(abs((record.effectiveCount ?? 0) / expected - 1) < 1e-12)
    }
  }

  @Test func whatCannotBeUpdatedIsRefused() throws {
    let samples = Matrix([[0.0], [1], [2], [5]])
    var recipe = try SavedFit(
      .recipe(EstimatorRecipe(.kernelDensity, samples: samples)), columnNames: ["a"],
      origin: .init(method: "", samples: samples))
    #expect(throws: ParzenError.self) { try recipe.update(with: SampleSource(samples)) }
    var nameless = try SavedFit(.mixture(try Self.gaussian(samples)), columnNames: ["a"])
    #expect(throws: ParzenError.self) { try nameless.update(with: SampleSource(samples)) }
    for (count, worth) in [(0, nil), (-3, nil), (Int.max, nil), (4, 0), (4, -1)] as [(Int, Double?)] {
      nameless.origin = .init(method: "", samples: count, effectiveCount: worth, ranges: [0...5])
      #expect(throws: ParzenError.self) { try nameless.update(with: SampleSource(samples)) }
    }
    let positive = try TransformedMixture(Self.gaussian(samples), columns: [.logarithmAbove(0)])
    var bounded = try SavedFit(
      .transformed(positive), columnNames: ["a"], origin: .init(method: "", samples: samples))
    #expect(throws: ParzenError.self) { try bounded.update(with: SampleSource(samples)) }
    #expect(throws: ParzenError.self) { try bounded.update(with: SampleSource(Matrix([[1.0, 2]]))) }
    try bounded.update(with: SampleSource(samples.selectingRows([1, 2])))
    #expect(bounded.origin?.samples == 6)
  }
}
