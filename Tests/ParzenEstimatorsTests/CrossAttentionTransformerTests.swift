import Foundation
import ParzenCore
import ParzenDistributions
import ParzenNetworks
import Testing

@testable import ParzenEstimators

@Suite struct CrossAttentionTransformerTests {
  /// A small network with random weights: what is tested here holds for any.
  private func weights(dimension: Int) throws(ParzenError) -> CrossAttentionWeights {
    var configuration = CrossAttentionConfiguration()
    configuration.dimension = dimension
    configuration.width = 16
    configuration.heads = 2
    configuration.layers = 2
    configuration.hiddenWidth = 32
    var generator = Xoshiro256(seed: 4)
    return try CrossAttentionWeights(
      configuration: configuration, parameters: configuration.initialParameters(using: &generator),
      record: TrainingRecord(
        steps: 0, contexts: 0, prior: "", date: "", seed: 4, dimensions: dimension...dimension,
        samples: 1...1))
  }

  private func points(_ count: Int, dimension: Int, seed: UInt64) -> Matrix {
    var generator = Xoshiro256(seed: seed)
    return GaussianMixturePrior().draw(dimension: dimension, using: &generator)
      .sample(count: count, using: &generator)
  }

  private func relativeError(_ a: [Double], _ b: [Double]) -> Double {
    let error = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return error / b.reduce(0) { $0 + $1 * $1 }
  }

  @Test(arguments: [1, 2, 5])
  func followsShiftsAndScalesOfColumns(dimension d: Int) throws {
    let samples = points(120, dimension: d, seed: 1)
    let queries = points(30, dimension: d, seed: 1)
    let scales = (0..<d).map { pow(10, Double($0) - 1) }
    func mapped(_ points: Matrix) -> Matrix {
      var result = points
      for i in result.elements.indices { result.elements[i] = result.elements[i] * scales[i % d] + 4 }
      return result
    }
    let weights = try weights(dimension: d)
    let before = try CrossAttentionTransformer(samples: samples, network: weights).evaluate(at: queries)
    let after = try CrossAttentionTransformer(samples: mapped(samples), network: weights)
      .evaluate(at: mapped(queries))
    let jacobian = scales.reduce(0) { $0 + log($1) }
    let logDensity = after.logDensity.map { $0 + jacobian }
    let score = after.score.elements.indices.map { after.score.elements[$0] * scales[$0 % d] }
    #expect(relativeError(logDensity, before.logDensity) < 1e-8)
    #expect(relativeError(score, before.score.elements) < 1e-8)
  }

  /// The mean over a group follows the group: exactly, here up to Float32, where one pass does not follow at
  /// all.
  @Test(arguments: [1, 2, 3, 4]) func quarterTurnsAreFollowed(dimension d: Int) throws {
    let samples = points(120, dimension: d, seed: 9)
    let queries = points(30, dimension: d, seed: 9)
    let weights = try weights(dimension: d)
    func turned(_ points: Matrix) -> Matrix { QuarterTurns.turned(points, by: 1) }
    func error(averagesTurns: Bool) throws -> Double {
      func fit(_ samples: Matrix) throws -> CrossAttentionTransformer {
        try CrossAttentionTransformer(samples: samples, network: weights, averagesTurns: averagesTurns)
      }
      let before = try fit(samples).evaluate(at: queries)
      let after = try fit(turned(samples)).evaluate(at: turned(queries))
      #expect(averagesTurns == (relativeError(after.logDensity, before.logDensity) < 1e-8))
      return relativeError(after.score.elements, turned(before.score).elements)
    }
    #expect(try error(averagesTurns: true) < 1e-8)
    #expect(try error(averagesTurns: false) > 1e-3)
    #expect(QuarterTurns.turned(turned(samples), by: -1) == samples)
    #expect(QuarterTurns.turned(samples, by: QuarterTurns.count(dimension: d)) == samples)
  }

  @Test func orderOfSamplesIsRounding() throws {
    let samples = points(200, dimension: 2, seed: 2)
    let queries = points(20, dimension: 2, seed: 3)
    let weights = try weights(dimension: 2)
    let reversed = samples.selectingRows((0..<200).reversed())
    let before = try CrossAttentionTransformer(samples: samples, network: weights).evaluate(at: queries)
    let after = try CrossAttentionTransformer(samples: reversed, network: weights).evaluate(at: queries)
    #expect(relativeError(after.score.elements, before.score.elements) < 1e-9)
    #expect(relativeError(after.logDensity, before.logDensity) < 1e-9)
  }

