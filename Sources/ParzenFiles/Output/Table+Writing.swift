import ParzenCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Table {
  /// Writes the table to a `.csv`, `.npy` or `.json` file, complete or not at all.
  ///
  /// Every number is kept exactly. A `.npy` file has no column names.
  ///
  /// - Parameter url: where to write; the ending of the name decides about the format.
  /// - Throws: `ParzenError.file` if the name has another ending, or the file cannot be written.
  /// - Complexity: O(rows * columns) in time; little memory.
  public func write(to url: URL) throws(ParzenError) {
    var writer = try TableWriter(path: url.givenPath, columnNames: columnNames, rows: values.rows)
    for row in 0..<values.rows { try writer.append(values[row: row]) }
    try writer.finish()
  }
}
