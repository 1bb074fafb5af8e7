import Parzen
import ParzenFiles

/// The estimates at all queries, brought to where they belong: all of them to a file or a pipe, the first
/// few to a terminal. A file appears under its name with `finish()`.
struct EstimateResults: ~Copyable {
  private var writer: EstimateWriter?
  private var preview: TerminalTable?
  /// The queries so far away that their density is zero in Float64.
  private var farCount = 0

  /// The queries that are evaluated at a time, so that memory stays bounded.
  private static let blockRows = 1 << 16

  /// Evaluates a density at queries.
  ///
  /// Where the density has standard errors, they stand in further columns.
  ///
  /// - Parameter columnNames: the names of the queries' columns.
  init(
    of density: any Density, at queries: QuerySource, columnNames: [String],
    to destination: OutputOptions.Destination
  ) throws(ParzenError) {
    let uncertain = density as? any DensityWithStandardErrors
    if destination == .terminal {
      let rows = queries.rows(0..<min(TerminalTable.mostRows, queries.count))
      let estimates = try density.evaluate(at: rows)
      farCount = try Self.countFar(estimates, from: 0)
      let errors = try uncertain?.standardErrors(at: rows)
      preview = TerminalTable(
        columnNames: EstimateWriter.columnNames(queryNames: columnNames, standardErrors: errors != nil),
        rows: (0..<rows.rows).map {
          rows[row: $0] + EstimateWriter.values(estimates, errors, row: $0)
        },
        total: queries.count)
      return
    }
    var writer = try EstimateWriter(
      path: destination.path, queryNames: columnNames, standardErrors: uncertain != nil,
      count: queries.count)
    let blocks = (queries.count + EstimateResults.blockRows - 1) / EstimateResults.blockRows
    let phase = WorkPhase(parts: blocks)
    defer { phase.end() }
    for start in stride(from: 0, to: queries.count, by: EstimateResults.blockRows) {
      let block = queries.rows(start..<min(start + EstimateResults.blockRows, queries.count))
      let estimates = try density.evaluate(at: block)
      farCount += try Self.countFar(estimates, from: start)
      try writer.append(
        queries: block, estimates: estimates, standardErrors: uncertain?.standardErrors(at: block))
      phase.advance()
    }
    self.writer = consume writer
  }

  /// How many of some queries have no density in Float64.
  ///
  /// - Parameter first: the number of the first of them, from 0.
  /// - Throws: `ParzenError.invalidOption` where an estimate is not a number: no file has one.
  private static func countFar(
    _ estimates: DensityEvaluation, from first: Int
  ) throws(ParzenError) -> Int {
    for row in estimates.logDensity.indices {
      guard !estimates.logDensity[row].isNaN, !estimates.score[row: row].contains(where: \.isNaN) else {
        throw .invalidOption(
          """
          the estimate at point \(first + row + 1) is not a number: the point is too far from the samples \
          for this
          """
            + " method, take another one or leave the point out")
      }
    }
    return estimates.logDensity.count { $0 == -.infinity }
  }

  /// Completes the file, or prints the table for the terminal.
  consuming func finish() throws(ParzenError) {
    if farCount > 0 {
      warn(
        """
        \(counted(farCount, "point")) so far from all samples that the density is 0 there: the log density \
        is -inf
        """
      )
    }
    if let preview { Console.print(preview.description) }
    try writer.take()?.finish()
  }
}
