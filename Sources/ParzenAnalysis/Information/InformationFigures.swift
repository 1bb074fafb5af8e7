import ParzenCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The figures of samples for a JSON text: the keys that the tool, C and Python share.
package struct SampleInformationFigures: Encodable, Sendable {
  package let entropy: InformationEstimate
  package let fisherTrace: InformationEstimate
  package let nearestNeighbourEntropy: NearestNeighbourEntropy?
  /// Why there is no interval for the entropy.
  package let entropyIntervalWithheld: String?
  /// Why there are none for the Fisher information.
  package let fisherIntervalWithheld: String?
  /// The rows of the matrix, and of its standard errors.
  package let fisherInformation: [[Double]]
  package let fisherStandardErrors: [[Double]]

  /// - Parameter labels: what messages call the samples' columns and rows.
  package init(_ information: SampleInformation, _ labels: SampleLabels = SampleLabels()) {
    entropy = information.entropy
    fisherTrace = information.fisherTrace
    nearestNeighbourEntropy = information.nearestNeighbourEntropy
    entropyIntervalWithheld = information.entropyDoubt?.described(by: labels)
    fisherIntervalWithheld = information.fisherDoubt?.described(by: labels)
    func rows(_ matrix: Matrix) -> [[Double]] { (0..<matrix.rows).map { Array(matrix[row: $0]) } }
    fisherInformation = rows(information.fisherInformation)
    fisherStandardErrors = rows(information.fisherStandardErrors)
  }
}

/// The figures of two sets of samples for a JSON text.
package struct RelativeInformationFigures: Encodable, Sendable {
  package let divergence: InformationEstimate
  package let relativeFisher: InformationEstimate
  /// Why there is no interval for it.
  package let relativeFisherIntervalWithheld: String?
  package let steinDiscrepancy: Double
  package let steinStandardError: Double
  package let steinPValue: Double

  /// - Parameter labels: what messages call the samples' columns and rows.
  package init(_ information: RelativeInformation, _ labels: SampleLabels = SampleLabels()) {
    divergence = information.divergence
    relativeFisher = information.fisher
    relativeFisherIntervalWithheld = information.fisherDoubt?.described(by: labels)
    steinDiscrepancy = information.steinDiscrepancy
    steinStandardError = information.steinStandardError
    steinPValue = information.steinPValue
  }
}

extension JSONEncoder {
  /// An encoder of figures: keys are sorted, and numbers that are not finite are the texts "Infinity",
  /// "-Infinity" and "NaN".
  package static func figures(_ formatting: OutputFormatting = []) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting.union(.sortedKeys)
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return encoder
  }
}
