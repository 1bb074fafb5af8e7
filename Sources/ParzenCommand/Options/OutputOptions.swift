import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

/// Where a table of results goes.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the results to this file; its ending decides about the format: .csv, .npy or .json.",
      valueName: "file"),
    completion: .file())
  var output: String?

  func validate() throws {
    guard let output else { return }
    do { _ = try TableFormat(path: output) } catch { throw ValidationError("\(error)") }
  }
}

/// A row of results.
///
/// - Throws: `ParzenError.invalidOption` where it has something that is not a number: no file of results has
///   one.
func checkingNumbers<Row: Sequence<Double>>(_ row: Row) throws(ParzenError) -> Row {
  guard !row.contains(where: \.isNaN) else {
    throw .invalidOption(
      "a result is not a number: the samples are too extreme for this method, scale their columns or take another one"
    )
  }
  return row
}

extension OutputOptions {
  /// Where results go.
  enum Destination: Equatable {
    /// All rows, to a file.
    case file(String)
    /// All rows, as CSV on standard output.
    case standardOutput
    /// The first rows, on standard output.
    case terminal

    /// The file's name; nil for standard output.
    var path: String? {
      if case .file(let path) = self { path } else { nil }
    }
  }

  var destination: Destination {
    if let output { .file(output) } else { isatty(STDOUT_FILENO) == 1 ? .terminal : .standardOutput }
  }

  /// Writes a table of results to where they belong: all rows to a file or a pipe, the first few to a
  /// terminal.
  func write(_ rows: [[Double]], columnNames: [String]) throws(ParzenError) {
    if destination == .terminal {
      let shown = Array(rows.prefix(TerminalTable.mostRows))
      return Console.print(
        TerminalTable(columnNames: columnNames, rows: shown, total: rows.count).description)
    }
    var writer = try TableWriter(path: destination.path, columnNames: columnNames, rows: rows.count)
    for row in rows { try writer.append(checkingNumbers(row)) }
    try writer.finish()
  }
}
