import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

/// Where a density is evaluated.
struct QueryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Evaluate at the points of a CSV or .npy file.", valueName: "file"),
    completion: .file())
  var queries: String?

  @Option(
    help: ArgumentHelp(
      """
      Evaluate on a regular grid of n points along every axis, over the range of the samples and a tenth \
      more on both sides.
      """, valueName: "n"))
  var grid: Int?

  @Flag(help: "Evaluate at the samples. This is the default.")
  var atSamples = false

  func validate() throws {
    let given = [
      queries != nil ? "--queries" : nil, grid != nil ? "--grid" : nil, atSamples ? "--at-samples" : nil,
    ].compactMap(\.self)
    guard given.count < 2 else {
      throw ValidationError("\(given.joined(separator: " and ")) exclude each other: give one of them")
    }
    if let grid {
      guard grid >= 2 else { throw ValidationError("--grid is \(grid): give 2 or more points for each axis") }
      try checkingUsage { try Limits.check("--grid", grid, 2...Grid.mostPoints) }
    }
  }
}

extension QueryOptions {
  /// The files that are read.
  var inputs: [String?] { [queries] }

  /// The points for a density.
  ///
  /// - Parameters:
  ///   - source: whose columns are wanted from a file, by their names where it has these.
  ///   - reading: how the file is read.
  func points(for source: DensitySource, reading: ReadingOptions) throws(ParzenError) -> QuerySource {
    if let queries {
      var options = reading.tableOptions
      options.matchingNames = source.columnNames
      let table = try reading.read(queries, options).table
      try checkColumns(of: table, count: source.columnNames.count, name: "queries", path: queries)
      return .points(table.values, description: "from \(queries)\(droppedNote(table.droppedRows))")
    }
    if let grid { return .grid(try Grid(over: source.ranges, countPerAxis: grid)) }
    guard let samples = source.samples else {
      throw .invalidOption("a saved fit has no samples to be evaluated at: add --queries FILE or --grid N")
    }
    return .points(samples.table.values, description: "at the samples")
  }
}

/// Throws unless a table has a number of columns, those of the samples.
///
/// - Parameter name: what the table's rows are, for the message.
func checkColumns(of table: Table, count: Int, name: String, path: String) throws(ParzenError) {
  guard table.values.columns == count else {
    throw .file(
      path: path,
      reason: """
        the \(name) have \(counted(table.values.columns, "column")), but the samples have \(count): give \
        \(name) with the columns of the samples
        """)
  }
}
