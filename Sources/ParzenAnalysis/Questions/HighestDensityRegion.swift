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
  /// The threshold is found by bisection, the ends of the intervals between points that are close beside the
  /// scales of all components, and probabilities by the distribution function.
  ///
  /// - Throws: `ParzenError.invalidOption` if the mixture has more dimensions, or p is not between 0 and 1.
  /// - Complexity: O(G C) for G = O(K) points that C of the K components are near, and O(I C) for each step
  ///   of the bisection with I intervals.
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
      if profile.probability(above: middle) >= p { low = middle } else { high = middle }
    }
    self.init(
      probability: p, logThreshold: profile.highest + low, standardError: 0,
      intervals: profile.intervals(above: low))
  }
}

/// The log density of a mixture in one dimension at points that show all of its ups and downs.
private struct DensityProfile {
  private let mixture: LineMixture
  private let points: [Double]
  private let values: [Double]
  /// The highest log density.
  let highest: Double

  init(_ density: TransformedMixture) throws(ParzenError) {
    let mixture = LineMixture(density)
    let grid = LineMixture.grid(density)
    guard !grid.isEmpty else {
      throw .invalidOption("no component has its mass within the bounds of the column: fit it anew")
    }
    let found = grid.map(mixture.logDensity)
    var (points, values): ([Double], [Double]) = ([], [])
    for index in grid.indices {
      let turn = Self.turn(around: index, grid, found, mixture)
      if let turn, turn.point < grid[index] {
        points.append(turn.point)
        values.append(turn.value)
      }
      points.append(grid[index])
      values.append(found[index])
      if let turn, turn.point > grid[index] {
        points.append(turn.point)
        values.append(turn.value)
      }
    }
    (self.mixture, self.points, self.values) = (mixture, points, values)
    highest = values.max() ?? 0
  }

  /// The maximum or minimum between the neighbours of a point that is above or below both, by the golden
  /// section; nil where there is none.
  private static func turn(
    around index: Int, _ grid: [Double], _ values: [Double], _ mixture: LineMixture
  ) -> (point: Double, value: Double)? {
    guard index > 0, index + 1 < grid.count else { return nil }
    let steps = [values[index] - values[index - 1], values[index] - values[index + 1]]
    // What rounding makes is none.
    guard steps.allSatisfy(\.isFinite), steps[0] * steps[1] >= 0,
      steps.contains(where: { abs($0) > leastTurn * (1 + abs(values[index])) })
    else { return nil }
    let sign: Double = steps[0] + steps[1] > 0 ? 1 : -1
    var (low, high) = (grid[index - 1], grid[index + 1])
    func inner(_ share: Double) -> (point: Double, value: Double) {
      let point = low + share * (high - low)
      return (point, mixture.logDensity(at: point))
    }
    var (left, right) = (inner(1 - golden), inner(golden))
    for _ in 0..<40 {
      if sign * left.value >= sign * right.value {
        (high, right) = (right.point, left)
        left = inner(1 - golden)
      } else {
        (low, left) = (left.point, right)
        right = inner(golden)
      }
    }
    let best = sign * left.value >= sign * right.value ? left : right
    return sign * best.value > sign * values[index] ? best : nil
  }

  private static let golden = (5.0.squareRoot() - 1) / 2
  private static let leastTurn = 1e-12

  /// The intervals where the log density is at least `highest + level`.
  func intervals(above level: Double) -> [HighestDensityRegion.Interval] {
    let threshold = highest + level
    var intervals: [HighestDensityRegion.Interval] = []
    var start: Double? = values[0] >= threshold ? points[0] : nil
    for index in 1..<points.count {
      let (before, after) = (values[index - 1] >= threshold, values[index] >= threshold)
      if before == after { continue }
      let end = crossing(before: index, threshold)
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

  func probability(above level: Double) -> Double {
    intervals(above: level).reduce(0) { $0 + mixture.probability(from: $1.lower, to: $1.upper) }
  }

  /// Where the log density crosses a threshold between a point and the one before, by regula falsi as the
  /// Illinois algorithm has it, and every third step by bisection.
  ///
  /// M. Dowell, P. Jarratt, A modified regula falsi method for computing the root of an equation, BIT 11,
  /// 1971.
  private func crossing(before index: Int, _ threshold: Double) -> Double {
    var low = (point: points[index - 1], value: values[index - 1] - threshold)
    var high = (point: points[index], value: values[index] - threshold)
    let rises = high.value >= 0
    var kept = 0
    for step in 0..<200 {
      let middle = low.point + (high.point - low.point) / 2
      guard middle > low.point, middle < high.point else { break }
      var point = middle
      if step % 3 < 2, low.value.isFinite, high.value.isFinite {
        point = low.point + (high.point - low.point) * (low.value / (low.value - high.value))
        // An end is the crossing to rounding.
        guard point > low.point, point < high.point else {
          return abs(low.value) < abs(high.value) ? low.point : high.point
        }
      }
      let value = mixture.logDensity(at: point) - threshold
      if (value >= 0) == rises {
        high = (point, value)
        if kept < 0 { low.value /= 2 }
        kept = -1
      } else {
        low = (point, value)
        if kept > 0 { high.value /= 2 }
        kept = 1
      }
    }
    return low.point + (high.point - low.point) / 2
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
