import Foundation
import ParzenCore

/// Points read from a file: one row per point, one named column per dimension, every value finite.
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
  ///   - dropMissing: whether to leave out rows with a missing, not-a-number or infinite value, instead of refusing.
  /// - Throws: `ParzenError.file` if the file cannot be read or does not hold a table of finite numbers. The text
  ///   says where: for CSV by the line of the file, for `.npy` by the number of the row, both counted from 1.
  /// - Complexity: O(size of the file). Memory: the values, and for CSV the text as well.
  public init(contentsOf url: URL, dropMissing: Bool = false) throws(ParzenError) {
    let path = url.relativePath
    let file = try InputFile(path: path)
    let bytes = try file.readToEnd()
    try self.init(csv: bytes, path: path, dropMissing: dropMissing)
  }

  /// Reads the content of a CSV file.
  ///
  /// - Parameters:
  ///   - bytes: the whole content, in UTF-8.
  ///   - path: a name for messages.
  ///   - dropMissing: as for `init(contentsOf:dropMissing:)`.
  public init(csv bytes: [UInt8], path: String, dropMissing: Bool = false) throws(ParzenError) {
    var result: Result<Table, FormatError>?
    bytes.withUnsafeBufferPointer { bytes in
      result = Result { () throws(FormatError) in try CSVReader.table(bytes, dropMissing: dropMissing) }
    }
    do throws(FormatError) {
      self = try result!.get()
    } catch {
      throw error.inFile(path)
    }
  }
}
