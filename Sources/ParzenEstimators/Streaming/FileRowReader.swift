import ParzenCore
import ParzenFiles

/// Reads rows of files, and says which of them can be used.
struct FileRowReader: Sendable {
  private let parts: [FilePart]
  /// The rows of all files.
  private let count: Int
  /// The columns that are taken of the files.
  let columns: [Int]
  private let selection: RowSelection
  private let missing: Set<Double>

  /// Rows of a block.
  static let blockRows = SampleSource.chunkRows

  init(_ parts: [FilePart], columns: [Int], selection: RowSelection) {
    (self.parts, self.columns, self.selection) = (parts, columns, selection)
    count = parts.last.map { $0.first + $0.file.rows } ?? 0
    missing = Set(selection.missing)
  }

  /// What tells the rows, and their selection, from others.
  var identity: String {
    let files = parts.map(\.file) + [selection.weightFile].compactMap(\.self)
    let choices =
      "\(selection.weightColumn ?? -1) \(selection.missing) \(selection.dropsMissing) \(selection.step)"
    return "\(files.map(\.identity)) \(columns) \(choices)"
  }

  /// The columns of the files.
  var width: Int { parts[0].file.columns }

  func rows(ofBlock block: Int) -> Range<Int> {
    block * Self.blockRows..<min(count, (block + 1) * Self.blockRows)
  }

  /// Reads whole rows, row by row.
  func read(_ range: Range<Int>, into target: UnsafeMutablePointer<Double>) throws(ParzenError) {
    for part in parts {
      let own = range.clamped(to: part.first..<part.first + part.file.rows)
      guard !own.isEmpty else { continue }
      try part.read(
        own.lowerBound - part.first..<own.upperBound - part.first,
        into: target + (own.lowerBound - range.lowerBound) * width)
    }
  }

  /// Reads rows and works on each: its values in all columns, its weight, and whether it can be used.
  ///
  /// - Throws: `ParzenError.file` for a missing value where these are not dropped, and for negative weights.
  func withRows(
    _ range: Range<Int>, _ body: (UnsafePointer<Double>, Double, _ isUsable: Bool) -> Void
  ) throws(ParzenError) {
    let values = UnsafeMutablePointer<Double>.allocate(capacity: range.count * (width + 1))
    defer { values.deallocate() }
    try read(range, into: values)
    let weights = values + range.count * width
    try selection.weightFile?.read(range, into: weights)
    for place in 0..<range.count {
      let row = values + place * width
      var weight = 1.0
      if selection.weightFile != nil { weight = weights[place] }
      if let column = selection.weightColumn { weight = missing.contains(row[column]) ? .nan : row[column] }
      var isUsable = true
      if selection.readsValues {
        let gap = columns.first { !row[$0].isFinite || missing.contains(row[$0]) }
        let isComplete = gap == nil && weight.isFinite
        if !isComplete, !selection.dropsMissing {
          throw refusal(range.lowerBound + place, gap.map { ($0, row[$0]) }, weight)
        }
        if isComplete, weight < 0 { throw refusal(range.lowerBound + place, nil, weight) }
        isUsable = isComplete && weight > 0
      }
      body(row, weight, isUsable)
    }
  }

  /// The number of a row in its file, from 1, and the path of the file where there are several.
  func name(ofRow row: Int) -> String {
    let part = part(ofRow: row)
    return parts.count == 1 ? "\(row - part.first + 1)" : "\(row - part.first + 1) of \(part.file.path)"
  }

  private func part(ofRow row: Int) -> FilePart { parts.last { $0.first <= row } ?? parts[0] }

  /// The error of a row that cannot be a sample.
  private func refusal(_ row: Int, _ gap: (column: Int, value: Double)?, _ weight: Double) -> ParzenError {
    let part = part(ofRow: row)
    let number = row - part.first + 1
    let remedy = "correct it, or leave out such rows with `dropMissing`"
    if let gap {
      let what =
        gap.value.isNaN ? "not a number (NaN)" : gap.value.isFinite ? "a missing value" : "infinite"
      return .file(
        path: part.file.path,
        reason: "row \(number), column \(part.columnInFile(gap.column) + 1) is \(what): \(remedy)")
    }
    return .file(
      path: selection.weightFile?.path ?? part.file.path,
      reason: weight < 0 && weight.isFinite
        ? "the weight \(short(weight)) is negative: give weights of at least zero"
        : "the weight of row \(number) is \(short(weight)): \(remedy)")
  }

  /// What all rows together tell.
  struct Count {
    /// The number of usable rows before each block, and of all.
    var before = [0]
    /// Rows with a missing value.
    var incomplete = 0
    /// Whether all weights are whole numbers.
    var areWhole = true
  }

  /// Counts the rows that can be used.
  ///
  /// - Complexity: O(all rows of the files) time over the processes and threads; 8 bytes for a block.
  func countUsable(ranks: any SampleRanks, threads: Int) throws(ParzenError) -> Count {
    let total = (count + Self.blockRows - 1) / Self.blockRows
    let own = total * ranks.rank / ranks.count..<total * (ranks.rank + 1) / ranks.count
    let blocks: Result<[Double], ParzenError>
    do throws(ParzenError) {
      let found = try concurrentResults(own.count, threads: threads) { (index) throws(ParzenError) in
        try countUsable(rows(ofBlock: own.lowerBound + index))
      }
      blocks = .success(found.flatMap(\.self))
    } catch { blocks = .failure(error) }
    var all = Count()
    for bytes in try ranks.agreeing(blocks, encode: NumberBytes.encode) {
      let numbers = NumberBytes.decode(bytes)
      for block in 0..<numbers.count / 3 {
        all.before.append(all.before[all.before.count - 1] + Int(numbers[3 * block]))
        all.incomplete += Int(numbers[3 * block + 1])
        all.areWhole = all.areWhole && numbers[3 * block + 2] == 0
      }
    }
    return all
  }

  /// Of a block: the rows that can be used, those with a missing value, and weights that are not whole.
  private func countUsable(_ rows: Range<Int>) throws(ParzenError) -> [Double] {
    var (usable, incomplete, broken) = (0.0, 0.0, 0.0)
    try withRows(rows) { _, weight, isUsable in
      if isUsable { usable += 1 } else if weight != 0 { incomplete += 1 }
      if isUsable, weight != weight.rounded() { broken += 1 }
    }
    return [usable, incomplete, broken]
  }
}
