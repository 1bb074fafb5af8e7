import ParzenCore

/// Where one of the samples given is among the distinct ones, and which part of that one's weight is its own.
struct SamplePlace: Sendable {
  let row: Int
  let share: Double

  /// The places of n samples, with their weights, whose distinct ones are in `moments`.
  ///
  /// - Complexity: O(n d log n).
  static func all(of samples: Matrix, _ weights: SampleWeights?, _ moments: SampleMoments) -> [SamplePlace] {
    var totals = [Double](repeating: 0, count: moments.samples.rows)
    let places = (0..<samples.rows).map { row in
      let place = OrderedSamples.place(of: samples[row: row], in: moments.samples) ?? 0
      let weight = weights?.values[row] ?? 1
      totals[place] += weight
      return SamplePlace(row: place, share: weight)
    }
    return places.map { SamplePlace(row: $0.row, share: $0.share / totals[$0.row]) }
  }
}

/// Samples of positive weight in ascending lexicographic order, equal ones as one, and the weight of each.
///
/// A rule of values: whatever the order of the rows, it gives the same. Minus zero equals zero.
struct OrderedSamples {
  /// Which rows there are, and in which order.
  enum Rule: Sendable {
    /// The distinct ones, ascending.
    case distinct
    /// All, ascending.
    case ascending
    /// All as they are given: for samples that are in an order of their values already.
    case asGiven
  }

  /// k x d, k <= n.
  let samples: Matrix
  /// The row given that each of them is; of equal ones, one of them.
  let rows: [Int]
  /// The weights of equal rows added up, in the order of the rows' values; ones where no weights are given.
  let totals: [Double]

  /// The same with the sum of the weights given, which is 1 where none are.
  var weights: [Double] {
    let total = totals.reduce(0, +)
    return totals.map { $0 / total }
  }

  /// - Parameters:
  ///   - rows: n x d, finite, n > 0.
  ///   - weights: one for each row, not all zero; 1 / n when nil.
  /// - Complexity: O(n log n + n d) time, O(n d) memory.
  init(_ rows: Matrix, weights: [Double]?, rule: Rule = .distinct) {
    let counted = weights.map { weights in weights.indices.filter { weights[$0] > 0 } }
    let order = rule == .asGiven ? counted ?? Array(0..<rows.rows) : rows.ascendingRows(counted)
    guard rule == .distinct else {
      self.rows = order
      samples = Self.withoutMinusZero(rows, order)
      totals = order.map { weights?[$0] ?? 1 }
      return
    }
    var (sums, group, kept): ([Double], [Double], [Int]) = ([], [], [])
    for (place, row) in order.enumerated() {
      // Equal weights in any order have equal sums: those of a group are added in ascending order.
      group.append(weights?[row] ?? 1)
      let isLast = place + 1 == order.count || rows.compareRows(row, order[place + 1]) != 0
      guard isLast else { continue }
      if group.count > 1 { group.sort() }
      sums.append(group.reduce(0, +))
      group.removeAll(keepingCapacity: true)
      kept.append(row)
    }
    samples = Self.withoutMinusZero(rows, kept)
    self.rows = kept
    totals = sums
  }

  private static func withoutMinusZero(_ rows: Matrix, _ kept: [Int]) -> Matrix {
    var result = rows.selectingRows(kept)
    result.withUnsafeMutableElements { elements in
      for index in elements.indices { elements[index] += 0 }
    }
    return result
  }

  /// The place of a row of values among distinct samples in ascending order; nil if it is none of them.
  ///
  /// - Complexity: O(d log k).
  static func place(of values: ArraySlice<Double>, in samples: Matrix) -> Int? {
    let place = (0..<samples.rows).partitioningIndex { !samples[row: $0].lexicographicallyPrecedes(values) }
    return place < samples.rows && samples[row: place].elementsEqual(values) ? place : nil
  }
}
