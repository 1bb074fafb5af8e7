import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEvaluation

@Suite struct RealDataTests {
  /// Draws from a normal law in two dimensions, the second column in steps of 0.5.
  private static let dataSet: RealDataSet = {
    var generator = Xoshiro256(seed: 4)
    var values = Matrix(rows: 41, columns: 2)
    for row in 0..<41 {
      values[row, 0] = generator.nextNormal()
      values[row, 1] = (2 * generator.nextNormal()).rounded() / 2
    }
    do { return try RealDataSet(name: "a", values: values) } catch { preconditionFailure("\(error)") }
  }()

  /// A density that is the same everywhere.
  private struct Constant: Density {
    var dimension = 2
    var logDensity: Double
    func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
      DensityEvaluation(
        logDensity: [Double](repeating: logDensity, count: queries.rows),
        score: Matrix(rows: queries.rows, columns: dimension))
    }
  }

  private func constant(_ name: String, _ logDensity: Double) -> EvaluationMethod {
    EvaluationMethod(name: name) { _ in Constant(logDensity: logDensity) }
  }

  private let failing = EvaluationMethod(name: "failing") { _ in throw ParzenError.unusableSamples("no") }

  // MARK: - Data

  @Test func resolutionsAreTheUsualSteps() throws {
    let data = Self.dataSet
    #expect(data.resolutions == [0, 0.5])
    // One value with another digit changes nothing.
    var values = data.values
    values[0, 1] += 0.01
    #expect(try RealDataSet(name: "b", values: values).resolutions == [0, 0.5])
  }

  @Test func noiseStaysWithinTheResolution() {
    let (data, noisy) = (Self.dataSet, Self.dataSet.dequantised(seed: 1))
    #expect(noisy.values[column: 0] == data.values[column: 0])
    let noise = zip(noisy.values[column: 1], data.values[column: 1]).map { $0 - $1 }
    #expect(noise.allSatisfy { abs($0) <= 0.25 } && Set(noise).count == 41)
    #expect(noise.min()! < -0.15 && noise.max()! > 0.15)
    #expect(Self.dataSet.dequantised(seed: 1) == noisy && Self.dataSet.dequantised(seed: 2) != noisy)
  }

  @Test func halvesShareNothing() {
    let data = Self.dataSet
    let (learning, heldOut) = data.halves(3, seed: 1)
    #expect(learning.rows == 20 && heldOut.rows == 21)
    #expect((learning[column: 0] + heldOut[column: 0]).sorted() == data.values[column: 0].sorted())
    #expect(data.halves(3, seed: 1).learning == learning)
    #expect(data.halves(4, seed: 1).learning != learning && data.halves(3, seed: 2).learning != learning)
  }

  @Test func dataWithoutADensityAreRefused() {
    func message(_ values: Matrix) -> String {
      do {
        _ = try RealDataSet(name: "a", values: values, columnNames: ["u", "v"])
        return "none"
      } catch { return error.description }
    }
    #expect(
      message(Matrix(rows: 7, columns: 2))
        == "a half must have 4 samples or more in d = 2: give at least 8, not 7")
    let constant = Matrix(rows: 8, columns: 2, elements: (0..<16).map { $0 % 2 == 0 ? Double($0) : 3 })
    #expect(message(constant).hasPrefix("column v never varies"))
  }

  // MARK: - Measurement

  @Test func figuresAreThoseOfTheHalves() throws {
    let normal = EvaluationMethod(name: "normal") { samples in
      let mean = samples.elements.reduce(0, +) / Double(samples.elements.count)
      return try ProductDistribution(
        repeating: UnivariateDistribution(.normal, location: mean), dimension: 2)
    }
    let result = try RealDataEvaluation(methods: [normal], halves: 3, seed: 7, threads: 1)
      .measure(Self.dataSet)
    let data = Self.dataSet.dequantised(seed: 7)
    let expected = (0..<3).map { index in
      let (learning, heldOut) = data.halves(index, seed: 7)
      let mean = learning.elements.reduce(0, +) / 40
      let squares = heldOut.elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return -squares / 2 / 21 - log(2 * Double.pi)
    }
    for (found, expected) in zip(result.methods[0].divisions, expected) {
      // Sums of 42 terms: a few roundings of each.
      #expect(abs(found! - expected) < 100 * expected.ulp)
    }
    #expect(result.methods[0].logLikelihood == Measurement(meanOf: result.methods[0].divisions.map { $0! }))
    #expect(result.resolutions == [0, 0.5] && result.size == 41 && result.dimension == 2)
    #expect(result.comparisons.isEmpty)
  }

  @Test func figuresDependOnValuesAndSeedAlone() throws {
    let names = ["kde-cv", "sd-kde"]
    let methods = try names.map { try EvaluationMethod.named($0) }
    let result = try RealDataEvaluation(methods: methods, halves: 4, threads: 1).measure(Self.dataSet)
    let others = try RealDataEvaluation(methods: methods.reversed(), halves: 4, threads: 3)
      .measure(try RealDataSet(name: "other", values: Self.dataSet.values))
    #expect(others.methods.reversed() == result.methods && others.comparisons[0].method == "sd-kde")
    var kept = try RealDataEvaluation(methods: methods, halves: 4, threads: 1)
    kept.keepsTies = true
    #expect(kept.measure(Self.dataSet).methods != result.methods)
    #expect(kept.measure(Self.dataSet).resolutions == nil)
  }

  @Test func betterRivalDecides() throws {
    let methods = [
      constant("better", -1.9), constant("same", -2.019), constant("worse", -2.03), failing,
      constant("kde-cv", -2), constant("em", -3),
    ]
    let result = try RealDataEvaluation(methods: methods, halves: 2, threads: 1).measure(Self.dataSet)
    #expect(result.comparisons.map(\.verdict) == [.win, .tie, .loss, .loss])
    #expect(result.comparisons.allSatisfy { $0.rival == "kde-cv" })
    #expect(abs(result.comparisons[0].difference!.value - 0.1) < 1e-15)
    #expect(result.comparisons[3].difference == nil)
    let table = RealDataTable([result])
    #expect(
      table.text == """
        mean log likelihood of held-out samples, nats per sample
        data set  n   d  better           same             worse            failing  kde-cv           em
        a         41  2  -1.900 +- 0.000  -2.019 +- 0.000  -2.030 +- 0.000  -        -2.000 +- 0.000  -3.000 \
        +- 0.000

        the same less that of the better of kde-cv and em
        data set  better                        same                           \
        worse                           failing
        a         0.100 +- 0.000, win (kde-cv)  -0.019 +- 0.000, tie (kde-cv)  -0.030 +- 0.000, loss \
        (kde-cv)  -, loss (kde-cv)

        better wins or ties (0.02 nats) on 1 of 1: 1 won, 0 tied, 0 lost
        same wins or ties (0.02 nats) on 1 of 1: 0 won, 1 tied, 0 lost
        worse wins or ties (0.02 nats) on 0 of 1: 0 won, 0 tied, 1 lost
        failing wins or ties (0.02 nats) on 0 of 1: 0 won, 0 tied, 1 lost
        """)
    let data = try JSONEncoder().encode(result)
    #expect(try JSONDecoder().decode(RealDataResult.self, from: data) == result)
  }

  @Test func failuresHaveTheirReason() throws {
    struct ScoreAlone: Score {
      let dimension = 2
      func score(at queries: Matrix) throws(ParzenError) -> Matrix { queries }
    }
    let sometimes = EvaluationMethod(name: "sometimes") { samples in
      guard samples[0, 0] > 0 else { throw ParzenError.unusableSamples("not positive") }
      return Constant(logDensity: -1)
    }
    let methods = [
      failing, EvaluationMethod(name: "score") { _ in ScoreAlone() }, sometimes,
      constant("nowhere", -.infinity),
    ]
    let result = try RealDataEvaluation(methods: methods, halves: 12, threads: 1).measure(Self.dataSet)
    #expect(
      result.methods.map(\.failure) == [
        "no", "score gives a score without a density", "not positive",
        "the log density is not finite at a held-out sample",
      ])
    #expect(result.methods.allSatisfy { $0.logLikelihood == nil })
    #expect(Set(result.methods[2].divisions) == [nil, -1])
    #expect(result.comparisons.isEmpty)
    #expect(!RealDataTable([result]).text.contains("better of"))
  }

  @Test func oraclesAreRefused() throws {
    do {
      _ = try RealDataEvaluation(methods: [.bayes])
      Issue.record("an oracle must be refused")
    } catch {
      #expect(
        error.description == "bayes is told the truth, which nobody knows of real data: leave it out")
    }
  }
}
