import ParzenDistributions

/// What an estimate rests on: the candidates that it combines, the samples that were set apart, and what is
/// unusual.
///
/// ```swift
/// let record = try MixtureTransformer(samples: samples).record
/// let weights = record.parts.map { ($0.candidate.summary, $0.weight) }
/// ```
public struct EstimateRecord: Sendable, Hashable, Codable {
  /// A kind of estimate that competed.
  public enum Candidate: String, Sendable, Hashable, Codable, CaseIterable {
    /// One pass of the network.
    case network
    /// Groups of samples that stand apart, each estimated by itself.
    case zoom
    /// Few components by maximum likelihood.
    case fewComponents
    /// The same with covariances drawn towards their mean.
    case pooledComponents
    /// The same with components along the columns.
    case diagonalComponents
    /// Many components, adapted to the likelihood.
    case adapted
    /// One Gaussian with shrunk correlations.
    case shrunkGaussian
    /// The multivariate Student t law.
    case student
    /// A kernel density.
    case kernels

    /// The kind in words.
    public var summary: String {
      switch self {
      case .network: "network"
      case .zoom: "groups apart"
      case .fewComponents: "few components"
      case .pooledComponents: "few alike components"
      case .diagonalComponents: "components along the columns"
      case .adapted: "adapted components"
      case .shrunkGaussian: "one shrunk Gaussian"
      case .student: "Student's law"
      case .kernels: "kernels"
      }
    }
  }

  /// A candidate and its weight in the estimate.
  public struct Part: Sendable, Hashable, Codable {
    public let candidate: Candidate
    public let weight: Double
  }

  /// A value that very many samples have in a column: a density has a narrow peak there, whose height means
  /// nothing.
  public struct Mass: Sendable, Hashable, Codable {
    public let column: Int
    public let value: Double
    /// The share of the samples that have it.
    public let share: Double
  }

  /// How many equal samples the estimate is of: what their weights count, or as many as these are worth; nil
  /// in records of older versions.
  public let effectiveCount: Double?
  /// The candidates that are in the estimate; their weights sum to 1.
  public let parts: [Part]
  /// Rows of the samples (from 0) in groups of less than a tenth of them that stand apart, one array for each
  /// group; of more than 32,768 samples, rows of as many.
  public let setApart: [[Int]]
  /// The steps of columns whose ties were spread; nil for the others.
  public let spread: [ColumnResolution?]
  /// The values that very many samples have, in columns whose ties were not spread; nil in records of older
  /// versions.
  public let masses: [Mass]?
  /// How many rows repeat others, but for those at masses in all columns; nil in records of older versions.
  public let repeatedRows: Int?
  /// How many rows repeat others but for a little noise, of at most 32,768 different ones; nil in records of
  /// older versions.
  public let nearlyRepeatedRows: Int?
  /// The columns that determine each other but for their rounding; nil in records of older versions.
  public let columnsRelatedButForRounding: [Int]?
  /// The smallest and the largest sample of every column.
  public let ranges: [ClosedRange<Double>]
  /// What is unusual, one sentence each.
  public let warnings: [String]

  /// - Parameter groups: the rows of prepared samples, or of mirror images of them, that stand apart.
  init(
    parts: [Part], groups: [[Int]], samples: PreparedSamples
  ) {
    effectiveCount = samples.effectiveCount
    ranges = samples.ranges
    self.parts = parts
    let n = samples.rows.count
    // Of mirror images, which are groups of the same rows, one.
    var rows: Set<[Int]> = []
    setApart = groups.map { group in Set(group.map { samples.rows[$0 % n] }).sorted() }
      .filter { 10 * $0.count < n && rows.insert($0).inserted }
    spread = samples.spread
    (masses, repeatedRows) = RepeatedSamples.found(in: samples)
    let different = DistinctSamples(samples.samples, counts: samples.counts).thinned(to: SampleFolds.most)
    let moments = try? SampleMoments(different.points, weights: .counts(different.counts))
    let whitening = moments.flatMap { try? Whitening($0) }
    nearlyRepeatedRows = whitening.map { NearCopies.count(in: $0.whitened(different.points)) } ?? 0
    columnsRelatedButForRounding =
      whitening.map { RoundedRelations.found(by: $0, spread: samples.spread) } ?? []
    warnings = samples.warnings
  }

  private init(_ other: EstimateRecord, setApart: [[Int]]) {
    effectiveCount = other.effectiveCount
    (parts, spread, ranges, warnings) = (other.parts, other.spread, other.ranges, other.warnings)
    (masses, repeatedRows) = (other.masses, other.repeatedRows)
    nearlyRepeatedRows = other.nearlyRepeatedRows
    columnsRelatedButForRounding = other.columnsRelatedButForRounding
    self.setApart = setApart
  }

  /// The record of samples that were put into another order.
  ///
  /// - Parameter number: that a row had before.
  func renumbered(_ number: (Int) -> Int) -> EstimateRecord {
    EstimateRecord(self, setApart: setApart.map { group in group.map(number).sorted() })
  }
}
