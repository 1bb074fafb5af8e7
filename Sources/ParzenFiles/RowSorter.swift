import ParzenCore
import ParzenPlatform

/// Rows of numbers put in ascending lexicographic order, in memory where they fit there, else on the disk:
/// runs that fit are sorted, written to a temporary file, and merged into another one. Neither file has a
/// name, so that they are gone when they are no longer used, however the process ends.
///
/// D. E. Knuth, The Art of Computer Programming 3, Sorting and Searching, section 5.4, 1998.
package struct RowSorter: ~Copyable {
  private let width: Int
  /// The rows of a run.
  private let mostRows: Int
  /// The rows of the run under way, one after the other.
  private var rows: [Double] = []
  private var runs: File?

  /// Where rows are when they are in order.
  package enum Sorted: Sendable {
    /// n x width.
    case memory(Matrix)
    case file(NumPyRows)

    /// The number n of rows.
    package var count: Int {
      switch self {
      case .memory(let rows): rows.rows
      case .file(let file): file.rows
      }
    }

    /// Rows by their places, one after the other.
    ///
    /// - Throws: `ParzenError.file` if reading fails.
    package func read(_ range: Range<Int>) throws(ParzenError) -> [Double] {
      switch self {
      case .memory(let rows):
        Array(rows.elements[(range.lowerBound * rows.columns)..<(range.upperBound * rows.columns)])
      case .file(let file):
        try [Double](capacity: range.count * file.columns) { buffer throws(ParzenError) in
          if !range.isEmpty { try file.read(range, into: buffer.baseAddress!) }
          return buffer.count
        }
      }
    }
  }

  /// - Parameters:
  ///   - width: the numbers of a row.
  ///   - mostNumbers: the most that may be in memory at a time; sorting them takes four times as many.
  package init(width: Int, mostNumbers: Int) {
    self.width = width
    mostRows = max(1, mostNumbers / width)
  }

  /// Adds a row.
  ///
  /// - Parameter row: its numbers, none of them NaN. Minus zero becomes zero.
  /// - Throws: `ParzenError.file` where the folder of temporary files has no room.
  package mutating func append(_ row: UnsafeBufferPointer<Double>) throws(ParzenError) {
    if rows.count == mostRows * width { try endRun() }
    for value in row { rows.append(value + 0) }
  }

  /// All rows in order.
  ///
  /// - Complexity: O(n log n) time; every row is written twice and read once where they do not fit into
  ///   memory.
  package consuming func sorted() throws(ParzenError) -> Sorted {
    guard runs != nil else { return .memory(ascendingRows()) }
    try endRun()
    return .file(try merged(runs.take()!))
  }

  private mutating func endRun() throws(ParzenError) {
    let run = ascendingRows()
    rows.removeAll(keepingCapacity: true)
    if runs == nil { runs = try File() }
    try runs!.append(run.elements)
    runs!.ends.append(runs!.count)
  }

  private func ascendingRows() -> Matrix {
    let rows = Matrix(rows: rows.count / width, columns: width, elements: rows)
    return rows.selectingRows(rows.ascendingRows())
  }

  /// Numbers in a temporary file.
  private struct File: ~Copyable {
    var file: InputFile
    /// How many numbers there are, and how many there were at the end of each run.
    var count = 0
    var ends: [Int] = []

    init() throws(ParzenError) { file = try InputFile(temporaryIn: NumPyRows.temporaryFolder) }

    mutating func append(_ numbers: [Double]) throws(ParzenError) {
      try numbers.withBytes { bytes throws(ParzenError) in try file.write(bytes, at: 8 * count) }
      count += numbers.count
    }

    func read(_ range: Range<Int>) throws(ParzenError) -> [Double] {
      let numbers = try [Double](capacity: range.count) { buffer throws(ParzenError) in
        try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 8 * range.lowerBound) / 8
      }
      guard numbers.count == range.count else {
        throw .file(path: file.path, reason: "a temporary file became shorter while it was read")
      }
      return numbers
    }
  }

  /// What of a run is not merged yet: some of it in memory.
  private struct Run {
    var rest: Range<Int>
    var block: [Double] = []
    var place = 0

    /// Goes on to the first or the next row.
    ///
    /// - Returns: whether there is one.
    mutating func advance(
      by width: Int, in file: borrowing File, block size: Int
    ) throws(ParzenError) -> Bool {
      place += width
      if place < block.count { return true }
      guard !rest.isEmpty else { return false }
      let next = rest.prefix(size)
      block = try file.read(next)
      (rest, place) = (next.upperBound..<rest.upperBound, 0)
      return true
    }

    /// Whether the row that is next comes before that of another run.
    func precedes(_ other: Run, width: Int) -> Bool {
      for column in 0..<width {
        let (x, y) = (block[place + column], other.block[other.place + column])
        if x != y { return x < y }
      }
      return false
    }
  }

  private func merged(_ file: consuming File) throws(ParzenError) -> NumPyRows {
    let blockNumbers = max(64, mostRows / (file.ends.count + 1)) * width
    var runs: [Run] = []
    for (begin, end) in zip([0] + file.ends, file.ends) {
      var run = Run(rest: begin..<end)
      if try run.advance(by: 0, in: file, block: blockNumbers) { runs.append(run) }
    }
    // A binary heap: no run is before the one above it.
    func sink(_ top: Int) {
      var top = top
      while true {
        var least = top
        for below in [2 * top + 1, 2 * top + 2]
        where below < runs.count && runs[below].precedes(runs[least], width: width) { least = below }
        if least == top { return }
        runs.swapAt(least, top)
        top = least
      }
    }
    for index in runs.indices.reversed() { sink(index) }
    let header = NumPyHeader.encoded(rows: file.count / width, columns: width)
    var target = try InputFile(temporaryIn: NumPyRows.temporaryFolder)
    try header.withBytes { bytes throws(ParzenError) in try target.write(bytes, at: 0) }
    var (offset, block) = (header.count, [Double]())
    block.reserveCapacity(blockNumbers)
    while !runs.isEmpty {
      let place = runs[0].place
      block += runs[0].block[place..<place + width]
      if try !runs[0].advance(by: width, in: file, block: blockNumbers) {
        runs.swapAt(0, runs.count - 1)
        runs.removeLast()
      }
      sink(0)
      if block.count >= blockNumbers || runs.isEmpty {
        try block.withBytes { bytes throws(ParzenError) in try target.write(bytes, at: offset) }
        offset += 8 * block.count
        block.removeAll(keepingCapacity: true)
      }
    }
    target.size = offset
    return try NumPyRows(target, path: NumPyRows.temporaryFolder, names: nil)
  }
}
