import Foundation
import Testing

@testable import ParzenCore

@Suite struct SampleDiagnosisTests {
  /// Independent normal columns.
  private func normal(rows: Int, columns: Int, seed: UInt64) -> Matrix {
    var generator = Xoshiro256(seed: seed)
    return Matrix(
      rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in generator.nextNormal() })
  }

  @Test(arguments: 1...30)
  func plantedDependencesAreFound(trial: Int) {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = Xoshiro256(seed: seed)
    let columns = 3 + generator.nextInteger(below: 6)
    var samples = normal(rows: columns + 2 + generator.nextInteger(below: 3000), columns: columns, seed: seed)
    // The last column is determined by two others; the one before it never varies.
    let others = Array(generator.nextSubset(of: columns - 2, size: min(2, columns - 2))).sorted()
    let coefficients = others.map { _ in generator.nextSign() * generator.nextUniform(0.1, 3) }
    for row in 0..<samples.rows {
      samples[row, columns - 1] = 5 + zip(others, coefficients).reduce(0) { $0 + samples[row, $1.0] * $1.1 }
      samples[row, columns - 2] = -7
    }
    // Units and offsets change nothing.
    for column in 0..<columns {
      let unit = pow(10, generator.nextUniform(-150, 150))
      let offset = generator.nextUniform(-1e5, 1e5)
      for row in 0..<samples.rows { samples[row, column] = (samples[row, column] + offset) * unit }
    }
    let diagnosis = SampleDiagnosis(samples)
    #expect(diagnosis.constantColumns == [columns - 2], "seed \(seed)")
    // Any column of the relation may be the one that pivoting leaves over.
    let related = diagnosis.dependences.map { ([$0.column] + $0.others).sorted() }
    #expect(related == [others + [columns - 1]], "seed \(seed)")

    let repaired = SampleDiagnosis(SampleDiagnosis.regularised(samples))
    #expect(repaired.isRegular, "seed \(seed)")
    for (before, after) in zip(diagnosis.standardDeviations, repaired.standardDeviations) where before > 0 {
      #expect(abs(after / before - 1) < 0.01, "seed \(seed)")
    }
  }

  @Test func independentColumnsAreRegular() {
    for columns in 1...12 {
      let samples = normal(rows: columns + 2, columns: columns, seed: UInt64(columns))
      let diagnosis = SampleDiagnosis(samples)
      #expect(diagnosis.isRegular)
      #expect(SampleDiagnosis.regularised(samples) == samples)
    }
  }

  @Test func nearlyDependentColumnsAreRegular() {
    var samples = normal(rows: 500, columns: 2, seed: 1)
    for row in 0..<500 { samples[row, 1] = 3 * samples[row, 0] + 1e-5 * samples[row, 1] }
    #expect(SampleDiagnosis(samples).isRegular)
    for row in 0..<500 { samples[row, 1] = 3 * samples[row, 0] + 1e-8 * Double(row % 2) }
    #expect(!SampleDiagnosis(samples).isRegular)
  }

  @Test func standardDeviationsAreThoseOfTheDefinition() {
    let samples = normal(rows: 200, columns: 3, seed: 4)
    for (column, found) in SampleDiagnosis(samples).standardDeviations.enumerated() {
      let values = samples[column: column]
      let mean = values.reduce(0, +) / 200
      let expected = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200).squareRoot()
      #expect(abs(found / expected - 1) < 1e-13)
    }
  }

  @Test func messagesNameTheColumnsAndTheRemedy() {
    let names = ["a", "b", "c"]
    func message(_ rows: [[Double]]) -> String? {
      let samples = Matrix(rows)
      do throws(ParzenError) {
        try SampleDiagnosis(samples).check(samples, remedy: "add noise")
        return nil
      } catch {
        return error.labelled(SampleLabels(columns: names)).description
      }
    }
    #expect(message([[1, 5, 0], [2, 3, 1], [4, 4, 7], [3, 9, 9]]) == nil)
    #expect(
      message([[1, 5, 0], [2, 5, 1], [4, 5, 7], [3, 5, 9]])
        == """
        column b never varies, so there is no density in 3 dimensions: leave out this column, or add noise
        """
    )
    #expect(
      message([[1, 5, 3], [2, 5, 3], [4, 5, 3]])
        == """
        columns b, c never vary, so there is no density in 3 dimensions: leave out these columns, or add noise
        """
    )
    #expect(
      message([[1, 2, 3], [1, 2, 3]])
        == "all 2 samples are identical, so they have no density: give samples that vary, or add noise")
    #expect(
      message([[1, 5, 6], [2, 3, 5], [4, 4, 8], [3, 9, 12]])?.contains("is a linear function of") == true)
  }
}
