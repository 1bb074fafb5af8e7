import ParzenCore

/// The formats in which tables of numbers are written, told apart by the ending of the file's name.
package enum TableFormat: String, CaseIterable, Sendable {
  /// Text: a line with the names of the columns, then a line per row (RFC 4180, lines ending with LF).
  case csv
  /// A NumPy array of Float64 in C order, without names.
  case npy
  /// `{"columns": [...], "data": [[...], ...]}`, as pandas has it with `orient="split"`. What is not finite
  /// is null.
  case json

  /// The format for a file name.
  ///
  /// - Throws: `ParzenError.file` if the name has another ending.
  package init(path: String) throws(ParzenError) {
    let ending = path.lastIndex(of: ".").map { path[path.index(after: $0)...].lowercased() } ?? ""
    guard let format = TableFormat(rawValue: ending) else {
      throw .file(path: path, reason: "the name of the output file must end in .csv, .npy or .json")
    }
    self = format
  }

  /// Finds out, before any long work, whether a table can be written to a file.
  ///
  /// - Throws: `ParzenError.file` if the name has no ending that is known, or `AtomicFile.check(path:)`
  ///   fails.
  package static func check(path: String) throws(ParzenError) {
    _ = try TableFormat(path: path)
    try AtomicFile.check(path: path)
  }
}
