import ParzenCore

/// A value that stands several times in a column, far from all others: perhaps a code for a missing value,
/// such as -999.
struct RepeatedValue: Equatable {
  var value: Double
  var count: Int

  /// The extreme of a column that occurs at least three times, and that the other values, of which there are
  /// at least ten different ones, keep away from by more than their own range.
  ///
  /// - Complexity: O(n log n).
  init?(_ column: [Double]) {
    let sorted = column.sorted()
    guard let low = sorted.first, let high = sorted.last, low < high else { return nil }
    for extreme in [low, high] {
      let others = sorted.filter { $0 != extreme }
      let count = sorted.count - others.count
      guard count >= 3, extreme == extreme.rounded() || count >= 10,
        let first = others.first, let last = others.last,
        zip(others, others.dropFirst()).count(where: { $0 != $1 }) >= 9,
        max(first - extreme, extreme - last) > last - first
      else { continue }
      value = extreme
      self.count = count
      return
    }
    return nil
  }
}
