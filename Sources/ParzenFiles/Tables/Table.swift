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
  /// The names of the columns, one each; `x1`, `x2`, ... if the file has none.
  public let columnNames: [String]
  /// The points: rows x columns.
  public let values: Matrix
  /// How many rows were left out because a value was missing, not a number or infinite.
  public var droppedRows: Int

  /// A table from its parts.
  ///
  /// - Parameter columnNames: one name per column; nil for `x1`, `x2`, ...
  /// - Throws: `ParzenError.invalidOption` if there are more or fewer names than columns.
  public init(
    columnNames: [String]? = nil, values: Matrix, droppedRows: Int = 0
  ) throws(ParzenError) {
    let names = columnNames ?? (0..<values.columns).map { "x\($0 + 1)" }
    guard names.count == values.columns else {
      throw .invalidOption(
        "\(names.count) names are not those of \(values.columns) columns: give every column one name")
    }
    self.columnNames = names
    self.values = values
    self.droppedRows = droppedRows
  }
}

extension Table {
  /// Reads a file of text or NumPy arrays; see `TableFile`, which also tells what the reader noticed.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - dropMissing: whether to leave out rows with a missing, not-a-number or infinite value, instead of
  ///     refusing.
  /// - Throws: `ParzenError.file` if the file cannot be read or does not hold a table of finite numbers. The
  ///   text says where: in text by the line of the file, in arrays by the number of the row, both counted
  ///   from 1.
  /// - Complexity: O(size of the file). Memory: the values, and for text the content as well.
  public init(contentsOf url: URL, dropMissing: Bool = false) throws(ParzenError) {
    var options = TableOptions()
    options.dropMissing = dropMissing
    self = try TableFile(contentsOf: url, options: options).table
  }

  /// Reads the content of a file of text or NumPy arrays.
  ///
  /// - Parameters:
  ///   - bytes: the whole content.
  ///   - path: a name for messages.
  ///   - dropMissing: as for `init(contentsOf:dropMissing:)`.
  public init(bytes: [UInt8], path: String, dropMissing: Bool = false) throws(ParzenError) {
    var options = TableOptions()
    options.dropMissing = dropMissing
    self = try TableFile(bytes: bytes, path: path, options: options).table
  }
}
