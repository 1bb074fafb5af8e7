import ParzenCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Points read from a file: one row per point, one named column per dimension, every value finite.
///
/// ```swift
/// let table = try Table(contentsOf: URL(filePath: "samples.csv"))
/// let estimate = try KernelDensity(samples: table.values)
/// ```
public struct Table: Sendable, Equatable {
  /// The names of the columns; `x1`, `x2`, ... if the file has none.
  public var columnNames: [String]
  /// The points: rows x columns.
  public var values: Matrix
  /// How many rows were left out because a value was missing, not a number or infinite.
  public var droppedRows: Int

  /// A table from its parts.
  ///
  /// - Parameter columnNames: one name per column; nil for `x1`, `x2`, ...
  /// - Precondition: there are as many names as columns.
  public init(columnNames: [String]? = nil, values: Matrix, droppedRows: Int = 0) {
    let names = columnNames ?? (0..<values.columns).map { "x\($0 + 1)" }
    precondition(names.count == values.columns, "a table needs one name per column")
    self.columnNames = names
    self.values = values
    self.droppedRows = droppedRows
  }
}

extension Table {
  /// Reads a CSV or NumPy `.npy` file; which of them it is shows in its first bytes, not in its name.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - dropMissing: whether to leave out rows with a missing, not-a-number or infinite value, instead of
  ///     refusing.
  /// - Throws: `ParzenError.file` if the file cannot be read or does not hold a table of finite numbers. The
  ///   text says where: for CSV by the line of the file, for `.npy` by the number of the row, both counted
  ///   from 1.
  /// - Complexity: O(size of the file). Memory: the values, and for CSV the text as well.
  public init(contentsOf url: URL, dropMissing: Bool = false) throws(ParzenError) {
    let path = url.givenPath
    let file = try InputFile(path: path)
    let opening = try [UInt8](capacity: NumPyHeader.magic.count) { buffer throws(ParzenError) in
      file.size == nil ? 0 : try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
    }
    if opening == NumPyHeader.magic {
      // Straight into the table, without a copy of the file in memory.
      try self.init(checking: try NumPyReader.matrix(file, path: path), path: path, dropMissing: dropMissing)
    } else {
      try self.init(bytes: try file.readAll(), path: path, dropMissing: dropMissing)
    }
  }

  /// Reads the content of a CSV or `.npy` file.
  ///
  /// - Parameters:
  ///   - bytes: the whole content; text in UTF-8.
  ///   - path: a name for messages.
  ///   - dropMissing: as for `init(contentsOf:dropMissing:)`.
  public init(bytes: [UInt8], path: String, dropMissing: Bool = false) throws(ParzenError) {
    if bytes.starts(with: NumPyHeader.magic) {
      let matrix = try bytes.withBytes { bytes throws(ParzenError) in
        try NumPyReader.matrix(MemorySource(bytes: bytes), path: path)
      }
      try self.init(checking: matrix, path: path, dropMissing: dropMissing)
      return
    }
    do throws(FormatError) {
      self = try bytes.withUnsafeBufferPointer { bytes throws(FormatError) in
        try CSVReader.table(bytes, dropMissing: dropMissing)
      }
    } catch {
      throw error.inFile(path)
    }
  }

  /// A table of a matrix, or of those of its rows that are finite.
  private init(checking matrix: Matrix, path: String, dropMissing: Bool) throws(ParzenError) {
    guard let bad = matrix.elements.firstIndex(where: { !$0.isFinite }) else {
      self.init(values: matrix)
      return
    }
    guard dropMissing else {
      let (row, column) = bad.quotientAndRemainder(dividingBy: matrix.columns)
      let what = matrix[row, column].isNaN ? "not a number (NaN)" : "infinite"
      throw .file(
        path: path,
        reason: "row \(row + 1), column \(column + 1) is \(what): "
          + "correct it, or leave out such rows with --drop-missing")
    }
    let good = (0..<matrix.rows).filter { matrix[row: $0].allSatisfy(\.isFinite) }
    guard !good.isEmpty else {
      throw .file(path: path, reason: "every row has a not-a-number or infinite value")
    }
    self.init(values: matrix.selectingRows(good), droppedRows: matrix.rows - good.count)
  }
}
