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

    /// Reads numbers from a place on.
    func read(_ range: Range<Int>, into target: UnsafeMutablePointer<Double>) throws(ParzenError) {
      let bytes = UnsafeMutableRawBufferPointer(start: target, count: 8 * range.count)
      guard try file.read(into: bytes, at: 8 * range.lowerBound) == bytes.count else {
        throw .file(path: file.path, reason: "a temporary file became shorter while it was read")
      }
    }
  }

  /// The runs of a file on their way into one: a block of each in memory, and a binary heap of those that
  /// have rows left, in which none comes before the one above it.
  private struct Merge: ~Copyable {
    private let width: Int
    private let blockNumbers: Int
    private let blocks: UnsafeMutablePointer<Double>
    /// Of each run, where its next row is, where its block ends, and what is not in memory yet.
    private var next: [UnsafeMutablePointer<Double>]
    private var ends: [UnsafeMutablePointer<Double>]
    private var rests: [Range<Int>]
    private var heap: [Int]

    init(_ file: borrowing File, width: Int, blockNumbers: Int) throws(ParzenError) {
      let count = file.ends.count
      (self.width, self.blockNumbers) = (width, blockNumbers)
      blocks = .allocate(capacity: count * blockNumbers)
      let blocks = blocks
      next = (0..<count).map { blocks + $0 * blockNumbers }
      ends = next
      rests = zip([0] + file.ends, file.ends).map { $0..<$1 }
      heap = []
      for run in 0..<count where try fill(run, file) { heap.append(run) }
      for top in heap.indices.reversed() { sink(top) }
    }

    deinit { blocks.deallocate() }

    /// The first of all rows; nil where none is left.
    var first: UnsafeMutablePointer<Double>? { heap.first.map { next[$0] } }

    /// Leaves the first row behind.
    mutating func advance(_ file: borrowing File) throws(ParzenError) {
      let run = heap[0]
      next[run] += width
      if next[run] == ends[run], try !fill(run, file) {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
      }
      sink(0)
    }

    /// Reads the next block of a run; whether there is one.
    private mutating func fill(_ run: Int, _ file: borrowing File) throws(ParzenError) -> Bool {
      let part = rests[run].prefix(blockNumbers)
      guard !part.isEmpty else { return false }
      next[run] = blocks + run * blockNumbers
      ends[run] = next[run] + part.count
      rests[run] = part.upperBound..<rests[run].upperBound
      try file.read(part.lowerBound..<part.upperBound, into: next[run])
      return true
    }

    private mutating func sink(_ top: Int) {
      var top = top
      while true {
        var least = top
        for below in 2 * top + 1...2 * top + 2
        where below < heap.count && precedes(next[heap[below]], next[heap[least]]) { least = below }
        if least == top { return }
        heap.swapAt(least, top)
        top = least
      }
    }

    private func precedes(_ row: UnsafePointer<Double>, _ other: UnsafePointer<Double>) -> Bool {
      for column in 0..<width where row[column] != other[column] { return row[column] < other[column] }
      return false
    }
  }

  private func merged(_ file: consuming File) throws(ParzenError) -> NumPyRows {
    let blockNumbers = max(64, mostRows / (file.ends.count + 1)) * width
    var merge = try Merge(file, width: width, blockNumbers: blockNumbers)
    let header = NumPyHeader.encoded(rows: file.count / width, columns: width)
    var target = try InputFile(temporaryIn: NumPyRows.temporaryFolder)
    try header.withBytes { bytes throws(ParzenError) in try target.write(bytes, at: 0) }
    var (offset, block) = (header.count, [Double]())
    block.reserveCapacity(blockNumbers)
    while let row = merge.first {
      block.append(contentsOf: UnsafeBufferPointer(start: row, count: width))
      try merge.advance(file)
      if block.count >= blockNumbers || merge.first == nil {
        try block.withBytes { bytes throws(ParzenError) in try target.write(bytes, at: offset) }
        offset += 8 * block.count
        block.removeAll(keepingCapacity: true)
      }
    }
    target.size = offset
    return try NumPyRows(target, path: NumPyRows.temporaryFolder, names: nil)
  }
}
