import ParzenCore

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
