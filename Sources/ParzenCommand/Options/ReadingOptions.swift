import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

extension TableOptions.Header: ExpressibleByArgument {}

/// How files of points are read.
struct ReadingOptions: ParsableArguments {
  /// The kinds of files that hold points.
  enum Format: String, CaseIterable, ExpressibleByArgument { case csv, npy, npz }

  @Option(
    help: ArgumentHelp(
      "Use these columns, in this order: names, numbers from 1, or ranges as 2-5, separated by commas.",
      valueName: "columns"))
  var columns: [String] = []

  @Option(help: ArgumentHelp("Leave out these columns.", valueName: "columns"))
  var drop: [String] = []

  @Option(help: "Whether the first row of a text holds the names of the columns.")
  var header = TableOptions.Header.automatic

  @Option(help: ArgumentHelp("Skip n lines at the start of a text.", valueName: "n"))
  var skip = 0

  @Option(
    help: ArgumentHelp(
      "What separates the columns of a text: a character, tab or space. (default: as the lines say)",
      valueName: "character"))
  var separator: String?

  @Option(help: ArgumentHelp("The decimal mark: . or , (default: as the numbers say)", valueName: "mark"))
  var decimal: String?

  @Option(
    help: ArgumentHelp(
      "The mark between groups of three digits: a character or space. (default: as the numbers say)",
      valueName: "mark"))
  var thousands: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Texts or numbers that stand for a missing value, separated by commas, beside NA, --, ? and the like.",
      valueName: "codes"))
  var missing: [String] = []

  @Flag(help: "Leave out rows with a missing, not-a-number or infinite value.")
  var dropMissing = false

  @Option(help: "The format. (default: as the first bytes say, whatever the file's name)")
  var format: Format?

  @Option(help: ArgumentHelp("The array to read from a .npz file that holds several.", valueName: "name"))
  var array: String?

  func validate() throws {
    guard skip >= 0 else { throw ValidationError("--skip is \(skip): give 0 or more") }
    _ = try Self.character(separator, of: "--separator")
    _ = try Self.character(thousands, of: "--thousands")
    if let decimal, decimal != ".", decimal != "," {
      throw ValidationError("--decimal is \(decimal): give a point or a comma")
    }
    if let decimal, decimal == thousands {
      throw ValidationError("--decimal and --thousands are both \(decimal): give two different marks")
    }
  }

  private static func character(_ text: String?, of option: String) throws -> Character? {
    switch text {
    case nil: nil
    case "tab", "\\t": "\t"
    case "space", " ": " "
    case let text? where text.count == 1: text.first
    case let text?: throw ValidationError("\(option) is \(text): give one character, tab or space")
    }
  }
}

extension ReadingOptions {
  /// The options as the library takes them.
  var tableOptions: TableOptions {
    var options = TableOptions()
    options.columns = columns.isEmpty ? nil : columns.flatMap(ColumnList.parts)
    options.droppedColumns = drop.flatMap(ColumnList.parts)
    options.header = header
    options.skippedLines = skip
    options.separator = try? Self.character(separator, of: "")
    options.decimalMark = decimal?.first
    options.groupMark = try? Self.character(thousands, of: "")
    options.missing = missing.flatMap(ColumnList.parts)
    options.dropMissing = dropMissing
    options.format = format.flatMap { TableOptions.Format(rawValue: $0.rawValue) }
    options.array = array
    return options
  }

  /// Reads a file, or standard input for `-`.
  func read(_ path: String, _ options: TableOptions) throws(ParzenError) -> TableFile {
    path == "-"
      ? try TableFile(contentsOfStandardInput: options)
      : try TableFile(contentsOf: URL(filePath: path), options: options)
  }
}
