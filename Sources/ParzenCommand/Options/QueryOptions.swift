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
      Evaluate on a regular grid of n points along every axis, over the range of the samples and a tenth more on both \
      sides.
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
  /// The points for samples.
  ///
  /// - Parameter dropMissing: whether to leave out rows of the file with missing values, instead of refusing.
  func source(for samples: Table, dropMissing: Bool) throws(ParzenError) -> QuerySource {
    if let queries {
      let table = try Table(contentsOf: URL(filePath: queries), dropMissing: dropMissing)
      try checkColumns(of: table, fit: samples, name: "queries", path: queries)
      return .points(table.values, description: "from \(queries)\(droppedNote(table))")
    }
    if let grid { return .grid(try Grid(over: samples.values, countPerAxis: grid)) }
    return .points(samples.values, description: "at the samples")
  }
}

/// Throws unless a table has the columns of the samples, in the same order where both files name them.
///
/// - Parameter name: what the table's rows are, for the message.
func checkColumns(of table: Table, fit samples: Table, name: String, path: String) throws(ParzenError) {
  guard table.values.columns == samples.values.columns else {
    throw .file(
      path: path,
      reason: """
        the \(name) have \(counted(table.values.columns, "column")), but the samples have \
        \(samples.values.columns): give \(name) with the columns of the samples
        """)
  }
  let (found, expected) = (table.columnNames, samples.columnNames)
  guard found == expected || found.sorted() != expected.sorted() else {
    throw .file(
      path: path,
      reason: """
        the columns are \(shortList(found)), those of the samples \(shortList(expected)): give them in the same order
        """)
  }
}
