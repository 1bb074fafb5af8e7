import Foundation
import ParzenCore
import ParzenDistributions
import ParzenEstimators
import ParzenNetworks
import Testing

@testable import ParzenTraining

/// Runs that begin at given weights, and what they report of held-out contexts.
@Suite struct RunBeginningTests {
  private func temporaryFolder() -> URL {
    FileManager.default.temporaryDirectory.appendingPathComponent("parzen-\(UInt64.random(in: 0 ... .max))")
  }

  @Test func runBeginsAtGivenWeights() throws {
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var configuration = TrainerTests.tinyMuon
    configuration.heldOutSteps = 6
    configuration.steps = 6
    let run = try TrainingRun(configuration: configuration, folder: folder, threads: 2)
    var reports: [TrainingLog.Line] = []
    #expect(try run.run(shouldStop: { false }, report: { reports.append($0) }))
    let weights = try MixtureTransformerWeights(contentsOf: run.weightsURL)
    let state = try TrainingState(configuration, weights: run.weightsURL)
    #expect(state.parameters == weights.parameters && state.average == weights.parameters && state.step == 0)

    let losses = try #require(reports.last?.heldOut)
    #expect(try losses == HeldOutLosses(configuration).losses(of: weights.parameters))
    // The tiny run has one and three dimensions; of the shapes, three have one.
    #expect(losses.count == 9)
    #expect(losses.values.allSatisfy { $0.count == 2 && $0.allSatisfy { $0.isFinite && $0 > 0 } })
    #expect(losses["multiScale d1n256"] != nil)
    let begun = TrainingState(parameters: [Float](repeating: 0.01, count: weights.parameters.count))
    #expect(try HeldOutLosses(configuration).losses(of: begun.parameters) != losses)

    var other = configuration
    other.network = TrainerTests.tiny.network
    #expect(throws: ParzenError.self) { try TrainingState(other, weights: run.weightsURL) }
    #expect(throws: ParzenError.self) { try TrainingState(configuration, weights: run.checkpointURL) }
  }
}

@Suite struct ErrorUnitsTests {
  @Test func fineDetailsHaveTheirOwnUnit() throws {
    // Two clusters, of standard deviations 1 and 0.01, far apart.
    let target = try GaussianMixture(
      weights: [0.9, 0.1], means: Matrix(rows: 2, columns: 1, elements: [0, 100]),
      variances: Matrix(rows: 2, columns: 1, elements: [1, 1e-4]))
    let queries = Matrix(rows: 4, columns: 1, elements: [0.5, 100.005, -1, 99.99])
    let labels = try target.evaluate(at: queries)
    func units(_ scales: ErrorScales) -> ErrorUnits {
      ErrorUnits(
        scales, target: target, queries: queries, score: labels.score, logDensity: labels.logDensity, kept: 3)
    }
    let mean = (0.25 + 2500 + 1) / 3
    for unit in units(.equal).score { #expect(abs(unit - mean) < 1e-6 * mean) }
    #expect(units(.equal).logDensity == 1)
    for (unit, expected) in zip(units(.local).score, [mean, 1e4, mean, 1e4]) {
      #expect(abs(unit - expected) < 1e-6 * expected)
    }
  }

  @Test func withoutComponentsUnitsFollowTheScore() throws {
    var generator = Xoshiro256(seed: 3)
    let target = EdgedLawPrior().draw(dimension: 1, using: &generator)
    let queries = target.sample(count: 200, using: &generator)
    let labels = try target.evaluate(at: queries)
    func units(_ scales: ErrorScales) -> [Double] {
      ErrorUnits(
        scales, target: target, queries: queries, score: labels.score, logDensity: labels.logDensity,
        kept: 150
      ).score
    }
    for (row, unit) in zip(units(.local), units(.equal)).enumerated() {
      let square = labels.score[row, 0] * labels.score[row, 0]
      #expect(unit.0 == max(unit.1, square))
    }
  }

  @Test func missedSpikesInManyDimensionsDoNotOutweighAll() throws {
    let d = 20
    let target = try GaussianMixture(
      weights: [0.5, 0.5], means: Matrix(rows: 2, columns: d),
      variances: Matrix(
        rows: 2, columns: d,
        elements: [Double](repeating: 1, count: d) + [Double](repeating: 1e-4, count: d)))
    var generator = Xoshiro256(seed: 4)
    let queries = target.sample(count: 100, using: &generator)
    let labels = try target.evaluate(at: queries)
    let units = ErrorUnits(
      .local, target: target, queries: queries, score: labels.score, logDensity: labels.logDensity, kept: 75)
    let missed = pow(Double(d) * log(100), 2) / units.logDensity
    #expect(missed < 30 && units.logDensity > 100)
  }
}
