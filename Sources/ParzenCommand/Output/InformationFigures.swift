import Parzen

/// Figures of an information command, as text and for a JSON file.
protocol InformationFigures: Encodable {
  var text: String { get }
}

/// What `parzen information` finds about one set of samples.
struct SampleFigures: InformationFigures {
  let entropy: InformationEstimate
  let fisherTrace: InformationEstimate
  let nearestNeighbourEntropy: NearestNeighbourEntropy?
  /// Why there is none.
  let nearestNeighboursWithheld: String?
  /// Why there is no interval for the entropy.
  let entropyIntervalWithheld: String?
  let columns: [String]
  /// The rows of the matrix, and of its standard errors.
  let fisherInformation: [[Double]]
  let fisherStandardErrors: [[Double]]

  init(_ information: SampleInformation, _ samples: Samples) {
    entropy = information.entropy
    fisherTrace = information.fisherTrace
    nearestNeighbourEntropy = information.nearestNeighbourEntropy
    nearestNeighboursWithheld =
      nearestNeighbourEntropy != nil
      ? nil : samples.isWeighted ? "it takes samples of equal weight" : "more than 3 samples are equal"
    entropyIntervalWithheld = information.entropyDoubt?.described(by: samples.labels)
    columns = samples.table.columnNames
    func rows(_ matrix: Matrix) -> [[Double]] { (0..<matrix.rows).map { Array(matrix[row: $0]) } }
    fisherInformation = rows(information.fisherInformation)
    fisherStandardErrors = rows(information.fisherStandardErrors)
  }

  var text: String {
    let table = estimateTable(
      [("entropy, nats", entropy), ("Fisher information, trace", fisherTrace)],
      withheld: entropyIntervalWithheld == nil ? [] : [0])
    let rival =
      (nearestNeighbourEntropy.map {
        "entropy by nearest neighbours: \(short($0.value)) +- \(short($0.standardError)) nats"
      } ?? "no entropy by nearest neighbours: \(nearestNeighboursWithheld ?? "")")
      + (entropyIntervalWithheld.map { "\nno interval for the entropy: \($0)" } ?? "")
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
  /// Nil for samples with weights, which it does not take.
  let twoSampleTest: TwoSampleTest?

  init(_ information: RelativeInformation, _ test: TwoSampleTest?) {
    twoSampleTest = test
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
      + (twoSampleTest.map {
        "energy distance: \(short($0.energyDistance)); p = \(short($0.pValue)) by permutations"
      } ?? "no energy distance: it takes samples of equal weight")
  }
}

/// What `parzen information --between` finds about two groups of columns.
struct MutualFigures: InformationFigures {
  let mutualInformation: MutualInformation
  let description: String

  var text: String {
    let found = mutualInformation
    return textTable([
      ["", "estimate", "standard error", "held out", "in sample"],
      [description + ", nats"]
        + [found.value, found.standardError, found.crossFitted, found.inSample].map(short),
    ]) + remarks.map { "\n" + $0 }.joined()
  }

  /// What the standard error mostly says, where it is not the number of samples.
  private var remarks: [String] {
    let found = mutualInformation
    let mean = (found.crossFitted + found.inSample) / 2
    if mean < -found.standardError / 2 {
      return [
        "The estimate was \(short(mean)), and set to zero: no density is found that describes the columns,"
          + " which may lie on a curve or a surface."
      ]
    }
    guard let gain = found.gain, gain > found.standardError / 2 else { return [] }
    return ["The second half of the samples raised the estimate by \(short(gain)): more would raise it on."]
  }
}

/// - Parameter withheld: the rows without a standard error.
private func estimateTable(
  _ rows: [(name: String, estimate: InformationEstimate)], withheld: Set<Int> = []
) -> String {
  textTable(
    [["", "estimate", "standard error", "cross-fitted", "of the fit"]]
      + rows.enumerated().map { index, row in
        let estimate = row.estimate
        let error = withheld.contains(index) ? "withheld" : short(estimate.standardError)
        return [row.name, short(estimate.value), error, short(estimate.crossFitted), short(estimate.ofFit)]
      })
}
