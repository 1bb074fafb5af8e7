import ParzenCore
import ParzenFiles
import ParzenKernels

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where samples are: in memory, in `.npy` files that stay on the disk, or both in parts that several
/// processes have.
///
///     let source = try SampleSource(contentsOf: [URL(filePath: "big-1.npy"), URL(filePath: "big-2.npy")])
///     let estimate = try MixtureTransformer(source: source)
///
/// Samples are read in chunks of 16,384 rows, several times. Sums are formed within chunks, and chunks are
/// added up in pairs, pairs of pairs, and so on, by their number alone: the estimate has the same bits
/// however the rows are divided into files, for any number of threads, and for any number of processes that
/// read the same files.
public struct SampleSource: Sendable {
  /// The number of columns, d.
  public let dimension: Int
  /// The number of rows, those of all processes.
  public let rows: Int
  /// The names of the columns; `x1`, `x2`, ... where the files have none.
  public let columnNames: [String]
  let ranks: any SampleRanks
  /// The numbers of the chunks that are read here, and their first and last row.
  let chunks: Range<Int>
  private let rowRange: Range<Int>
  private let storage: Storage
  let weights: SourceWeights

  /// Rows of a chunk.
  static let chunkRows = 1 << 14

  private enum Storage: Sendable {
    /// Rows from the first one on that is read here.
    case memory(Matrix)
    /// Files with the number of their first row each, and the columns that are taken of them.
    case files([(file: NumPyRows, first: Int)], columns: [Int]?)
  }

  /// The weights of rows.
  enum SourceWeights: Sendable {
    case none
    case counts([Double])
    case proportions([Double])

    var values: [Double]? {
      switch self {
      case .none: nil
      case .counts(let values), .proportions(let values): values
      }
    }
  }

  /// Samples in memory, n x d; of several processes, those that this one has.
  ///
  /// - Parameters:
  ///   - sampleWeights: one for each row; ones when nil.
  ///   - ranks: the processes; all of them must make their sources at the same time.
  /// - Throws: `ParzenError.invalidOption` for weights that make no sense; `ParzenError.dimensionMismatch`
  ///   where processes have different numbers of columns.
  public init(
    _ samples: Matrix, sampleWeights: SampleWeights? = nil, ranks: (any SampleRanks)? = nil
  ) throws(ParzenError) {
    let ranks = ranks ?? SingleRank()
    let checked: Result<Void, ParzenError>
    do throws(ParzenError) {
      guard samples.columns > 0, samples.rows > 0 else {
        throw .unusableSamples("there are no samples: give at least one row and one column")
      }
      if let sampleWeights { try SampleMoments.check(sampleWeights, rows: samples.rows) }
      checked = .success(())
    } catch { checked = .failure(error) }
    let kind: Double =
      switch sampleWeights {
      case nil: 0
      case .counts: 1
      case .proportions: 2
      }
    let shapes = try ranks.agreeing(checked) {
      NumberBytes.encode([Double(samples.rows), Double(samples.columns), kind])
    }.map(NumberBytes.decode)
    if let other = shapes.first(where: { $0[1] != shapes[0][1] }) {
      throw .dimensionMismatch(expected: Int(shapes[0][1]), found: Int(other[1]))
    }
    guard shapes.allSatisfy({ $0[2] == shapes[0][2] }) else {
      throw .invalidOption("some processes have weights of samples and others none: give them all, or none")
    }
    let part = try SamplePart(samples, sampleWeights?.values, counts: shapes.map { Int($0[0]) }, ranks: ranks)
    rowRange = part.first..<part.first + part.samples.rows
    let firstChunk = part.first / Self.chunkRows
    chunks = firstChunk..<firstChunk + (part.samples.rows + Self.chunkRows - 1) / Self.chunkRows
    rows = shapes.reduce(0) { $0 + Int($1[0]) }
    dimension = samples.columns
    columnNames = (1...samples.columns).map { "x\($0)" }
    storage = .memory(part.samples)
    self.ranks = ranks
    weights =
      switch sampleWeights {
      case nil: .none
      case .counts: .counts(part.weights ?? [])
      case .proportions: .proportions(part.weights ?? [])
      }
  }

  /// Samples in `.npy` files of numbers, one after the other. The files stay on the disk, and must not change
  /// until the estimate is made.
  ///
  /// - Parameters:
  ///   - files: with equal columns.
  ///   - columns: the columns to take, from 0; all when nil.
  ///   - ranks: processes that can all read these files; each takes a part of their rows.
  /// - Throws: `ParzenError.file` for files that cannot be read in parts, or with different columns.
  public init(
    contentsOf files: [URL], columns: [Int]? = nil, ranks: (any SampleRanks)? = nil
  ) throws(ParzenError) {
    try self.init(
      files: try files.map { (url) throws(ParzenError) in try NumPyRows(contentsOf: url) }, columns: columns,
      ranks: ranks)
  }

