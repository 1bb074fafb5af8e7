import ParzenCore
import ParzenDistributions

/// What is usually reported of every coordinate of a density: mean, standard deviation, median, and the
/// intervals that hold given probabilities, with equal tails and of the highest density.
///
/// ```swift
/// let table = try CredibleTable(of: mixture, probabilities: [0.5, 0.95])
/// let first = table.columns[0]
/// ```
public struct CredibleTable: Sendable, Equatable, Codable {
  /// The summary of a coordinate.
  public struct Column: Sendable, Equatable, Codable {
    public var mean: Double
    public var standardDeviation: Double
    public var median: Double
    /// For every probability, the interval that leaves as much below it as above.
    public var equalTails: [HighestDensityRegion.Interval]
    /// For every probability, the highest-density region, which may have several intervals.
    public var highestDensity: [HighestDensityRegion]
  }

  /// The probabilities that the intervals hold.
  public var probabilities: [Double]
  /// One summary for each coordinate.
  public var columns: [Column]

  /// Summarises a mixture of Gaussians.
  public init(
    of density: some GaussianMixtureDensity, probabilities: [Double] = [0.68, 0.95]
  ) throws(ParzenError) {
    try self.init(of: try TransformedMixture(density.mixture), probabilities: probabilities)
  }

  /// Summarises a mixture in coordinates of the columns. All figures are exact to rounding.
  ///
  /// - Throws: `ParzenError.invalidOption` for a probability that is not between 0 and 1.
  /// - Complexity: O(d K G), see `HighestDensityRegion`.
  public init(
    of density: TransformedMixture, probabilities: [Double] = [0.68, 0.95]
  ) throws(ParzenError) {
    try HighestDensityRegion.check(probabilities)
    self.probabilities = probabilities
    columns = try (0..<density.dimension).map { (column) throws(ParzenError) in
      let marginal = density.marginal(of: [column])
      return Column(
        mean: marginal.mean, standardDeviation: marginal.standardDeviation,
        median: try marginal.quantile(0.5),
        equalTails: try probabilities.map { (p) throws(ParzenError) in
          HighestDensityRegion.Interval(
            lower: try marginal.quantile((1 - p) / 2), upper: try marginal.quantile((1 + p) / 2))
        },
        highestDensity: try probabilities.map { (p) throws(ParzenError) in
          try HighestDensityRegion(holding: p, of: marginal)
        })
    }
  }
}
