import ParzenCore
import ParzenDistributions

/// Samples that are checked, with ties spread, before they are mapped to coordinates.
struct PreparedSamples: Sendable {
  /// The samples of positive weight in ascending order, n x d.
  let samples: Matrix
  /// How many samples each row stands for; nil for one each.
  let counts: [Double]?
  /// How many equal samples all of those given are.
  let effectiveCount: Double
  /// The rows of the samples given that these are.
  let rows: [Int]
  /// The smallest and the largest value of every column, before ties were spread.
  let ranges: [ClosedRange<Double>]
  /// The steps of columns whose ties were spread.
  let spread: [ColumnResolution?]
  /// What is unusual about them.
  let warnings: [String]

  init(
    _ given: Matrix, sampleWeights: SampleWeights?, domains: [ColumnDomain], spreads: Bool,
    record: TrainingRecord
  ) throws(ParzenError) {
    // All rows, so that equal samples weigh in gaps and folds as they always do, in an order of their values.
    let moments = try SampleMoments(given: given, weights: sampleWeights, rows: .ascending)
    try Whitening.checkCount(moments)
    for (column, domain) in domains.enumerated() { try domain.check(given, column: column) }
    ranges = given.columnRanges
    rows = moments.rows
    counts = moments.counts
    effectiveCount = moments.effectiveCount
    spread = domains.indices.map { spreads ? ColumnResolution(moments.samples[column: $0]) : nil }
    samples = TieSpreading.spread(moments.samples, spread, domains: domains)
    warnings = record.warnings(samples: moments.effectiveCount, dimension: given.columns)
  }

  /// The samples in standardised coordinates of their columns.
  func image(_ columns: [ColumnTransformation]) throws(ParzenError) -> CoordinateSamples {
    try CoordinateSamples(samples, counts: counts, columns: columns)
  }

  /// The widths below which nothing is resolved in standardised coordinates, d values.
  func resolution(in image: CoordinateSamples) -> [Double] {
    image.columns.indices.map { i in
      guard image.columns[i] == .identity, let step = spread[i]?.step else { return Self.finest }
      return max(Self.finest, step / image.standard.scale[i] / 12.0.squareRoot())
    }
  }

  private static let finest = 1e-4
}