  /// The same of open files.
  package init(
    files: [NumPyRows], columns: [Int]? = nil, ranks: (any SampleRanks)? = nil
  ) throws(ParzenError) {
    guard !files.isEmpty else { throw .invalidOption("there are no files of samples: name at least one") }
    var (opened, count) = ([(file: NumPyRows, first: Int)](), 0)
    for file in files {
      if let first = opened.first?.file, first.columns != file.columns {
        throw .file(
          path: file.path,
          reason:
            "has \(file.columns) columns, \(first.path) has \(first.columns): give files with equal columns")
      }
      opened.append((file, count))
      count += file.rows
    }
    let all = opened[0].file.columns
    if let wrong = columns?.first(where: { !(0..<all).contains($0) }) {
      throw .invalidOption("there is no column \(wrong + 1): the files have \(all)")
    }
    let names = opened[0].file.names ?? (1...all).map { "x\($0)" }
    let ranks = ranks ?? SingleRank()
    let total = (count + Self.chunkRows - 1) / Self.chunkRows
    chunks = total * ranks.rank / ranks.count..<total * (ranks.rank + 1) / ranks.count
    rowRange = chunks.lowerBound * Self.chunkRows..<min(count, chunks.upperBound * Self.chunkRows)
    rows = count
    dimension = columns?.count ?? all
    columnNames = columns.map { $0.map { names[$0] } } ?? names
    storage = .files(opened, columns: columns)
    weights = .none
    self.ranks = ranks
  }
}

/// The chunks that a process has of samples in memory: those that begin with one of its rows. Rows before the
/// first of these go to the process before it, so that chunks are those of all samples in one process.
private struct SamplePart {
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

/// Some rows, as they are read.
struct SampleRows {
  /// The number of the first one among all samples.
  let first: Int
  /// The rows, row by row.
  let values: UnsafePointer<Double>
  let count: Int
  let dimension: Int
  /// The weight of each row; nil for ones.
  let weights: ArraySlice<Double>?

  /// Whether a row counts.
  func counts(_ row: Int) -> Bool { weights.map { $0[$0.startIndex + row] > 0 } ?? true }

  func weight(_ row: Int) -> Double { weights.map { $0[$0.startIndex + row] } ?? 1 }
}

extension SampleSource {
  /// The rows of a chunk.
  func rowRange(ofChunk chunk: Int) -> Range<Int> {
    let first = rowRange.lowerBound + (chunk - chunks.lowerBound) * Self.chunkRows
    return first..<min(first + Self.chunkRows, rowRange.upperBound)
  }

  /// Reads a chunk and works on it.
  ///
  /// - Complexity: memory of a chunk, less than 16,384 d numbers.
  func withChunk<Result>(
    _ chunk: Int, _ body: (SampleRows) throws(ParzenError) -> Result
  ) throws(ParzenError) -> Result {
    let range = rowRange(ofChunk: chunk)
    let place = range.lowerBound - rowRange.lowerBound
    let weights = weights.values.map { $0[place..<place + range.count] }
    func rows(_ values: UnsafePointer<Double>) -> SampleRows {
      SampleRows(
        first: range.lowerBound, values: values, count: range.count, dimension: dimension, weights: weights)
    }
    switch storage {
    case .memory(let samples):
      return try samples.elements.withUnsafeBufferPointer { elements throws(ParzenError) in
        try body(rows(elements.baseAddress! + place * dimension))
      }
    case .files(let files, let columns):
      let width = files[0].file.columns
      let buffer = UnsafeMutablePointer<Double>.allocate(capacity: range.count * width)
      defer { buffer.deallocate() }
      for (file, first) in files {
        let part = range.clamped(to: first..<first + file.rows)
        guard !part.isEmpty else { continue }
        try file.read(
          part.lowerBound - first..<part.upperBound - first,
          into: buffer + (part.lowerBound - range.lowerBound) * width)
      }
      if let columns { Self.select(columns, of: width, range.count, buffer) }
      return try body(rows(buffer))
    }
  }

  /// Moves the chosen columns of every row together.
  private static func select(
    _ columns: [Int], of width: Int, _ count: Int, _ buffer: UnsafeMutablePointer<Double>
  ) {
    var row = [Double](repeating: 0, count: columns.count)
    for index in 0..<count {
      for (place, column) in columns.enumerated() { row[place] = buffer[index * width + column] }
      for place in columns.indices { buffer[index * columns.count + place] = row[place] }
    }
  }
}

extension SampleSource {
  /// Whether rows have weights.
  var isWeighted: Bool { weights.values != nil }

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
    case .none: return (samples, nil)
    case .counts: return (samples, .counts(values))
    case .proportions: return (samples, .proportions(values))
    }
  }
}

extension SampleSource {
  /// The files that a name stands for: the file of this name, else those that match it, with `*`, `?` and
  /// `[ ]` as in a shell, in the order of their names; the name itself where there are none.
  public static func files(matching name: String) -> [String] { FilePattern.files(name) }
}
