import ParzenCore

/// Which modes are one cluster: those whose division the samples do not bear out, and those too small.
struct ModeMerging {
  /// The end of a mode that was kept, with the p-value of its division, corrected for all tests.
  private struct Division {
    var sides: (Int, Int)
    var pValue: Double
  }

  private let merges: [MergeTree.Merge]
  /// The samples of every mode.
  private let counts: [Int]
  private var sets: DisjointSets
  private var divisions: [Division] = []

  /// - Parameters:
  ///   - merges: the ends of the modes, the one that stands out least first.
  ///   - counts: for every mode the number of samples.
  init(_ merges: [MergeTree.Merge], counts: [Int]) {
    self.merges = merges
    self.counts = counts
    sets = DisjointSets(count: counts.count)
  }

  /// The cluster of every mode, named by one of its modes.
  var clusters: [Int] { counts.indices.map(sets.name) }

  /// The p-value of a cluster's least certain division from another.
  var pValues: [Int: Double] {
    var result: [Int: Double] = [:]
    for division in divisions {
      for name in [sets.name(of: division.sides.0), sets.name(of: division.sides.1)] {
        result[name] = max(result[name] ?? 0, division.pValue)
      }
    }
    return result
  }

  /// Joins modes that could be one hump, those that stand out least first.
  ///
  /// There are as many tests as saddles, each at a bump that was found by looking: Holm's bound keeps the
  /// probability of any false division below the level, without asking more of a doubtful mode because
  /// others are certain.
  ///
  /// S. Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statistics 6, 1979.
  ///
  /// - Parameters:
  ///   - level: the level of significance.
  ///   - test: the p-value at a saddle, given the number of samples on the side that has fewer.
  mutating func joinUndivided(
    level: Double, test: (MergeTree.Merge, Int) throws(ParzenError) -> Double
  ) throws(ParzenError) {
    var known = [(count: Int, pValue: Double)?](repeating: nil, count: merges.count)
    /// Nil where both sides are one cluster; a test is made again only where more samples count.
    func pValue(_ index: Int) throws(ParzenError) -> Double? {
      guard let count = smallerCount(merges[index]) else { return nil }
      if let last = known[index], last.count == count { return last.pValue }
      let value = try test(merges[index], count)
      known[index] = (count, value)
      return value
    }
    // No bound is below the p-value itself.
    for (index, merge) in merges.enumerated() {
      if let value = try pValue(index), value >= level { join(merge) }
    }
    while true {
      var open: [(index: Int, pValue: Double)] = []
      for index in merges.indices {
        if let value = try pValue(index) { open.append((index, value)) }
      }
      var bounds = [Double](repeating: 0, count: merges.count)
      var last = 0.0
      for (rank, next) in open.sorted(by: { ($0.pValue, $0.index) < ($1.pValue, $1.index) }).enumerated() {
        last = max(last, min(1, next.pValue * Double(merges.count - rank)))
        bounds[next.index] = last
      }
      if let undivided = open.first(where: { bounds[$0.index] >= level }) {
        join(merges[undivided.index])
        continue
      }
      divisions = open.map { Division(sides: merges[$0.index].sides, pValue: bounds[$0.index]) }
      break
    }
    // Where basins lie in a ring, two modes can end at one saddle: what no saddle divides is one.
    for merge in merges where !areOne(merge.mode, merge.other) {
      let isDivided = divisions.contains { division in
        [division.sides.0, division.sides.1].contains { areOne($0, merge.mode) }
      }
      if !isDivided { sets.join(merge.mode, to: merge.other) }
    }
  }

  /// Joins clusters of fewer samples to their neighbours, the modes that stand out least first.
  mutating func joinSmaller(than least: Double) {
    while let small = merges.first(where: {
      smallerCount($0).map { $0 == 0 || Double($0) < least } ?? false
    }) {
      join(small)
    }
  }

  private mutating func join(_ merge: MergeTree.Merge) { sets.join(merge.sides.0, to: merge.sides.1) }

  private func areOne(_ a: Int, _ b: Int) -> Bool { sets.name(of: a) == sets.name(of: b) }

  /// The samples on the side of a saddle that has fewer; nil where both sides are one cluster.
  private func smallerCount(_ merge: MergeTree.Merge) -> Int? {
    guard !areOne(merge.sides.0, merge.sides.1) else { return nil }
    var sums = (0, 0)
    for (mode, count) in counts.enumerated() {
      if areOne(mode, merge.sides.0) {
        sums.0 += count
      } else if areOne(mode, merge.sides.1) {
        sums.1 += count
      }
    }
    return min(sums.0, sums.1)
  }
}
