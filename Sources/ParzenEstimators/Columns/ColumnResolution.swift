import ParzenCore
import ParzenPlatform

/// The step of a column whose values are rounded or counted: nearly all gaps between its values are multiples
/// of it.
public struct ColumnResolution: Sendable, Hashable, Codable {
  /// The step, in the units of the column.
  public let step: Double
  /// The share of the samples whose value another sample has, too.
  public let tiedShare: Double

  private static let fewestTied = 0.05
  private static let fewestMultiples = 0.9
  /// How far a gap may be from a multiple of the step, in steps.
  private static let tolerance = 0.02

  /// - Parameter values: n finite values.
  /// - Returns: nil where fewer than a twentieth of the values are tied, or they have no common step.
  /// - Complexity: O(n log n) time, O(n) memory.
  public init?(_ values: [Double]) {
    let sorted = values.sorted()
    guard let first = sorted.first, let last = sorted.last, last > first else { return nil }
    var (gaps, tied, run) = ([Double](), 0, 1)
    for place in 1...sorted.count {
      if place < sorted.count, sorted[place] == sorted[place - 1] {
        run += 1
        continue
      }
      if run > 1 { tied += run }
      run = 1
      if place < sorted.count { gaps.append(sorted[place] - sorted[place - 1]) }
    }
    tiedShare = Double(tied) / Double(values.count)
    guard tiedShare >= Self.fewestTied, let smallest = gaps.min(),
      smallest > 4 * max(abs(first), abs(last)).ulp
    else { return nil }
    step = smallest
    let multiples = gaps.count { gap in
      let ratio = gap / smallest
      return abs(ratio - ratio.rounded()) < Self.tolerance * max(1, ratio * 1e-3)
    }
    guard Double(multiples) >= Self.fewestMultiples * Double(gaps.count) else { return nil }
  }
}
