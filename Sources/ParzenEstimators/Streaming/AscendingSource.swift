import ParzenCore
import ParzenFiles

/// A source whose rows are put in ascending order, so that what goes by the numbers of rows is a rule of
/// values: which of them are summed together, where in its step a tied value is placed, and which of equal
/// samples compete.
///
/// Samples on the disk that do not fit into memory are sorted there, those of several processes by all of
/// them. Of many samples without ties the order stays as it is, which costs nothing, and changes rounding
/// alone.
struct AscendingSource: Sendable {
  let source: SampleSource
  /// The rows of the source that are here, each with the number that it had before.
  private let rows: RowSorter.Sorted
  private let firstRow: Int
  private let ranks: any SampleRanks

  /// So many samples, and numbers of samples, are always put in order, by every process for itself.
  private static let (fewRows, fewNumbers) = (1 << 17, 1 << 21)
  /// The most numbers on the disk that are sorted in memory at a time.
  private static let mostNumbers = 1 << 24

  /// - Parameter scan: of the same samples.
  /// - Returns: nil where the rows keep their order.
  /// - Throws: `ParzenError.file` where files cannot be read, or that of temporary files has no room.
  /// - Complexity: O(n d log n) time; O(n d) memory for samples in memory, else that of some chunks, and 16 n
  ///   (d + 1) bytes of the disk. Several processes send each other every row.
  init?(_ sums: SampleSums, _ scan: SampleScan) throws(ParzenError) {
    var sums = sums
    let isSingle = sums.source.ranks.count == 1
    let isFew =
      sums.source.rows <= Self.fewRows && sums.source.rows * sums.source.dimension <= Self.fewNumbers
    if isFew, !isSingle {
      sums.source = try sums.source.gathered(sums)
    } else if let (samples, weights) = sums.source.memory, isSingle {
      guard isFew || Ties.areIn(samples, weights) else { return nil }
    } else {
      guard isFew || Ties.areIn(scan) else { return nil }
    }
    try self.init(sorting: sums)
  }

  private init(sorting sums: SampleSums) throws(ParzenError) {
    let (source, ranks) = (sums.source, sums.source.ranks)
    let (d, isWeighted) = (source.dimension, source.isWeighted)
    // The weight is what decides between equal rows, so that it belongs to the order.
    let width = d + (isWeighted ? 2 : 1)
    let most = source.memory != nil ? Int.max : min(Self.mostNumbers, sums.mostNumbers / 8)
    if source.rows * width > most {
      let size = (8 * source.rows * width) >> 20
      sums.onPass("putting the rows in order, in temporary files of twice \(size) MB")
    }
    let own = try ranks.together { () throws(ParzenError) in
      var sorter = RowSorter(width: width, mostNumbers: most)
      var row = [Double](repeating: 0, count: width)
      for chunk in source.chunks {
        try source.withChunk(chunk) { rows throws(ParzenError) in
          for index in 0..<rows.count where rows.counts(index) {
            for k in 0..<d { row[k] = rows.values[index * d + k] }
            if isWeighted { row[d] = rows.weight(index) }
            row[width - 1] = Double(rows.first + index)
            try row.withUnsafeBufferPointer { row throws(ParzenError) in try sorter.append(row) }
          }
        }
      }
      return try sorter.sorted()
    }
    let counts = try ranks.agreeing(.success(own.count)) { NumberBytes.encode([Double($0)]) }
    let total = counts.reduce(0) { $0 + Int(NumberBytes.decode($1)[0]) }
    let ranges = (0..<ranks.count).map { SampleSource.rowRange(of: total, rank: $0, of: ranks.count) }
    rows =
      ranks.count == 1
      ? own
      : try RankedRows(own, width: width, ranks: ranks).divided(at: ranges.map(\.lowerBound), most: most)
    firstRow = ranges[ranks.rank].lowerBound
    self.ranks = ranks
    switch rows {
    case .memory(let sorted):
      self.source = source.replaced(
        by: sorted.selectingColumns(Array(0..<d)), weights: isWeighted ? sorted[column: d] : nil, total: total
      )
    case .file(let file):
      var selection = RowSelection()
      if isWeighted { selection.weightColumn = d }
      let files = try ranks.together { () throws(ParzenError) in
        try SampleFiles(
          [file], columns: Array(0..<d), selection, ranks: SingleRank(), threads: sums.threads)
      }
      self.source = source.replaced(by: files, total: total)
    }
  }

  /// A record of these samples, with the numbers that their rows had before.
  func renumbered(_ record: EstimateRecord) throws(ParzenError) -> EstimateRecord {
    let here = firstRow..<firstRow + rows.count
    let own = try ranks.together { () throws(ParzenError) in
      var found: [Double] = []
      for row in record.setApart.joined() where here.contains(row) {
        found += [Double(row), try rows.read(row - firstRow..<row - firstRow + 1).last!]
      }
      return found
    }
    var numbers: [Int: Int] = [:]
    for bytes in try ranks.gather(NumberBytes.encode(own)) {
      let found = NumberBytes.decode(bytes)
      for place in stride(from: 0, to: found.count, by: 2) {
        numbers[Int(found[place])] = Int(found[place + 1])
      }
    }
    return record.renumbered { numbers[$0]! }
  }
}

/// Whether samples have ties, so that the numbers of rows have a say: whether a column may have its ties
/// spread, or more rows repeat others than samples are drawn by values with.
private enum Ties {
  /// A rule of values. A chunk has no more repetitions than all rows, so that `SampleSubset` never goes by
  /// the numbers of rows that are not in order.
  ///
  /// - Complexity: O(n d) time, less where there are many ties; 32 n bytes at most.
  static func areIn(_ samples: Matrix, _ weights: [Double]?) -> Bool {
    let d = samples.columns
    let counted = (0..<samples.rows).filter { row in weights.map { $0[row] > 0 } ?? true }
    return samples.elements.withUnsafeBufferPointer { elements in
      for column in 0..<d {
        var values: Set<Double> = []
        for row in counted where values.count <= SampleScan.mostValues {
          values.insert(elements[row * d + column])
        }
        if values.count <= SampleScan.mostValues, haveTies(values.count, counted.count) { return true }
      }
      var (hashes, repeated) = (RepeatedHashes(rows: counted.count), 0)
      for row in counted where hashes.contains(RowHash.values(elements.baseAddress! + row * d, d)) {
        repeated += 1
        if Double(repeated) > SampleSubset.mostRepeated * Double(counted.count) { return true }
      }
      return false
    }
  }

  /// Of samples on the disk the rows that repeat others of their chunk are known, which are about as many of
  /// all that repeat others as the chunk is of all rows, where these have no order yet.
  static func areIn(_ scan: SampleScan) -> Bool {
    let chunks = max(1, Double(scan.rows) / Double(SampleSource.chunkRows))
    return scan.values.contains { $0.map { haveTies($0.count, scan.rows) } ?? false }
      || Double(scan.repeatedRows) * chunks > SampleSubset.mostRepeated * Double(scan.rows)
  }

  /// Whether so many values are distinct that their column may have a step.
  private static func haveTies(_ distinct: Int, _ rows: Int) -> Bool {
    distinct > 1 && distinct <= Int(mostDistinct * Double(rows))
  }

  /// Where so many of a column's values are tied that it has a step, pairs at the least, the distinct ones
  /// are fewer than this part.
  private static let mostDistinct = 1 - ColumnResolution.fewestTied / 2
}
