import ParzenCore
import ParzenFiles

/// Samples in `.npy` files, one after the other: some of their columns, matched by name, and of their rows
/// those that a selection chooses.
///
/// Where values decide, all rows are read once and counted by blocks; the sample of a number then lies in the
/// block that these counts say.
struct SampleFiles: Sendable {
  private let reader: FileRowReader
  private let selection: RowSelection
  let columnNames: [String]
  /// The number of usable rows before each block, and of all; nil where all are usable.
  private let usableBefore: [Int]?
  /// The number of samples.
  let rows: Int
  let weights: SampleSource.WeightMeaning?
  let incompleteRows: Int
  let passedRows: Int

  /// The columns that are taken of the files.
  var columns: [Int] { reader.columns }

  /// - Throws: as `SampleSource` does.
  init(
    _ files: [NumPyRows], columns: [Int]?, _ selection: RowSelection, ranks: any SampleRanks, threads: Int
  ) throws(ParzenError) {
    let (parts, names) = try FilePart.joining(files)
    let (first, count) = (files[0], files.reduce(0) { $0 + $1.rows })
    let kept = columns ?? (0..<first.columns).filter { $0 != selection.weightColumn }
    if let wrong = (kept + [selection.weightColumn].compactMap(\.self)).first(where: {
      !(0..<first.columns).contains($0)
    }) {
      throw .invalidOption("there is no column \(wrong + 1): the files have \(first.columns)")
    }
    guard !kept.isEmpty else { throw .invalidOption("no column is left: choose at least one") }
    guard selection.step >= 1 else {
      throw .invalidOption("every \(selection.step)th row makes no sense: give 1 or more")
    }
    if let weights = selection.weightFile, weights.columns != 1 || weights.rows != count {
      throw .file(
        path: weights.path,
        reason: weights.columns != 1
          ? "weights are one column, but there are \(weights.columns): choose one by its name"
          : "there are \(counted(weights.rows, "weight")), but \(counted(count, "row")): give one for each")
    }
    (columnNames, self.selection) = (kept.map { names?[$0] ?? "x\($0 + 1)" }, selection)
    reader = FileRowReader(parts, columns: kept, selection: selection)
    guard selection.readsValues else {
      (usableBefore, weights, incompleteRows, passedRows) = (nil, nil, 0, 0)
      rows = selection.count(of: count)
      return
    }
    let found = try reader.countUsable(ranks: ranks, threads: threads)
    guard let usable = found.before.last, usable > 0 else {
      throw .file(
        path: first.path,
        reason: found.incomplete == count
          ? "every row has a missing, not-a-number or infinite value"
          : "all samples have the weight zero: give positive ones")
    }
    usableBefore = found.before
    weights = selection.hasWeights ? (found.areWhole ? .counts : .proportions) : nil
    rows = selection.count(of: usable)
    incompleteRows = found.incomplete
    passedRows = count - found.incomplete - usable
  }

  /// What tells the samples from others.
  var identity: String { "\(reader.identity) \(rows)" }

  /// Reads samples by their numbers.
  ///
  /// - Parameter target: has room for range x d values.
  /// - Returns: their weights; nil where they have none.
  /// - Complexity: O(rows of the files that lie between them) time; memory of a block of rows.
  func read(
    _ range: Range<Int>, into target: UnsafeMutablePointer<Double>
  ) throws(ParzenError) -> [Double]? {
    let (step, columns) = (selection.step, columns)
    if step == 1, usableBefore == nil, columns == Array(0..<reader.width) {
      try reader.read(range, into: target)
      return nil
    }
    var weights: [Double]? = selection.hasWeights ? [] : nil
    var next = range.lowerBound
    while next < range.upperBound {
      let block = block(ofUsable: next * step)
      let rows = reader.rows(ofBlock: block)
      var usable = usableBefore?[block] ?? rows.lowerBound
      try reader.withRows(rows) { values, weight, isUsable in
        guard isUsable else { return }
        if next < range.upperBound, usable == next * step {
          for (place, column) in columns.enumerated() {
            target[(next - range.lowerBound) * columns.count + place] = values[column]
          }
          weights?.append(weight)
          next += 1
        }
        usable += 1
      }
    }
    return weights
  }

  /// The row of its file that a sample was, from 1, and the path of the file where there are several.
  ///
  /// - Complexity: O(rows of a block) time and memory.
  func row(ofSample number: Int) throws(ParzenError) -> String {
    let usableNumber = number * selection.step
    let block = block(ofUsable: usableNumber)
    let rows = reader.rows(ofBlock: block)
    guard var usable = usableBefore?[block] else { return reader.name(ofRow: usableNumber) }
    var (place, found) = (rows.lowerBound, rows.lowerBound)
    try reader.withRows(rows) { _, _, isUsable in
      if isUsable {
        if usable == usableNumber { found = place }
        usable += 1
      }
      place += 1
    }
    return reader.name(ofRow: found)
  }

  /// The block in which the usable row of a number lies.
  private func block(ofUsable number: Int) -> Int {
    guard let usableBefore else { return number / FileRowReader.blockRows }
    return usableBefore.indices.dropFirst().dropLast().partitioningIndex { usableBefore[$0] > number } - 1
  }
}

/// Which rows of files are samples, and what they weigh.
///
/// ```swift
/// var selection = RowSelection()
/// selection.weightColumn = 3
/// selection.dropsMissing = true
/// let source = try SampleSource(
///   contentsOf: [URL(filePath: "big.npy")], columns: [0, 1], selection: selection)
/// ```
public struct RowSelection: Sendable {
  /// The column, from 0, that holds the rows' weights: whole numbers count equal samples, others are
  /// proportions; a row of weight zero is none.
  public var weightColumn: Int?
  /// Numbers that stand for a missing value.
  public var missing: [Double] = []
  /// Whether to leave out rows with a missing, not-a-number or infinite value, instead of refusing.
  public var dropsMissing = false
  /// Of the rows that are left, every so many-th one is a sample, from the first on.
  public var step = 1
  /// A file with one column that has the weights.
  package var weightFile: NumPyRows?

  /// All rows, each of weight 1.
  public init() {}

  /// Whether values decide which rows are samples.
  var readsValues: Bool { hasWeights || dropsMissing || !missing.isEmpty }

  var hasWeights: Bool { weightColumn != nil || weightFile != nil }

  /// How many of some usable rows, one or more, are samples.
  func count(of usable: Int) -> Int { (usable - 1) / step + 1 }
}
