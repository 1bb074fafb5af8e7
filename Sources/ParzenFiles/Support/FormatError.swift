import ParzenCore

/// What is wrong with the content of a file, found by a parser that does not know the file's name.
struct FormatError: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }

  /// The same error, with the name of the file.
  func inFile(_ path: String) -> ParzenError { .file(path: path, reason: reason) }
}
