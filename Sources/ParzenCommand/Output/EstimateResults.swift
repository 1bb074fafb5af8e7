import Parzen
import ParzenFiles

/// The estimates at all queries, brought to where they belong: all of them to a file or a pipe, the first few to a
/// terminal. A file appears under its name with `finish()`.
struct EstimateResults: ~Copyable {
  private var writer: EstimateWriter?
  private var preview: TerminalTable?

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
    for start in stride(from: 0, to: queries.count, by: EstimateResults.blockRows) {
      let block = queries.rows(start..<min(start + EstimateResults.blockRows, queries.count))
      try writer.append(
        queries: block, estimates: density.evaluate(at: block),
        standardErrors: uncertain?.standardErrors(at: block))
    }
    self.writer = consume writer
  }

  /// Completes the file, or prints the table for the terminal.
  consuming func finish() throws(ParzenError) {
    if let preview { print(preview.description) }
    try writer.take()?.finish()
  }
}
