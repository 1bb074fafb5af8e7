/// How much the rows of a table that follow each other are alike: the integrated autocorrelation time
///
///     tau = 1 + 2 sum over lags k > 0 of rho(k),
///
/// the largest over the columns, so that n rows are worth n / tau independent ones for a column's mean. The
/// sum is taken in pairs of lags, as long as these are positive and decrease.
///
/// C. J. Geyer, Practical Markov chain Monte Carlo, Statistical Science 7, 1992.
///
/// ```swift
/// let correlation = RowCorrelation(samples)
/// let count = correlation.isCorrelated ? correlation.effectiveCount : Double(samples.rows)
/// ```
public struct RowCorrelation: Sendable, Equatable {
  /// tau, in rows: 1 for independent ones.
  public let time: Double
  /// The number of independent rows that are worth as much.
  public let effectiveCount: Double
  /// Whether the correlation is beyond chance, and large enough to matter.
  public let isCorrelated: Bool

  /// The most lags that are summed.
  private static let mostLags = 5000

  /// The correlation of the rows of `samples` (n x d).
  ///
  /// - Complexity: O(n d) for independent rows, O(n d tau) for others.
  public init(_ samples: Matrix) {
    let n = samples.rows
    var longest = 1.0
    var isCorrelated = false
    for column in 0..<samples.columns where n >= 16 {
      // From the first value, and in units of the largest step: exact for constant columns, at any scale.
      let origin = samples[0, column] / 2
      let halves = samples[column: column].map { $0 / 2 - origin }
      let largest = halves.reduce(0) { max($0, abs($1)) }
      guard largest > 0 else { continue }
      let mean = halves.reduce(0) { $0 + $1 / largest / Double(n) }
      let deviations = halves.map { $0 / largest - mean }
      let variance = deviations.reduce(0) { $0 + $1 * $1 }
      guard variance > 0 else { continue }
      func correlation(_ lag: Int) -> Double {
        var sum = 0.0
        for row in lag..<n { sum += deviations[row] * deviations[row - lag] }
        return sum / variance
      }
      let first = correlation(1)
      // Independent rows have a correlation of zero with a standard error of 1 / sqrt(n).
      guard first > 0.1, first > 4 / Double(n).squareRoot() else { continue }
      isCorrelated = true
      var (sum, last) = (1 + first, 1 + first)
      for lag in stride(from: 2, to: min(n / 2, Self.mostLags), by: 2) {
        let pair = correlation(lag) + correlation(lag + 1)
        guard pair > 0 else { break }
        last = min(last, pair)
        sum += last
      }
      longest = max(longest, 2 * sum - 1)
    }
    time = longest
    effectiveCount = Double(n) / longest
    self.isCorrelated = isCorrelated
  }
}
