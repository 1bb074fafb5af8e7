import ParzenCore
import ParzenFiles

/// One of several files that have samples one after the other: its columns are put in the order of all.
struct FilePart: Sendable {
  let file: NumPyRows
  /// The number of its first row among those of all files.
  let first: Int
  /// The columns of the file in the order of all files; nil where they are in it.
  private let order: [Int]?

  /// Files one after the other. Columns are matched by their names where a file has names, and otherwise by
  /// their places.
  ///
  /// - Returns: the parts, and the names of the columns in their order: those of the first file that has
  ///   names; nil where none has.
  /// - Throws: `ParzenError.file` for another number of columns, and for a column that only one of two files
  ///   has.
  static func joining(_ files: [NumPyRows]) throws(ParzenError) -> (parts: [FilePart], names: [String]?) {
    guard let first = files.first(where: { $0.names != nil }) ?? files.first else {
      throw .invalidOption("there are no files of samples: name at least one")
    }
    var (parts, count) = ([FilePart](), 0)
    for file in files {
      parts.append(FilePart(file: file, first: count, order: try order(of: file, like: first)))
      count += file.rows
    }
    return (parts, first.names)
  }

  /// The columns of a file in the order of another one's; nil where they are in it.
  private static func order(of file: NumPyRows, like other: NumPyRows) throws(ParzenError) -> [Int]? {
    guard let wanted = other.names, let names = file.names, names != wanted else {
      guard file.columns == other.columns else {
        throw .file(
          path: file.path,
          reason: "has \(file.columns) columns, \(other.path) has \(other.columns): give files with equal"
            + " columns")
      }
      return nil
    }
    func lacking(_ name: String, _ file: NumPyRows, _ other: NumPyRows) -> ParzenError {
      .file(
        path: file.path,
        reason: "has no column \(name), which \(other.path) has: give files with equal columns, or"
          + " choose those that all have")
    }
    if let name = wanted.first(where: { !names.contains($0) }) { throw lacking(name, file, other) }
    if let name = names.first(where: { !wanted.contains($0) }) { throw lacking(name, other, file) }
    guard let repeated = names.first(where: { name in names.count { $0 == name } > 1 }) else {
      return wanted.map { names.firstIndex(of: $0)! }
    }
    throw .file(
      path: file.path,
      reason: "has several columns of the name \(repeated), so that names do not tell which is which in"
        + " \(other.path): give every column a name of its own")
  }

  /// Reads rows of the file, row by row, their columns in the order of all files.
  ///
  /// - Parameters:
  ///   - rows: counted in the file.
  ///   - target: has room for rows x columns values.
  func read(_ rows: Range<Int>, into target: UnsafeMutablePointer<Double>) throws(ParzenError) {
    try file.read(rows, into: target)
    guard let order else { return }
    var row = [Double](repeating: 0, count: order.count)
    for start in stride(from: 0, to: rows.count * order.count, by: order.count) {
      for (place, column) in order.enumerated() { row[place] = target[start + column] }
      for place in order.indices { target[start + place] = row[place] }
    }
  }

  /// The place that a column has in the file, from 0.
  func columnInFile(_ column: Int) -> Int { order?[column] ?? column }
}
