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

  @Flag(
    help: "Add the file's columns that are not used, as texts, to results that have a row for every sample.")
  var keepColumns = false

  @Flag(help: "Write more than 10 million rows.")
  var yes = false

  func validate() throws {
    guard let output else { return }
    if keepColumns, output.lowercased().hasSuffix(".npy") {
      throw ValidationError("--keep-columns adds texts, which a .npy file cannot hold: write .csv or .json")
    }
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
      """
      a result is not a number: the samples are too extreme for this method, scale their columns or take \
      another one
      """
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

  /// The rows that are written without a question.
  private static let mostRows = 10_000_000

  /// Throws if results are very large and nobody said yes to that.
  ///
  /// - Parameters:
  ///   - rows: the rows of the results.
  ///   - columns: their columns.
  func checkSize(rows: Int, columns: Int) throws(ParzenError) {
    guard rows > Self.mostRows, !yes, destination != .terminal else { return }
    // About 18 characters a number in text.
    let size = Double(rows) * Double(columns) * (output?.lowercased().hasSuffix(".npy") == true ? 8 : 18)
    throw .invalidOption(
      """
      the results have \(rows) rows of \(columns) numbers, about \(short(size / 1e9)) GB: add --yes to write \
      them
      """
    )
  }

  /// Writes a table of results to where they belong: all rows to a file or a pipe, the first few to a
  /// terminal.
  ///
  /// - Parameters:
  ///   - texts: further columns, of texts, which a `.npy` file cannot have.
  ///   - textsFirst: whether these come before the numbers.
  func write(
    _ rows: [[Double]], columnNames: [String], texts: [(name: String, texts: [String])] = [],
    textsFirst: Bool = false
  ) throws(ParzenError) {
    if destination == .terminal {
      let shown = Array(rows.prefix(TerminalTable.mostRows))
      var table = TerminalTable(columnNames: columnNames, rows: shown, total: rows.count)
      if textsFirst { table.texts = texts }
      return Console.print(table.description)
    }
    var writer = try TableWriter(
      path: destination.path, columnNames: columnNames, textColumnNames: texts.map(\.name),
      textsFirst: textsFirst,
      rows: rows.count)
    for (index, row) in rows.enumerated() {
      try writer.append(checkingNumbers(row), texts: texts.map { $0.texts[index] })
    }
    try writer.finish()
  }
}
