import ParzenCore

extension SampleSource {
  /// The rows that are here and their weights, where they are in memory.
  var memory: (samples: Matrix, weights: [Double]?)? {
    if case .memory(let samples, let weights) = storage { (samples, weights) } else { nil }
  }

  /// The samples of all processes in each of them.
  func gathered(_ sums: SampleSums) throws(ParzenError) -> SampleSource {
    var sums = sums
    sums.finished = nil
    let (samples, weights) = try all(sums)
    return SampleSource(
      self, .memory(samples, weights: weights?.values), total: samples.rows, ranks: SingleRank())
  }

  /// The same source with its rows, to which noise has been added, in another order: those that come to be
  /// here, and how many all are.
  func replaced(by samples: Matrix, weights: [Double]?, total: Int) -> SampleSource {
    SampleSource(self, .memory(samples, weights: weights), total: total, ranks: ranks)
  }

  /// The same source with its rows in another order: those that come to be here, and how many all are.
  func replaced(by files: SampleFiles, total: Int) -> SampleSource {
    let first = Self.rowRange(of: total, rank: ranks.rank, of: ranks.count).lowerBound
    return SampleSource(self, .files(files, first: first), total: total, ranks: ranks)
  }

  private init(_ other: SampleSource, _ storage: Storage, total: Int, ranks: any SampleRanks) {
    (dimension, columnNames, weights) = (other.dimension, other.columnNames, other.weights)
    (incompleteRows, passedRows) = (other.incompleteRows, other.passedRows)
    (rows, self.storage, self.ranks) = (total, storage, ranks)
    chunks = Self.chunks(of: total, rank: ranks.rank, of: ranks.count)
    rowRange = Self.rowRange(of: total, rank: ranks.rank, of: ranks.count)
  }

  /// The chunks of so many rows that a process reads.
  static func chunks(of rows: Int, rank: Int, of count: Int) -> Range<Int> {
    let total = (rows + chunkRows - 1) / chunkRows
    return total * rank / count..<total * (rank + 1) / count
  }

  /// The rows of these chunks.
  static func rowRange(of rows: Int, rank: Int, of count: Int) -> Range<Int> {
    let chunks = chunks(of: rows, rank: rank, of: count)
    return min(rows, chunks.lowerBound * chunkRows)..<min(rows, chunks.upperBound * chunkRows)
  }

  /// All samples, and their weights, of every process.
  ///
  /// - Complexity: O(n d) memory.
  func all(_ sums: SampleSums) throws(ParzenError) -> (samples: Matrix, weights: SampleWeights?) {
    let width = dimension + 1
    let found = try sums.reduce(
      "reading all samples", size: width * Self.chunkRows,
      { (rows) throws(ParzenError) in
        (0..<rows.count).flatMap { row in
          [rows.weight(row)] + (0..<rows.dimension).map { rows.values[row * rows.dimension + $0] }
        }
      }, { $0 += $1 })
    let count = found.count / width
    let samples = Matrix(
      rows: count, columns: dimension,
      elements: (0..<count).flatMap { found[($0 * width + 1)..<(($0 + 1) * width)] })
    let values = (0..<count).map { found[$0 * width] }
    switch weights {
    case nil: return (samples, nil)
    case .counts: return (samples, .counts(values))
    case .proportions: return (samples, .proportions(values))
    }
  }
}
