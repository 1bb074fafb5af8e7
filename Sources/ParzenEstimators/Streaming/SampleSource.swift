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
/// ```swift
/// let source = try SampleSource(contentsOf: [URL(filePath: "big-1.npy"), URL(filePath: "big-2.npy")])
/// let estimate = try MixtureTransformer(source: source)
/// ```
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
  let rowRange: Range<Int>
  let storage: Storage
  /// What the weights of the rows mean; nil where they have none.
  package let weights: WeightMeaning?
  /// Rows of the files that are left out for a missing value, and for others; of all processes.
  package let incompleteRows: Int
  package let passedRows: Int
  /// What is added to the columns.
  var noise: SampleNoise?

  /// Rows of a chunk.
  static let chunkRows = SampleNoise.blockRows

  enum Storage: Sendable {
    /// Rows from the first one on that is read here, and their weights.
    case memory(Matrix, weights: [Double]?)
    /// Rows that are numbered from the first one of the files on.
    case files(SampleFiles, first: Int)
  }

  /// What weights mean, see `SampleWeights`.
  package enum WeightMeaning: Sendable {
    case counts, proportions
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
    storage = .memory(part.samples, weights: part.weights)
    self.ranks = ranks
    (incompleteRows, passedRows) = (0, 0)
    weights =
      switch sampleWeights {
      case nil: nil
      case .counts: .counts
      case .proportions: .proportions
      }
  }

  /// Samples in `.npy` files of numbers, one after the other. The files stay on the disk, and must not change
  /// until the estimate is made.
  ///
  /// - Parameters:
  ///   - files: with equal columns, which are matched by their names where files have names.
  ///   - columns: the columns to take, from 0 in the first file that has names, else in all; all when nil.
  ///   - selection: which rows are samples, and what they weigh; where that depends on their values, all are
  ///     read once for it.
  ///   - ranks: processes that can all read these files; each takes a part of their rows.
  ///   - threads: the most threads to use.
  /// - Throws: `ParzenError.file` for files that cannot be read in parts, or with different columns, or with
  ///   missing values or weights that make no sense.
  /// - Complexity: 8 bytes for 16,384 rows, where rows are read.
  public init(
    contentsOf files: [URL], columns: [Int]? = nil, selection: RowSelection = RowSelection(),
    ranks: (any SampleRanks)? = nil, threads: Int = Parallelism.threads
  ) throws(ParzenError) {
    // A file that one process cannot see is the error of all.
    let opened = try (ranks ?? SingleRank()).together { () throws(ParzenError) in
      try files.map { (url) throws(ParzenError) in try NumPyRows(contentsOf: url) }
    }
    try self.init(files: opened, columns: columns, selection: selection, ranks: ranks, threads: threads)
  }

  /// The same of open files.
  package init(
    files: [NumPyRows], columns: [Int]? = nil, selection: RowSelection = RowSelection(),
    ranks: (any SampleRanks)? = nil, threads: Int = Parallelism.threads
  ) throws(ParzenError) {
    let ranks = ranks ?? SingleRank()
    let files = try SampleFiles(files, columns: columns, selection, ranks: ranks, threads: threads)
    rows = files.rows
    chunks = Self.chunks(of: rows, rank: ranks.rank, of: ranks.count)
    rowRange = Self.rowRange(of: rows, rank: ranks.rank, of: ranks.count)
    dimension = files.columns.count
    columnNames = files.columnNames
    weights = files.weights
    (incompleteRows, passedRows) = (files.incompleteRows, files.passedRows)
    storage = .files(files, first: 0)
    self.ranks = ranks
  }
}

extension SampleSource {
  /// The files that a name stands for: the file of this name, else those that match it, with `*`, `?` and
  /// `[ ]` as in a shell, in the order of their names; the name itself where there are none.
  public static func files(matching name: String) -> [String] { FilePattern.files(name) }

  /// What messages call the columns, and the rows of files.
  package var labels: SampleLabels {
    guard case .files(let files, let first) = storage else { return SampleLabels() }
    return SampleLabels(columns: columnNames) { sample in
      // A message is still worth reading where a file has gone.
      (try? files.row(ofSample: sample - first)) ?? "\(sample + 1)"
    }
  }

  /// What tells the samples from others: names, sizes and times of the files, and which of their rows and
  /// columns are meant; nil for samples in memory.
  var identity: String? { if case .files(let files, _) = storage { files.identity } else { nil } }

  /// Whether rows have weights.
  var isWeighted: Bool { weights != nil }
}
