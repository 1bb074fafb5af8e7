import Foundation
import ParzenCore
import Testing

@testable import ParzenAnalysis

/// The JSON of figures, which the tool and the C interface share.
@Suite struct InformationFiguresTests {
  private let samples = Matrix(
    rows: 60, columns: 2, elements: (0..<120).map { sin(Double($0 * $0) * 0.37) + 0.3 * cos(Double($0)) })
  private let options = AnalysisOptions(replicates: 2, folds: 2)

  private func keys(_ figures: some Encodable) throws -> Set<String> {
    let object = try JSONSerialization.jsonObject(with: JSONEncoder.figures().encode(figures))
    return Set(try #require(object as? [String: Any]).keys)
  }

  @Test func keysAreNamed() throws {
    let alone = try SampleInformation(samples: samples, fit: gaussianFit, options: options)
    #expect(
      try keys(SampleInformationFigures(alone)).subtracting(["entropyIntervalWithheld"]) == [
        "entropy", "fisherTrace", "nearestNeighbourEntropy", "fisherInformation", "fisherStandardErrors",
      ])
    let relative = try RelativeInformation(
      samples: samples, relativeTo: samples, fit: gaussianFit, options: options)
    #expect(
      try keys(RelativeInformationFigures(relative)) == [
        "divergence", "relativeFisher", "steinDiscrepancy", "steinStandardError", "steinPValue",
      ])
  }

  @Test func whatIsNotFiniteIsAText() throws {
    let text = try JSONEncoder.figures().encode([0.5, .infinity, -.infinity, .nan])
    #expect(String(decoding: text, as: UTF8.self) == #"[0.5,"Infinity","-Infinity","NaN"]"#)
  }
}
