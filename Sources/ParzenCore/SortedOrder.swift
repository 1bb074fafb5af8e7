/// The indices of values in ascending order, equal ones in the order in which they stand.
///
/// A radix sort of the bit patterns, eleven bits at a time, which passes over digits that all values share;
/// few values are sorted by comparison.
///
/// H. H. Seward, Information sorting in the application of electronic digital computers to business
/// operations, MIT, 1954.
///
/// - Parameter values: n values, none of them NaN. Minus zero equals zero.
/// - Complexity: O(n) time, O(n) memory; O(n log n) time for n < 1,024.
package func ascendingOrder(_ values: [Double]) -> [Int] {
  guard values.count >= 1024 else {
    return values.indices.sorted { values[$0] < values[$1] }
  }
  var keys = values.enumerated().map { SortKey(value: $1, index: $0) }
  var others = keys
  let digit = 11
  let places = stride(from: 0, to: UInt64.bitWidth, by: digit)
  var counts = [Int](repeating: 0, count: places.underestimatedCount << digit)
  let mask = UInt64(1 << digit - 1)
  for key in keys {
    for (row, shift) in places.enumerated() { counts[row << digit + Int(key.pattern >> shift & mask)] += 1 }
  }
  for (row, shift) in places.enumerated() {
    let range = row << digit..<(row + 1) << digit
    guard !counts[range].contains(keys.count) else { continue }
    var next = 0
    for place in range { (counts[place], next) = (next, next + counts[place]) }
    counts.withUnsafeMutableBufferPointer { counts in
      others.withUnsafeMutableBufferPointer { others in
        for key in keys {
          let place = range.lowerBound + Int(key.pattern >> shift & mask)
          others[counts[place]] = key
          counts[place] += 1
        }
      }
    }
    swap(&keys, &others)
  }
  return keys.map(\.index)
}

/// A value as an unsigned number of the same order, and its index.
private struct SortKey {
  var pattern: UInt64
  var index: Int

  init(value: Double, index: Int) {
    let bits = (value + 0).bitPattern
    pattern = bits >> 63 == 0 ? bits | 1 << 63 : ~bits
    self.index = index
  }
}

extension Range<Int> {
  /// The first of these numbers for which a condition holds that, once it holds, holds for all after it; the
  /// upper bound if there is none. Swift Algorithms has the same of any collection, without typed errors.
  ///
  /// - Complexity: O(log n) evaluations of the condition.
  package func partitioningIndex<Failure: Error>(
    where belongsInSecondPartition: (Int) throws(Failure) -> Bool
  ) throws(Failure) -> Int {
    var (low, high) = (lowerBound, upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if try belongsInSecondPartition(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension [Int] {
  /// Sorts every run of elements that are equal in one respect by another.
  ///
  /// - Complexity: O(n) time beside that of the runs.
  package mutating func sortRuns(
    where areEqual: (Int, Int) -> Bool, by areInIncreasingOrder: (Int, Int) -> Bool
  ) {
    var begin = 0
    while begin < count {
      var end = begin + 1
      while end < count, areEqual(self[begin], self[end]) { end += 1 }
      if end > begin + 1 { self[begin..<end].sort(by: areInIncreasingOrder) }
      begin = end
    }
  }
}

extension Matrix {
  /// The numbers of rows in ascending lexicographic order.
  ///
  /// - Parameter chosen: the rows wanted; all when nil.
  /// - Complexity: O(n log n + n d) time, O(n) memory.
  package func ascendingRows(_ chosen: [Int]? = nil) -> [Int] {
    // Most rows differ in the first column.
    let values = self[column: 0]
    var order =
      chosen.map { chosen in ascendingOrder(chosen.map { values[$0] }).map { chosen[$0] } }
      ?? ascendingOrder(values)
    guard columns > 1 else { return order }
    order.sortRuns(where: { values[$0] == values[$1] }, by: { compareRows($0, $1) < 0 })
    return order
  }

  /// -1, 0 or 1 as one row comes before, equals or comes after another.
  package func compareRows(_ first: Int, _ second: Int) -> Int {
    for column in 0..<columns {
      let (x, y) = (self[first, column], self[second, column])
      if x != y { return x < y ? -1 : 1 }
    }
    return 0
  }
}
