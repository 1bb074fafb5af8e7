import ParzenCore

/// At most so many of very many samples, those whose hash is small: every one has the same chance, and which
/// they are depends neither on the number of threads, processes or chunks nor, where samples differ, on their
/// order.
///
/// The hash is that of the values. Where samples repeat each other it is that of the row's number instead,
/// for otherwise all that are equal would be taken, or none.
struct SampleSubset: Sendable {
  /// The samples, k x d, in the order of their numbers.
  let points: Matrix
  /// The number of each row.
  let rows: [Int]
  /// The weight of each row.
  let weights: [Double]

  /// With more repeated rows than this, numbers decide.
  static let mostRepeated = 1e-3

  /// - Parameters:
  ///   - most: about how many, and hardly ever more.
  ///   - scan: of the same samples.
  /// - Complexity: O(n d) time, O(most d) memory.
  init(_ sums: SampleSums, atMost most: Int, scan: SampleScan) throws(ParzenError) {
    let d = sums.source.dimension
    let hasTies = Double(scan.repeatedRows) > Self.mostRepeated * Double(scan.rows)
    // Their number varies as that of independent trials does.
    let share = min(1, (Double(most) - 4 * Double(most).squareRoot()) / Double(scan.rows))
    let bound = share < 1 ? UInt64(share * 0x1p64) : UInt64.max
    let width = d + 2
    let found = try sums.reduce(
      "samples that compete", size: width * SampleSource.chunkRows,
      { (rows) throws(ParzenError) in
        var kept: [Double] = []
        for row in 0..<rows.count where rows.counts(row) {
          let values = rows.values + row * d
          let hash = hasTies ? RowHash.number(rows.first + row, stream: -1) : RowHash.values(values, d)
          guard hash <= bound else { continue }
          kept.append(Double(rows.first + row))
          kept.append(rows.weight(row))
          for k in 0..<d { kept.append(values[k] + 0) }
        }
        return kept
      }, { $0 += $1 })
    let count = found.count / width
    rows = (0..<count).map { Int(found[$0 * width]) }
    weights = (0..<count).map { found[$0 * width + 1] }
    points = Matrix(
      rows: count, columns: d, elements: (0..<count).flatMap { found[($0 * width + 2)..<(($0 + 1) * width)] })
  }
}

/// The chunks that a process has of samples in memory: those that begin with one of its rows. Rows before the
/// first of these go to the process before it, so that chunks are those of all samples in one process.
struct SamplePart {
  /// The number of the first row among all samples.
  let first: Int
  let samples: Matrix
  let weights: [Double]?

  /// - Parameters:
  ///   - counts: the rows of each process.
  /// - Complexity: O(n d) for the rows here; each process receives a chunk of every other.
  init(
    _ samples: Matrix, _ weights: [Double]?, counts: [Int], ranks: any SampleRanks
  ) throws(ParzenError) {
    guard ranks.count > 1 else {
      (first, self.samples, self.weights) = (0, samples, weights)
      return
    }
    let ends = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    /// The rows of a process that belong to the one before it.
    func head(_ rank: Int) -> Int {
      let chunk = SampleSource.chunkRows
      return min(counts[rank], (ends[rank] + chunk - 1) / chunk * chunk - ends[rank])
    }
    let (d, own) = (samples.columns, head(ranks.rank))
    let given = Array(samples.elements[..<(own * d)]) + Array(weights?[..<own] ?? [])
    let heads = try ranks.gather(NumberBytes.encode(given)).map(NumberBytes.decode)
    var elements = Array(samples.elements[(own * d)...])
    var values = weights.map { Array($0[own...]) }
    if own < samples.rows {
      for rank in (ranks.rank + 1)..<max(ranks.count, ranks.rank + 1) {
        let rows = head(rank)
        elements += heads[rank][..<(rows * d)]
        values? += heads[rank][(rows * d)...]
        if rows < counts[rank] { break }
      }
    }
    first = ends[ranks.rank] + own
    self.samples = Matrix(rows: elements.count / d, columns: d, elements: elements)
    self.weights = values
  }
}
