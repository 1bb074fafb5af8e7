import ParzenCore
import ParzenFiles

/// Different rows that several processes have, each its own in ascending order, and which are to be in order
/// over all of them.
///
/// Where the parts of the processes begin among their own rows is found by bisection: the median of the
/// processes' middle rows, weighted by the rows in question, leaves out a quarter of these at least.
///
/// G. N. Frederickson, D. B. Johnson, The complexity of selection and ranking in X + Y and matrices with
/// sorted columns, J. Comput. Syst. Sci. 24, 1982.
struct RankedRows {
  private let own: RowSorter.Sorted
  private let width: Int
  private let ranks: any SampleRanks

  /// Rows that a process tells the others at a time.
  private static let blockRows = 1 << 14

  init(_ own: RowSorter.Sorted, width: Int, ranks: any SampleRanks) {
    (self.own, self.width, self.ranks) = (own, width, ranks)
  }

  /// The part of this process.
  ///
  /// - Parameters:
  ///   - begins: the place among all rows at which each process's part begins.
  ///   - most: the most numbers in memory.
  /// - Complexity: O(n / p log n) time for p processes, each of which receives all n rows.
  func divided(at begins: [Int], most: Int) throws(ParzenError) -> RowSorter.Sorted {
    let cuts = try places(of: begins) + [own.count]
    var sorter = RowSorter(width: width, mostNumbers: most)
    var received: [Double] = []
    for target in 0..<ranks.count {
      var next = cuts[target]
      repeat {
        let block = next..<min(cuts[target + 1], next + Self.blockRows)
        // What fails here fails with the next block, so that all processes know.
        let found: Result<[Double], ParzenError>
        do throws(ParzenError) {
          try Self.append(received, to: &sorter, width: width)
          found = .success(try own.read(block))
        } catch { found = .failure(error) }
        let all = try ranks.agreeing(found, encode: NumberBytes.encode).map(NumberBytes.decode)
        received = ranks.rank == target ? all.flatMap(\.self) : []
        next = block.upperBound
        if all.allSatisfy(\.isEmpty) { break }
      } while true
    }
    let sorted: Result<RowSorter.Sorted, ParzenError>
    do throws(ParzenError) {
      try Self.append(received, to: &sorter, width: width)
      sorted = .success(try sorter.sorted())
    } catch { sorted = .failure(error) }
    return try ranks.together { () throws(ParzenError) in try sorted.get() }
  }

  private static func append(
    _ rows: [Double], to sorter: inout RowSorter, width: Int
  ) throws(ParzenError) {
    for begin in stride(from: 0, to: rows.count, by: width) {
      try rows[begin..<begin + width].withUnsafeBufferPointer { row throws(ParzenError) in
        try sorter.append(row)
      }
    }
  }

  /// How many of the own rows are among the first so many of all, for several numbers of these.
  private func places(of targets: [Int]) throws(ParzenError) -> [Int] {
    var low = targets.map { _ in 0 }
    var high = targets.map { _ in own.count }
    while true {
      let middles = try ranks.together { () throws(ParzenError) in
        var found: [Double] = []
        for b in targets.indices {
          let middle = (low[b] + high[b]) / 2
          found.append(Double(high[b] - low[b]))
          found += low[b] < high[b] ? try own.read(middle..<middle + 1) : .init(repeating: 0, count: width)
        }
        return found
      }
      let all = try ranks.gather(NumberBytes.encode(middles)).map(NumberBytes.decode)
      let pivots = targets.indices.map { b in
        pivot(all.map { $0[(b * (width + 1))..<((b + 1) * (width + 1))] })
      }
      guard pivots.contains(where: { $0 != nil }) else { return low }
      let found = try ranks.together { () throws(ParzenError) in
        var found: [Double] = []
        for (b, pivot) in pivots.enumerated() {
          let place = if let pivot { try firstRow(notBefore: pivot, low[b]..<high[b]) } else { low[b] }
          found.append(Double(place))
        }
        return found
      }
      let sums = try ranks.gather(NumberBytes.encode(found)).map(NumberBytes.decode)
      for (b, pivot) in pivots.enumerated() {
        guard let pivot else { continue }
        let place = Int(found[b])
        if sums.reduce(0, { $0 + Int($1[b]) }) >= targets[b] {
          high[b] = place
        } else {
          // The pivot, which one process has, is among the first.
          low[b] = place
          if place < high[b], try own.read(place..<place + 1) == pivot { low[b] += 1 }
        }
      }
    }
  }

  /// The weighted median of rows that come after their weights; nil where these are zero.
  private func pivot(_ candidates: [ArraySlice<Double>]) -> [Double]? {
    let ordered = candidates.filter { $0.first! > 0 }.map(Array.init)
      .sorted { $0.dropFirst().lexicographicallyPrecedes($1.dropFirst()) }
    let total = ordered.reduce(0) { $0 + $1[0] }
    var sum = 0.0
    for candidate in ordered {
      sum += candidate[0]
      if 2 * sum >= total { return Array(candidate.dropFirst()) }
    }
    return nil
  }

  private func firstRow(notBefore pivot: [Double], _ rows: Range<Int>) throws(ParzenError) -> Int {
    try rows.partitioningIndex { (row) throws(ParzenError) in
      try !own.read(row..<row + 1).lexicographicallyPrecedes(pivot)
    }
  }
}
