import ParzenCore
import ParzenDistributions

/// The smallest region that holds a given probability: where the density is at least a threshold.
///
/// R. J. Hyndman, Computing and graphing highest density regions, The American Statistician 50, 1996.
///
/// ```swift
/// let regions = try HighestDensityRegion.regions(holding: [0.68, 0.95], of: mixture)
/// let isInside = try mixture.logDensity(at: queries).map { $0 >= regions[0].logThreshold }
/// ```
public struct HighestDensityRegion: Sendable, Equatable, Codable {
  /// The probability p that it holds.
  public var probability: Double
  /// The natural logarithm of the threshold.
  public var logThreshold: Double
  /// The standard error of the probability that the threshold cuts off; zero in one dimension, where it is
  /// exact.
  public var standardError: Double
  /// The intervals of the region in one dimension, ascending; empty in more.
  public var intervals: [Interval]

  /// A part of a region.
  public struct Interval: Sendable, Equatable, Codable {
    public var lower: Double
    public var upper: Double
  }

  /// Regions of any density, by draws: the threshold is a quantile of the log density at exact draws.
  ///
  /// With m draws the region holds p with a standard error of sqrt(p (1 - p) / m).
  ///
  /// - Parameters:
  ///   - probabilities: between 0 and 1.
  ///   - density: any density that can be drawn from.
  ///   - draws: their number m.
  /// - Throws: `ParzenError.invalidOption` for a probability that is not between 0 and 1, or no draws.
  /// - Complexity: m draws and evaluations, O(m d) memory.
  public static func regions(
    holding probabilities: [Double], of density: some Distribution, draws: Int = 100_000, seed: UInt64 = 1
  ) throws(ParzenError) -> [HighestDensityRegion] {
    try check(probabilities)
    guard draws >= 100 else {
      throw .invalidOption("\(draws) draws are too few for a region: give 100 or more")
    }
    var generator = Xoshiro256(seed: seed)
    let values = try density.logDensity(at: density.sample(count: draws, using: &generator)).sorted()
    return probabilities.map { p in
      let index = min(max(Int((1 - p) * Double(draws)), 0), draws - 1)
      return HighestDensityRegion(
        probability: p, logThreshold: values[index],
        standardError: (p * (1 - p) / Double(draws)).squareRoot(), intervals: [])
    }
  }

  static func check(_ probabilities: [Double]) throws(ParzenError) {
    for p in probabilities where !(p > 0 && p < 1) {
      throw .invalidOption("a region holds \(p): give a probability between 0 and 1")
    }
  }
}

extension HighestDensityRegion {
  /// The exact region of a mixture in one dimension, with its intervals.
  public init(holding p: Double, of density: some GaussianMixtureDensity) throws(ParzenError) {
    try self.init(holding: p, of: try TransformedMixture(density.mixture))
  }

  /// The exact region of a mixture in a coordinate of one column, with its intervals.
  ///
  /// The threshold is found by bisection, the ends of the intervals by bisection between points that are
  /// close beside the scales of all components, and probabilities by the distribution function.
  ///
  /// - Throws: `ParzenError.invalidOption` if the mixture has more dimensions, or p is not between 0 and 1.
  /// - Complexity: O(K G) for G points, at most 20,000, and O(K) for each step of the bisections.
  public init(holding p: Double, of density: TransformedMixture) throws(ParzenError) {
    guard density.dimension == 1 else {
      throw .invalidOption("a region with intervals needs one dimension: take a marginal")
    }
    try Self.check([p])
    let profile = try DensityProfile(density)
    var (low, high) = (-1000.0, 0.0)
    // Relative to the highest value, in logarithms.
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      if middle == low || middle == high { break }
      if try profile.probability(above: middle) >= p { low = middle } else { high = middle }
    }
    self.init(
      probability: p, logThreshold: profile.highest + low, standardError: 0,
      intervals: try profile.intervals(above: low))
  }
}

/// The log density of a mixture in one dimension at points that show all of its ups and downs.
private struct DensityProfile {
  private let density: TransformedMixture
  private let points: [Double]
  private let values: [Double]
  /// The highest log density.
  let highest: Double

  private static let mostPoints = 20_000

  init(_ density: TransformedMixture) throws(ParzenError) {
    self.density = density
    let mixture = density.coordinateMixture
    let steps = stride(from: -9.0, through: 9, by: 0.2).map(\.self)
    // Of very many components, such as kernels, those at even ranks.
    let order = mixture.weights.indices.sorted { mixture.means[$0, 0] < mixture.means[$1, 0] }
    let step = max(1, order.count * steps.count / Self.mostPoints)
    var points: Set<Double> = []
    let column = density.columns[0]
    for rank in stride(from: 0, to: order.count, by: step) {
      let k = order[rank]
      // No square of it, which would be no number for columns in extreme units.
      let deviation = mixture.covarianceFactor(of: k)[0, 0]
      for offset in steps {
        let coordinate = mixture.means[k, 0] + offset * deviation
        let x = column.inverse(density.origin[0] + density.scale[0] * coordinate)
        if column.contains(x) { points.insert(x) }
      }
    }
    let sorted = points.sorted()
    guard !sorted.isEmpty else {
      throw .invalidOption("no component has its mass within the bounds of the column: fit it anew")
    }
    self.points = sorted
    values = try density.logDensity(at: Matrix(rows: sorted.count, columns: 1, elements: sorted))
    highest = values.max() ?? 0
  }

  /// The intervals where the log density is at least `highest + level`.
  func intervals(above level: Double) throws(ParzenError) -> [HighestDensityRegion.Interval] {
    let threshold = highest + level
    var intervals: [HighestDensityRegion.Interval] = []
    var start: Double? = values[0] >= threshold ? points[0] : nil
    for index in 1..<points.count {
      let (before, after) = (values[index - 1] >= threshold, values[index] >= threshold)
      if before == after { continue }
      let end = try crossing(points[index - 1], points[index], rises: after, threshold)
      if after {
        start = end
      } else {
        intervals.append(HighestDensityRegion.Interval(lower: start ?? points[0], upper: end))
        start = nil
      }
    }
    if let start {
      intervals.append(HighestDensityRegion.Interval(lower: start, upper: points[points.count - 1]))
    }
    return intervals
  }

  func probability(above level: Double) throws(ParzenError) -> Double {
    var total = 0.0
    for interval in try intervals(above: level) {
      total += try density.probability(of: interval.lower...max(interval.lower, interval.upper))
    }
    return total
  }

  private func crossing(
    _ a: Double, _ b: Double, rises: Bool, _ threshold: Double
  ) throws(ParzenError) -> Double {
    var (low, high) = (a, b)
    for _ in 0..<60 {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { break }
      let value = try density.logDensity(at: Matrix(rows: 1, columns: 1, elements: [middle]))[0]
      if (value >= threshold) == rises { high = middle } else { low = middle }
    }
    return low + (high - low) / 2
  }
}

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
        mean: try marginal.mean, standardDeviation: try marginal.standardDeviation,
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
