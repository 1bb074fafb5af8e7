import ParzenPlatform

/// Values of a rounded column that end alike far more often than the ones beside them, as ages that end in 0
/// and 5, incomes in thousands, or prices in 99: habits of reporting, which a smooth density does not show.
///
/// ```swift
/// let heaping = ColumnResolution(samples[column: 0])?.heaping
/// let words = heaping.map { "\($0.share) are \($0.remainder) beyond multiples of \($0.period)" }
/// ```
///
/// S. H. Preston, P. Heuveline, M. Guillot, Demography: measuring and modeling population processes, 2001,
/// section 9.
public struct ValueHeaping: Sendable, Hashable, Codable {
  /// The values are a multiple of this, and `remainder`, in the units of the column.
  public let period: Double
  /// At least 0, less than `period`.
  public let remainder: Double
  /// The share of the samples that have such values.
  public let share: Double

  /// Periods that are tried, in steps.
  private static let periods = [
    2, 5, 10, 12, 15, 20, 25, 30, 50, 60, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000,
  ]
  /// So many periods and different values there must be, so many times as many samples as beside them, and so
  /// many more of all, by so many standard errors.
  private static let (fewestPeriods, fewestValues, times, excess, errors) = (4, 4, 2.0, 0.2, 5.0)
  /// More steps are not counted.
  private static let mostSteps = 1e9

  /// - Parameter runs: different values, ascending, and how many samples have each.
  /// - Complexity: O(m) time and memory for m different values.
  init?(ascending runs: [(value: Double, count: Int)], step: Double) {
    guard let first = runs.first?.value, let last = runs.last?.value, (last - first) / step < Self.mostSteps
    else { return nil }
    let places = runs.map { Int((($0.value - first) / step).rounded()) }
    let total = Double(runs.reduce(0) { $0 + $1.count })
    var best: (period: Int, remainder: Int, share: Double, merit: Double)?
    for period in Self.periods where places.last! >= Self.fewestPeriods * period {
      var classes = [RemainderClass](repeating: RemainderClass(), count: period)
      for (place, run) in zip(places, runs) { classes[place % period].add(Double(run.count)) }
      let top = classes.indices.max { classes[$0].others < classes[$1].others }!
      let beside = (classes[(top + 1) % period].others + classes[(top + period - 1) % period].others) / 2
      let (own, more) = (classes[top].others, classes[top].others - beside)
      // Multiples of a hundred are multiples of five, too: the longer period says more.
      let merit = more * (1 - 1 / Double(period))
      guard classes[top].values >= Self.fewestValues, own >= Self.times * beside,
        more >= Self.excess * total, more >= Self.errors * (own + beside).squareRoot(),
        merit > best?.merit ?? 0
      else { continue }
      best = (period, top, classes[top].total / total, merit)
    }
    guard let best else { return nil }
    let length = Double(best.period) * step
    let value = first + Double(best.remainder) * step
    // What is a multiple but for rounding is one.
    let rest = value - ((value + 1e-6 * step) / length).rounded(.down) * length
    (period, remainder, share) = (length, abs(rest) < 1e-6 * step ? 0 : rest, best.share)
  }
}

/// The samples whose values have one remainder.
private struct RemainderClass {
  var total = 0.0
  private(set) var values = 0
  private var largest = 0.0

  /// Those of all values but the most frequent one, which may be a matter of its own, as zero is in counts.
  var others: Double { total - largest }

  mutating func add(_ count: Double) {
    total += count
    values += 1
    largest = max(largest, count)
  }
}
