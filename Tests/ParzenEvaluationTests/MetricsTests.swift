import Foundation
import ParzenCore
import Testing

@testable import ParzenEvaluation

@Suite struct MetricsTests {
  @Test func meansHaveTheirStandardErrors() {
    let measurement = Measurement(meanOf: [1, 2, 3, 6])
    #expect(measurement.value == 3)
    // Sum of squares 14, divided by 3 and by 4.
    #expect(abs(measurement.standardError - (14.0 / 12).squareRoot()) < 1e-15)
    // The error of a mean over one context is unknown, not zero.
    let single = Measurement(meanOf: [5])
    #expect(single.value == 5 && single.standardError.isNaN && single.text == "5")
  }

  @Test func ratiosHaveTheSpreadOfManyRepetitions() {
    // Pairs b uniform on [1, 2], a = b * u with u uniform on [0, 1]: the ratio is 1/2.
    var generator = Xoshiro256(seed: 1)
    let measurements = (0..<2000).map { _ in
      let b = (0..<50).map { _ in generator.nextUniform(1, 2) }
      return Measurement(ratioOf: b.map { $0 * generator.nextUniform() }, to: b)
    }
    let values = measurements.map(\.value)
    let mean = values.reduce(0, +) / 2000
    let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2000).squareRoot()
    let claimed = measurements.map(\.standardError).reduce(0, +) / 2000
    #expect(abs(mean - 0.5) < 5 * spread / 2000.0.squareRoot())
    #expect(abs(claimed / spread - 1) < 0.1)
  }

  @Test func zeroPredictorHasErrorOneAndTheTruthNone() {
    let truth = DensityEvaluation(logDensity: [-1, -2], score: Matrix([[1, 2], [-3, 0]]))
    let zero = DensityEvaluation(logDensity: [0, 0], score: Matrix(rows: 2, columns: 2))
    let errors = ContextErrors(zero, truth: truth)
    #expect(errors.relativeScoreError == 1 && errors.meanScoreError == 14.0 / 4)
    #expect(errors.logDensityError == 2.5)
    #expect(ContextErrors(truth, truth: truth).relativeScoreError == 0)
  }

  @Test func divergenceIsTheMeanDifferenceOfLogDensities() {
    let truth = DensityEvaluation(logDensity: [-1, -2, -.infinity], score: Matrix(rows: 3, columns: 1))
    func errors(_ logDensity: [Double]) -> ContextErrors {
      ContextErrors(
        DensityEvaluation(logDensity: logDensity, score: Matrix(rows: 3, columns: 1)), truth: truth)
    }
    // Where the truth has no density, a query says nothing.
    #expect(errors([-2, -2.5, 7]).divergence == 0.75)
    #expect(errors([-2, -2.5, 7]).logDensityError == 0.625)
    #expect(errors([-2, -.infinity, 0]).divergence == .infinity)
    let cell = EvaluationCell(
      target: "a", dimension: 1, size: 10, method: "m",
      errors: [errors([-2, -.infinity, 0]), errors([0, 0, 0])],
      reference: [])
    #expect(cell.divergence == Measurement(value: .infinity, standardError: .infinity))
    #expect(EvaluationTable([cell]).text(.divergence).hasSuffix("\n10  inf"))
  }

  @Test func geometricMeansAreOverTargets() {
    let mean = Measurement(geometricMeanOf: [
      Measurement(value: 0.1, standardError: 0.01), Measurement(value: 0.001, standardError: 0.0001),
    ])
    #expect(abs(mean.value - 0.01) < 1e-15)
    #expect(abs(mean.standardError - 0.01 * 0.1 / 2.0.squareRoot()) < 1e-15)
    // Noise around zero counts as its own size.
    let noise = Measurement(geometricMeanOf: [
      Measurement(value: -0.002, standardError: 0.01), Measurement(value: 1, standardError: 0),
    ])
    #expect(abs(noise.value - 0.1) < 1e-15)
    func cell(_ target: String, _ method: String, _ divergence: Double?) -> EvaluationCell {
      let truth = DensityEvaluation(logDensity: [0], score: Matrix([[1]]))
      let errors = divergence.map {
        ContextErrors(DensityEvaluation(logDensity: [-$0], score: Matrix([[1]])), truth: truth)
      }
      return EvaluationCell(
        target: target, dimension: 1, size: 8, method: method, errors: [errors], reference: [])
    }
    let cells = [cell("a", "m", 0.1), cell("a", "k", 0.1), cell("b", "m", 0.4), cell("b", "k", nil)]
    #expect(
      EvaluationTable(cells).geometricMeanText == """
        d = 1, geometric mean over 2 targets of the Kullback-Leibler divergence, nats
        n  m    k
        8  0.2  -
        """)
  }

  @Test func tablesShowFiguresFailuresAndGaps() {
    func cell(_ size: Int, _ method: String, _ values: [Double?]) -> EvaluationCell {
      let truth = DensityEvaluation(logDensity: [0], score: Matrix([[2]]))
      let errors = values.map { value in
        value.map {
          ContextErrors(DensityEvaluation(logDensity: [$0], score: Matrix([[2 - 2 * $0]])), truth: truth)
        }
      }
      return EvaluationCell(
        target: "gmm", dimension: 1, size: size, method: method, errors: errors, reference: errors)
    }
    let cells = [
      cell(64, "a", [0.5, 0.5]), cell(64, "b", [0.5, nil]), cell(256, "a", [nil, nil]),
    ]
    #expect(cells[1].contexts == 1 && cells[1].failures == 1)
    #expect(
      EvaluationTable(cells).text(.relativeScoreError) == """
        gmm, d = 1, relative score MSE, %
        n    a             b
        64   25 +- 0       25 (1 failed)
        256  - (2 failed)  -
        """)
  }

  @Test func cellsSurviveJSON() throws {
    let family = try TargetFamily.named("uniform")
    let cells = Evaluation(
      targets: [family], dimensions: [1], sizes: [20], methods: [.kernelDensity], contexts: 3
    ).run()
    #expect(cells[0].relativeScoreError == nil && cells[0].scoreError != nil)
    let data = try JSONEncoder().encode(cells)
    #expect(try JSONDecoder().decode([EvaluationCell].self, from: data) == cells)
  }
}
