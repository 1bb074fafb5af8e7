import ParzenCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A `.npy` file that stays on the disk: any of its rows can be read, by any number of threads at a time.
///
/// What is not read is not in memory, whatever the size of the file; what is read again usually comes from
/// the system's cache of files.
package final class NumPyRows: Sendable {
  package let path: String
  package let rows: Int
  package let columns: Int
  /// The names of the columns, where the file gives them.
  package let names: [String]?
  /// Name, size and time of the file, or of the text that it was converted from.
  package let identity: String
  private let file: InputFile
  private let reader: NumPyReader

  /// Opens a file of numbers, or of records of numbers, with one axis, which is one column, two or three.
  ///
  /// - Throws: `ParzenError.file` if it is no such file, or too short for what its header says.
  package convenience init(contentsOf url: URL) throws(ParzenError) {
    let path = url.givenPath
    let file = try InputFile(path: path)
    guard file.size != nil else {
      throw .file(path: path, reason: "only a .npy file on a disk can be read in parts: save it there first")
    }
    try self.init(file, path: path, names: nil)
  }

  /// - Parameter names: of the columns, where the file does not give them.
  init(_ file: consuming InputFile, path: String, names: [String]?) throws(ParzenError) {
    let reader = try NumPyReader(file, path: path)
    guard reader.header.shape.count < 3 || !reader.header.isFortranOrder else {
      throw .file(
        path: path,
        reason: "an array of three axes in Fortran order cannot be read in parts: save it by"
          + " numpy.save(file, numpy.ascontiguousarray(array))")
    }
    (rows, columns) = (reader.rows, reader.columns)
    self.names = reader.header.fieldNames ?? names
    self.path = path
    identity = fileIdentity(path)
    self.file = file
    self.reader = reader
  }

  /// Reads rows, row by row.
  ///
  /// - Parameter target: has room for range x columns values.
  /// - Throws: `ParzenError.file` if reading fails, or the file has become shorter.
  package func read(
    _ range: Range<Int>, into target: UnsafeMutablePointer<Double>
  ) throws(ParzenError) {
    guard try reader.readRows(file, range, into: target) else {
      throw .file(path: path, reason: "the file became shorter while it was read")
    }
  }
}

extension NumPyRows {
  /// The numbers among the codes for missing values.
  package static func missingNumbers(_ options: TableOptions) -> [Double] {
    MissingCodes(options.missing, notation: NumberNotation()).all
  }

  /// The column that options name for the weights.
  ///
  /// - Throws: `ParzenError.file` if there is none.
  package func weightColumn(chosenBy options: TableOptions) throws(ParzenError) -> Int? {
    do throws(FormatError) {
      return try ColumnSelection(options, names: names, count: columns).weight
    } catch {
      throw error.inFile(path)
    }
  }

  /// The columns that options choose; nil for all, in their order.
  ///
  /// - Throws: `ParzenError.file` for columns that there are none of.
  package func columns(chosenBy options: TableOptions) throws(ParzenError) -> [Int]? {
    do throws(FormatError) {
      let kept = try ColumnSelection(options, names: names, count: columns).kept
      return kept == Array(0..<columns) ? nil : kept
    } catch {
      throw error.inFile(path)
    }
  }
}