  @Test func adaptationMakesTheHeadsConsistent() throws {
    let samples = points(100, dimension: 2, seed: 5)
    let estimator = try CrossAttentionTransformer(samples: samples, network: weights(dimension: 2))
    let adaptation = try estimator.adapted(steps: 8, learningRate: 1e-3, of: .both)
    #expect(adaptation.losses.count == 9)
    #expect(adaptation.losses[8] < 0.9 * adaptation.losses[0], "\(adaptation.losses)")
    #expect(estimator.network.parameters != adaptation.estimator.network.parameters)
    let fixed = try estimator.adapted(steps: 8, learningRate: 1e-3)
    #expect(fixed.losses[0] == adaptation.losses[0] && fixed.losses[8] < fixed.losses[0], "\(fixed.losses)")
    #expect(throws: ParzenError.self) { try estimator.adapted(steps: -1) }
    #expect(throws: ParzenError.self) { try estimator.adapted(steps: 1, learningRate: 0) }
  }

  @Test func attentionWeightsAreThose() throws {
    let samples = points(60, dimension: 2, seed: 6)
    let estimator = try CrossAttentionTransformer(samples: samples, network: weights(dimension: 2))
    let weightings = try estimator.weightings(at: [0, 1])
    #expect(weightings.map(\.name).prefix(3) == ["layer 1, head 1", "layer 1, head 2", "layer 2, head 1"])
    for weighting in weightings {
      #expect(abs(weighting.weights.reduce(0, +) - 1) < 1e-5)
      #expect(abs(weighting.kernelWeights.reduce(0, +) - 1) < 1e-12)
      #expect((1...60).contains(weighting.effectiveSamples))
      #expect((-1...1).contains(weighting.correlation))
    }
    // Samples of weight zero have no part; a sample twice is one of weight two, shared out.
    let counts = samples.elements.indices.prefix(60).map { $0 < 50 ? 1.0 : 0 }
    let some = try CrossAttentionTransformer(
      samples: samples, sampleWeights: .counts(counts), network: weights(dimension: 2))
    for weighting in try some.weightings(at: [0, 1]) {
      #expect(
        weighting.weights.suffix(10) + weighting.kernelWeights.suffix(10) == .init(repeating: 0, count: 20))
    }
    let twice = samples.selectingRows([Int](0..<60) + [3])
    let tied = try CrossAttentionTransformer(samples: twice, network: weights(dimension: 2))
    for weighting in try tied.weightings(at: [0, 1]) {
      #expect(weighting.weights.count == 61 && weighting.weights[3] == weighting.weights[60])
      #expect(weighting.kernelWeights[3] == weighting.kernelWeights[60])
    }
  }

  /// Responsibilities that a query shares with the samples, from the definition; and a kernel recognises
  /// itself.
  @Test func mixtureWeightingIsSharedResponsibility() throws {
    let samples = points(80, dimension: 2, seed: 7)
    let estimator = try MixtureTransformer(samples: samples)
    let weighting = try estimator.weightings(of: samples, at: [0, 0])[0]
    let atSamples = try estimator.density.responsibilities(at: samples)
    let atQuery = try estimator.density.responsibilities(at: Matrix(rows: 1, columns: 2, elements: [0, 0]))
    for row in [0, 33, 79] {
      var expected = 0.0
      for k in 0..<atSamples.columns {
        expected +=
          atQuery[0, k] * atSamples[row, k] / (0..<80).reduce(0) { $0 + atSamples[$1, k] }
      }
      #expect(abs(weighting.weights[row] - expected) < 1e-9)
    }
    let distances = (0..<50).map { Double($0 * $0) / 100 }
    let kernel = distances.map { exp(-$0 / (2 * 0.49)) }
    let total = kernel.reduce(0, +)
    let recognised = SampleWeighting(
      name: "kernel", weights: kernel.map { $0 / total }, squaredDistances: distances)
    #expect(recognised.correlation > 0.999 && abs(recognised.bandwidth - 0.7) < 0.05)
  }

  @Test func badInputIsRefused() throws {
    let samples = points(60, dimension: 3, seed: 8)
    do throws(ParzenError) {
      _ = try CrossAttentionTransformer(samples: samples, network: weights(dimension: 2))
      Issue.record("a network for two dimensions took samples of three")
    } catch {
      #expect(error.description.hasPrefix("the network is for 2 dimensions, but the samples have 3"))
    }
    #expect(throws: ParzenError.self) { try CrossAttentionTransformer(samples: samples) }
    let estimator = try CrossAttentionTransformer(samples: samples, network: weights(dimension: 3))
    #expect(throws: ParzenError.self) { try estimator.weightings(at: [1]) }
    do throws(ParzenError) {
      _ = try CrossAttentionWeights.pretrained(dimension: 3)
      Issue.record("weights for three dimensions are not shipped")
    } catch {
      #expect(error.description.contains("no cross-attention weights ship for 3 dimensions"))
      #expect(error.description.contains("train some with the configuration"))
    }
  }
}
