import Parzen

/// Figures of an information command, as text and for a JSON file.
protocol InformationFigures: Encodable {
  var text: String { get }
}

/// What `parzen information` finds about one set of samples.
struct SampleFigures: InformationFigures {
  let figures: SampleInformationFigures
  /// Why there is no entropy by nearest neighbours.
  let nearestNeighboursWithheld: String?
  let columns: [String]

  init(_ information: SampleInformation, _ samples: Samples) {
    figures = SampleInformationFigures(information, samples.labels)
    nearestNeighboursWithheld =
      figures.nearestNeighbourEntropy != nil
      ? nil : samples.isWeighted ? "it takes samples of equal weight" : "more than 3 samples are equal"
    columns = samples.table.columnNames
  }

  private enum CodingKeys: String, CodingKey { case columns, nearestNeighboursWithheld }

  func encode(to encoder: any Encoder) throws {
    try figures.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(columns, forKey: .columns)
    try container.encodeIfPresent(nearestNeighboursWithheld, forKey: .nearestNeighboursWithheld)
  }

  var text: String {
    let table = estimateTable(
      [("entropy, nats", figures.entropy), ("Fisher information, trace", figures.fisherTrace)],
      withheld: [figures.entropyIntervalWithheld != nil, figures.fisherIntervalWithheld != nil])
    let rival =
      (figures.nearestNeighbourEntropy.map {
        "entropy by nearest neighbours: \(short($0.value)) +- \(short($0.standardError)) nats"
      } ?? "no entropy by nearest neighbours: \(nearestNeighboursWithheld ?? "")")
      + (figures.entropyIntervalWithheld.map { "\nno interval for the entropy: \($0)" } ?? "")
      + (figures.fisherIntervalWithheld.map { "\nno interval for the Fisher information: \($0)" } ?? "")
    guard columns.count > 1, columns.count <= 6 else { return table + "\n" + rival }
    let matrix = textTable(
      [["Fisher information"] + columns]
        + columns.indices.map { i in
          [columns[i]]
            + columns.indices.map { j in
              let (value, error) = (figures.fisherInformation[i][j], figures.fisherStandardErrors[i][j])
              return short(value)
                + (figures.fisherIntervalWithheld == nil ? " +- \(short(error))" : "")
            }
        })
    return [table + "\n" + rival, matrix].joined(separator: "\n\n")
  }
}

/// What `parzen information --relative-to` finds about two sets of samples.
struct RelativeFigures: InformationFigures {
  let figures: RelativeInformationFigures
  /// Nil for samples with weights, which it does not take.
  let twoSampleTest: TwoSampleTest?

  init(_ information: RelativeInformation, _ test: TwoSampleTest?, _ samples: Samples) {
    (figures, twoSampleTest) = (RelativeInformationFigures(information, samples.labels), test)
  }

  private enum CodingKeys: String, CodingKey { case twoSampleTest }

  func encode(to encoder: any Encoder) throws {
    try figures.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(twoSampleTest, forKey: .twoSampleTest)
  }

  var text: String {
    estimateTable(
      [
        ("Kullback-Leibler divergence, nats", figures.divergence),
        ("relative Fisher information", figures.relativeFisher),
      ], withheld: [false, figures.relativeFisherIntervalWithheld != nil])
      + (figures.relativeFisherIntervalWithheld.map {
        "\nno interval for the relative Fisher information: \($0)"
      } ?? "")
        + """

        squared Stein discrepancy: \(short(figures.steinDiscrepancy)) +- \
        \(short(figures.steinStandardError)); p = \(short(figures.steinPValue)) if both have one distribution

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

/// - Parameter withheld: whether a row's standard error means nothing.
private func estimateTable(
  _ rows: [(name: String, estimate: InformationEstimate)], withheld: [Bool]
) -> String {
  textTable(
    [["", "estimate", "standard error", "cross-fitted", "of the fit"]]
      + rows.enumerated().map { index, row in
        let estimate = row.estimate
        let error = withheld[index] ? "withheld" : short(estimate.standardError)
        return [row.name, short(estimate.value), error, short(estimate.crossFitted), short(estimate.ofFit)]
      })
}
