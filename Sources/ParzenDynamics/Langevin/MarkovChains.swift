import ParzenCore
import ParzenPlatform

/// Draws from several Markov chains, with what they tell about convergence.
///
/// Source of the diagnostics: A. Gelman and others, *Bayesian Data Analysis*, third edition (2013), 11.4 and
/// 11.5; C. J. Geyer, *Practical Markov chain Monte Carlo*, Stat. Sci. 7 (1992).
///
/// ```swift
/// let chains = try LangevinSampler(target: mixture).sample(
///   count: 500, starts: samples.selectingRows(0..<4), seed: 1)
/// let draws = chains.pooled
/// print(chains.splitRHat ?? [], chains.effectiveSampleSize ?? [])
/// ```
public struct MarkovChains: Sendable {
  /// The draws of every chain in order, each count x d.
  public let draws: [Matrix]
  /// The part of the proposals that each chain took.
  public let acceptanceRates: [Double]
  /// The step size of the draws.
  public let stepSize: Double

  /// Chains from their draws.
  ///
  /// - Throws: `ParzenError.unusableSamples` if there is no draw or the chains differ in their numbers of
  ///   draws; `ParzenError.dimensionMismatch` if they differ in their dimension;
  ///   `ParzenError.invalidOption` unless there is one acceptance rate for each.
  public init(draws: [Matrix], acceptanceRates: [Double], stepSize: Double) throws(ParzenError) {
    guard let first = draws.first, first.rows > 0 else {
      throw .unusableSamples("there are no draws: give at least one chain with at least one")
    }
    for (index, chain) in draws.enumerated() {
      guard chain.columns == first.columns else {
        throw .dimensionMismatch(expected: first.columns, found: chain.columns)
      }
      guard chain.rows == first.rows else {
        throw .unusableSamples(
          "chain \(index + 1) has \(chain.rows) draws, the first one \(first.rows): cut them to one length")
      }
    }
    guard acceptanceRates.count == draws.count else {
      throw .invalidOption(
        "there are \(acceptanceRates.count) acceptance rates for \(draws.count) chains: give one for each")
    }
    self.draws = draws
    self.acceptanceRates = acceptanceRates
    self.stepSize = stepSize
  }

  /// All draws: the first of every chain, then the second of every chain, and so on.
  public var pooled: Matrix {
    let (count, columns) = (draws[0].rows, draws[0].columns)
    return Matrix(
      rows: count * draws.count, columns: columns,
      elements: (0..<count).flatMap { row in draws.flatMap { $0[row: row] } })
  }

  /// The mean acceptance rate of all chains.
  public var acceptanceRate: Double { acceptanceRates.reduce(0, +) / Double(acceptanceRates.count) }

  /// Split R-hat of every coordinate: the root of the variance of all draws over the mean variance within
  /// half chains. Near 1 (below 1.01) if the chains agree with each other and with themselves; nil for fewer
  /// than 8 draws a chain.
  public var splitRHat: [Double]? {
    halves.map { $0.map { ($0.pooledVariance / $0.withinVariance).squareRoot() } }
  }

  /// The effective sample size of every coordinate: as many independent draws would have means as accurate.
  /// Nil for fewer than 8 draws a chain.
  ///
  /// From the autocorrelations of half chains, compared with the variance of all, and summed in pairs as long
  /// as these are positive and decrease (Geyer's initial monotone sequence).
  ///
  /// - Complexity: O(N L) for N draws and a correlation length of L draws.
  public var effectiveSampleSize: [Double]? {
    halves.map { $0.map(\.effectiveSize) }
  }

  /// The half chains of every coordinate.
  private var halves: [HalfChains]? {
    let half = draws[0].rows / 2
    guard half >= 4 else { return nil }
    return (0..<draws[0].columns).map { column in
      HalfChains(
        draws.flatMap { chain in
          let values = chain[column: column]
          return [Array(values.prefix(half)), Array(values.suffix(half))]
        })
    }
  }
}

/// One coordinate of the halves of all chains.
private struct HalfChains {
  /// Deviations from each half's mean.
  private let deviations: [[Double]]
  private let length: Int
  /// W, the mean of the halves' variances (divided by length - 1).
  let withinVariance: Double
  /// W (length - 1) / length plus the variance of the halves' means.
  let pooledVariance: Double

  init(_ values: [[Double]]) {
    let length = values[0].count
    let count = Double(values.count)
    let means = values.map { $0.reduce(0, +) / Double(length) }
    let deviations = zip(values, means).map { values, mean in values.map { $0 - mean } }
    let within =
      deviations.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } } / (count * Double(length - 1))
    let mean = means.reduce(0, +) / count
    let between = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    self.deviations = deviations
    self.length = length
    withinVariance = within
    pooledVariance = within * Double(length - 1) / Double(length) + between
  }

  /// The autocorrelation at a lag, with the halves' disagreement counted as correlation.
  private func correlation(_ lag: Int) -> Double {
    let sum = deviations.reduce(0.0) { sum, values in
      sum + (0..<length - lag).reduce(0) { $0 + values[$1] * values[$1 + lag] }
    }
    return 1 - (withinVariance - sum / Double(deviations.count * length)) / pooledVariance
  }

  var effectiveSize: Double {
    let total = Double(deviations.count * length)
    var (sum, last) = (0.0, Double.infinity)
    for lag in stride(from: 0, to: length - 1, by: 2) {
      let pair = (lag == 0 ? 1 : correlation(lag)) + correlation(lag + 1)
      guard pair > 0 else { break }
      last = min(last, pair)
      sum += last
    }
    // Chains that alternate can be better than independent draws, but no estimate deserves more than this.
    return min(total / max(2 * sum - 1, 1e-12), total * log10(total))
  }
}
