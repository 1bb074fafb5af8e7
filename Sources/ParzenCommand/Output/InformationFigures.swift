import Parzen

/// Figures of an information command, as text and for a JSON file.
protocol InformationFigures: Encodable {
  var text: String { get }
}

/// What `parzen information` finds about one set of samples.
struct SampleFigures: InformationFigures {
  let entropy: InformationEstimate
  let fisherTrace: InformationEstimate
  let nearestNeighbourEntropy: NearestNeighbourEntropy
  let columns: [String]
  /// The rows of the matrix, and of its standard errors.
  let fisherInformation: [[Double]]
  let fisherStandardErrors: [[Double]]

  init(_ information: SampleInformation, columnNames: [String]) {
    entropy = information.entropy
    fisherTrace = information.fisherTrace
    nearestNeighbourEntropy = information.nearestNeighbourEntropy
    columns = columnNames
    func rows(_ matrix: Matrix) -> [[Double]] { (0..<matrix.rows).map { Array(matrix[row: $0]) } }
    fisherInformation = rows(information.fisherInformation)
    fisherStandardErrors = rows(information.fisherStandardErrors)
  }

  var text: String {
    let table = estimateTable([("entropy, nats", entropy), ("Fisher information, trace", fisherTrace)])
    let neighbours = nearestNeighbourEntropy
    let rival =
      "entropy by nearest neighbours: \(short(neighbours.value)) +- \(short(neighbours.standardError)) nats"
    guard columns.count > 1, columns.count <= 6 else { return table + "\n" + rival }
    let matrix = textTable(
      [["Fisher information"] + columns]
        + columns.indices.map { i in
          [columns[i]]
            + columns.indices.map { j in
              "\(short(fisherInformation[i][j])) +- \(short(fisherStandardErrors[i][j]))"
            }
        })
    return [table + "\n" + rival, matrix].joined(separator: "\n\n")
  }
}

/// What `parzen information --relative-to` finds about two sets of samples.
struct RelativeFigures: InformationFigures {
  let divergence: InformationEstimate
  let relativeFisher: InformationEstimate
  let steinDiscrepancy: Double
  let steinStandardError: Double
  let steinPValue: Double

  init(_ information: RelativeInformation) {
    divergence = information.divergence
    relativeFisher = information.fisher
    steinDiscrepancy = information.steinDiscrepancy
    steinStandardError = information.steinStandardError
    steinPValue = information.steinPValue
  }

  var text: String {
    estimateTable([
      ("Kullback-Leibler divergence, nats", divergence), ("relative Fisher information", relativeFisher),
    ])
      + """

      squared Stein discrepancy: \(short(steinDiscrepancy)) +- \(short(steinStandardError)); \
      p = \(short(steinPValue)) if both have one distribution
      """
  }
}

private func estimateTable(_ rows: [(name: String, estimate: InformationEstimate)]) -> String {
  textTable(
    [["", "estimate", "standard error", "cross-fitted", "of the fit"]]
      + rows.map { name, estimate in
        [name]
          + [estimate.value, estimate.standardError, estimate.crossFitted, estimate.ofFit].map(short)
      })
}
