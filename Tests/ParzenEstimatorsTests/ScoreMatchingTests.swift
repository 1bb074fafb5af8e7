import Foundation
import ParzenCore
import ParzenDistributions
import ParzenNetworks
import Testing

@testable import ParzenEstimators

@Suite struct ScoreMatchingTests {
  /// Two Gaussians far apart, in units that differ.
  private let mixture: GaussianMixture = {
    do {
      return try GaussianMixture(
        weights: [0.4, 0.6], means: Matrix([[-20, 0], [20, 0.1]]),
        variances: Matrix([[36, 0.01], [25, 0.02]]))
    } catch { preconditionFailure("\(error)") }
  }()

  private func relativeError(_ score: some Score, seed: UInt64) throws -> Double {
    var generator = Xoshiro256(seed: seed)
    let queries = mixture.sample(count: 500, using: &generator)
    let truth = try mixture.score(at: queries)
    // In units of the standard deviations, so that both columns count.
    let scale = (0..<2).map { mixture.covariance[$0, $0].squareRoot() }
    var (error, square) = (0.0, 0.0)
    for (i, (found, expected)) in zip(try score.score(at: queries).elements, truth.elements).enumerated() {
      error += pow((found - expected) * scale[i % 2], 2)
      square += pow(expected * scale[i % 2], 2)
    }
    return error / square
  }

  @Test(arguments: [ScoreMatchingOptions.Objective.hutchinson, .sliced])
  func scoreOfTwoGaussiansIsLearned(objective: ScoreMatchingOptions.Objective) throws {
    var generator = Xoshiro256(seed: 1)
    let samples = mixture.sample(count: 1000, using: &generator)
    var options = ScoreMatchingOptions(objective: objective)
    options.width = 32
    options.patience = 400
    let estimate = try ScoreMatching(samples: samples, options: options)
    let error = try relativeError(estimate, seed: 2)
    // One Gaussian, where training starts, has 0.45; a network of which nothing is wrong, below 0.15.
    #expect(error < 0.15, "\(error) after \(estimate.steps) steps")
    #expect(estimate.steps > 500)
    #expect(
      try ScoreMatching(samples: samples, options: options).score(at: samples) == estimate.score(at: samples))
  }

  @Test func trainingStopsAtTheLimitAndWithoutProgress() throws {
    var generator = Xoshiro256(seed: 3)
    let samples = mixture.sample(count: 60, using: &generator)
    var options = ScoreMatchingOptions()
    options.width = 8
    options.maximumSteps = 70
    #expect(try ScoreMatching(samples: samples, options: options).steps == 70)
    options.maximumSteps = 100_000
    options.patience = 100
    let estimate = try ScoreMatching(samples: samples, options: options)
    #expect(estimate.steps < 20_000 && estimate.heldOutLoss.isFinite)
  }

  /// However many samples there are, a bounded number is held out, and the loss of these is theirs in parts.
  @Test func heldOutSamplesAreBounded() {
    var generator = Xoshiro256(seed: 4)
    for (rows, count) in [(60, 12), (15_000, 3000), (100_000, ScoreMatchingTraining.mostHeldOut)] {
      let samples = Matrix(
        rows: rows, columns: 2, elements: (0..<2 * rows).map { _ in generator.nextNormal() })
      let network = ScoreNetwork(dimension: 2, width: 4, hiddenLayers: 1)
      let training = ScoreMatchingTraining(samples, network: network, options: ScoreMatchingOptions())
      #expect(training.heldOut.count == 2 * count)
    }
    let network = ScoreNetwork(dimension: 3, width: 8, hiddenLayers: 2)
    let parameters = network.initialParameters(using: &generator)
    let samples = (0..<3 * 50).map { _ in Float(generator.nextNormal()) }
    let whole = HeldOutLoss(samples, network: network)(parameters)
    for rows in [1, 4, 28, 200] {
      let parts = HeldOutLoss(samples, network: network, mostRows: rows)(parameters)
      #expect(abs(parts - whole) < 1e-4 * (1 + abs(whole)))
    }
  }

  @Test func badInputHasAMessage() throws {
    func message(_ samples: Matrix, _ change: (inout ScoreMatchingOptions) -> Void = { _ in }) -> String {
      var options = ScoreMatchingOptions()
      change(&options)
      do {
        _ = try ScoreMatching(samples: samples, options: options)
        return "none"
      } catch { return "\(error)" }
    }
    var generator = Xoshiro256(seed: 3)
    let samples = mixture.sample(count: 20, using: &generator)
    #expect(message(samples.selectingRows(0..<6)).contains("give at least 8"))
    #expect(message(Matrix(rows: 20, columns: 2, repeating: 1)).contains("identical"))
    #expect(message(samples) { $0.width = 0 } == "width is 0: give 1 or more")
    #expect(message(samples) { $0.heldOut = 1 }.contains("between 0 and 1"))
    #expect(message(samples) { $0.learningRate = -1 }.contains("positive"))
    #expect(message(samples) { $0.learningRate = 1e30 }.contains("smaller learning rate"))
    var options = ScoreMatchingOptions()
    options.maximumSteps = 1
    let estimate = try ScoreMatching(samples: samples, options: options)
    #expect(throws: ParzenError.dimensionMismatch(expected: 2, found: 3)) {
      try estimate.score(at: Matrix(rows: 1, columns: 3))
    }
    #expect(try estimate.score(at: Matrix(rows: 0, columns: 2)).rows == 0)
  }
}
