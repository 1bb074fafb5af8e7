import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEvaluation

@Suite struct EvaluationTests {
  func evaluation(_ names: [String], sizes: [Int] = [32, 64], threads: Int = 1) throws -> Evaluation {
    Evaluation(
      targets: try names.map(TargetFamily.named), dimensions: [1, 2], sizes: sizes,
      methods: [.kernelDensity, EvaluationMethod(oracle: "truth") { $0.target }], contexts: 7, queries: 50,
      threads: threads)
  }

  @Test func figuresDoNotDependOnThreadsOrOnWhatElseIsMeasured() throws {
    let all = try evaluation(["gmm", "banana"]).run()
    #expect(try evaluation(["gmm", "banana"], threads: 4).run() == all)
    let part = try evaluation(["banana"], sizes: [64]).run()
    #expect(part == all.filter { $0.target == "banana" && $0.size == 64 })
    // The banana does not exist in one dimension: 2 methods x 2 sizes x (2 + 1) dimensions.
    #expect(all.count == 12)
    var other = try evaluation(["gmm"])
    other.seed = 2
    #expect(other.run()[0] != all[0])
  }

  @Test func theTruthHasNoErrorAndTheReferenceHasRatioOne() throws {
    for cell in try evaluation(["gmm", "warp", "student3"]).run() {
      if cell.method == "truth" {
        #expect(cell.relativeScoreError == Measurement(value: 0, standardError: 0))
        #expect(cell.logDensityError?.value == 0 && cell.divergence?.value == 0)
        #expect(cell.ratioToKernelDensity?.value == 0)
      } else {
        #expect(cell.ratioToKernelDensity == Measurement(value: 1, standardError: 0))
        #expect(cell.relativeScoreError!.value > 0.01 && cell.contexts == 7)
      }
    }
  }

  @Test func sizesShareTargetsAndQueries() throws {
    let evaluation = try evaluation(["gmm"])
    let (small, large) = (
      evaluation.source.context(3, of: evaluation.targets[0], dimension: 2, size: 32),
      evaluation.source.context(3, of: evaluation.targets[0], dimension: 2, size: 64)
    )
    #expect(small.queries == large.queries && small.truth == large.truth)
    #expect(small.samples.rows == 32 && large.samples.rows == 64)
    // Queries are fresh draws, none of them a sample.
    let samples = Set(large.samples.elements)
    #expect(large.queries.elements.allSatisfy { !samples.contains($0) })
  }

  @Test func aScoreAloneHasNoLogDensityError() throws {
    struct TrueScore: Score {
      let target: any Distribution
      var dimension: Int { target.dimension }
      func score(at queries: Matrix) throws(ParzenError) -> Matrix { try target.score(at: queries) }
    }
    var evaluation = try evaluation(["gmm"], sizes: [32])
    evaluation.methods = [EvaluationMethod(oracle: "score") { TrueScore(target: $0.target) }]
    for cell in evaluation.run() {
      #expect(cell.relativeScoreError?.value == 0 && cell.failures == 0)
      #expect(cell.logDensityError == nil && cell.seconds == nil)
    }
    evaluation.measuresTime = true
    for cell in evaluation.run() { #expect(try #require(cell.seconds).value > 0) }
  }

  @Test func coverageIsThatOfTwoStandardErrors() throws {
    /// The truth moved by one, with standard errors that are just too small, or large enough.
    struct Shifted: DensityWithStandardErrors {
      let target: any Distribution
      let standardError: Double
      var dimension: Int { target.dimension }
      func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
        var result = try target.evaluate(at: queries)
        for row in 0..<queries.rows {
          result.logDensity[row] += 1
          result.score[row, 0] -= 1
        }
        return result
      }
      func standardErrors(at queries: Matrix) throws(ParzenError) -> StandardErrors {
        StandardErrors(
          logDensity: [Double](repeating: standardError, count: queries.rows),
          score: Matrix(rows: queries.rows, columns: dimension, repeating: standardError))
      }
    }
    var evaluation = try evaluation(["gmm"], sizes: [32])
    evaluation.methods = [0.49, 0.51].map { standardError in
      EvaluationMethod(oracle: "\(standardError)") {
        Shifted(target: $0.target, standardError: standardError)
      }
    }
    // In two dimensions only the first component of the score is moved.
    let cells = evaluation.run()
    #expect(cells.map { $0.logDensityCoverage!.value } == [0, 1, 0, 1])
    #expect(cells.map { $0.scoreCoverage!.value } == [0, 1, 0.5, 1])
    evaluation.methods = [.kernelDensity]
    #expect(evaluation.run().allSatisfy { $0.logDensityCoverage == nil && $0.scoreCoverage == nil })
    #expect(
      EvaluationTable(cells).text(.scoreCoverage).contains("score components within 2 standard errors, %"))
  }

  @Test func failuresAreCounted() throws {
    var evaluation = try evaluation(["gmm"])
    evaluation.methods = [
      EvaluationMethod(name: "sometimes") { samples in
        guard samples[0, 0] > 0 else { throw ParzenError.unusableSamples("no") }
        return try UnivariateDistribution(.normal)
      }
    ]
    evaluation.dimensions = [1]
    let cell = evaluation.run()[0]
    #expect(cell.failures > 0 && cell.contexts > 0 && cell.failures + cell.contexts == 7)
  }

  /// The published column of relative score errors, in percent, of the kernel density estimate with Scott's
  /// rule on `gmm`; its standard errors are 1 to 3 points.
  static let published: [(dimension: Int, errors: [Int: Double])] = [
    (1, [64: 34, 256: 20]), (2, [64: 40, 256: 26]), (5, [64: 51, 256: 42]), (10, [64: 59, 256: 50]),
  ]

  @Test(arguments: published.indices) func kernelDensityFiguresArePublishedOnes(index: Int) throws {
    let (dimension, errors) = Self.published[index]
    let cells = Evaluation(
      targets: [try .named("gmm")], dimensions: [dimension], sizes: errors.keys.sorted(),
      methods: [.kernelDensity], contexts: 100
    ).run()
    for cell in cells {
      let found = try #require(cell.relativeScoreError)
      let (value, error) = (100 * found.value, 100 * found.standardError)
      let publishedError = cell.size == 64 ? 3.0 : 2.0
      #expect(abs(value - errors[cell.size]!) < 2 * hypot(error, publishedError), "\(cell)")
    }
  }

  @Test func oraclesBeatTheRules() throws {
    let methods = try ["kde", "kde-silverman", "kde-oracle", "sd-kde", "sd-kde-oracle"].map {
      try EvaluationMethod.named($0)
    }
    let cells = Evaluation(
      targets: [try .named("gmm")], dimensions: [2], sizes: [128], methods: methods, contexts: 20
    ).run()
    let errors = Dictionary(uniqueKeysWithValues: cells.map { ($0.method, $0.relativeScoreError!.value) })
    #expect(errors.count == methods.count)
    #expect(errors["kde-oracle"]! < errors["kde"]! && errors["kde-oracle"]! < errors["kde-silverman"]!)
    #expect(errors["sd-kde-oracle"]! < errors["sd-kde"]!)
  }
}
