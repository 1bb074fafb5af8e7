import ParzenCore
import ParzenPlatform

/// The step of a column whose values are rounded or counted: nearly all gaps between its values are multiples
/// of it.
///
/// ```swift
/// let tenths = ColumnResolution(samples[column: 0])?.step == 0.1
/// ```
public struct ColumnResolution: Sendable, Hashable, Codable {
  /// The step, in the units of the column.
  public let step: Double
  /// The share of the samples whose value another sample has, too.
  public let tiedShare: Double
  /// The round values that the samples prefer; nil where they prefer none, or it is not known.
  public let heaping: ValueHeaping?

  static let fewestTied = 0.05
  private static let fewestMultiples = 0.9
  /// How far a gap may be from a multiple of the step, in steps.
  private static let tolerance = 0.02

  /// - Parameter values: n finite values.
  /// - Returns: nil where fewer than a twentieth of the values are tied, or they have no common step.
  /// - Complexity: O(n log n) time, O(n) memory.
  public init?(_ values: [Double]) {
    let sorted = values.sorted()
    var runs: [(value: Double, count: Int)] = []
    for value in sorted {
      if let last = runs.last, last.value == value {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((value, 1))
      }
    }
    self.init(ascending: runs)
  }

  /// - Parameter runs: different values, ascending, and how many samples have each.
  init?(ascending runs: [(value: Double, count: Int)]) {
    guard let first = runs.first?.value, let last = runs.last?.value, last > first else { return nil }
    let gaps = zip(runs, runs.dropFirst()).map { $1.value - $0.value }
    let tied = runs.reduce(0) { $0 + ($1.count > 1 ? $1.count : 0) }
    tiedShare = Double(tied) / Double(runs.reduce(0) { $0 + $1.count })
    guard tiedShare >= Self.fewestTied, let smallest = gaps.min(),
      smallest > 4 * max(abs(first), abs(last)).ulp
    else { return nil }
    step = smallest
    let multiples = gaps.count { gap in
      let ratio = gap / smallest
      return abs(ratio - ratio.rounded()) < Self.tolerance * max(1, ratio * 1e-3)
    }
    guard Double(multiples) >= Self.fewestMultiples * Double(gaps.count) else { return nil }
    heaping = ValueHeaping(ascending: runs, step: smallest)
  }
}
