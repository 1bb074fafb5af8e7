import ParzenCore

/// Writes estimates, one row per query, to a `.csv`, `.npy` or `.json` file, block by block.
///
/// The columns are those of the queries, then `log_density` (natural logarithm), then `score_1` to `score_d`.
/// A `.npy` file leaves out the queries: it has one row of 1 + d numbers per query. See `TableWriter` for the
/// formats.
package struct EstimateWriter: ~Copyable {
  private var table: TableWriter
  private let hasQueries: Bool

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: where to write; the ending of the name decides about the format. Nil for standard output, as CSV.
  ///   - queryNames: the names of the d columns of the queries.
  ///   - count: how many queries will follow in total.
  /// - Throws: `ParzenError.file` if the file cannot be created.
  package init(path: String?, queryNames: [String], count: Int) throws(ParzenError) {
    let hasQueries = if let path { try TableFormat(path: path) != .npy } else { true }
    let names = Self.columnNames(queryNames: queryNames)
    table = try TableWriter(
      path: path, columnNames: hasQueries ? names : Array(names.dropFirst(queryNames.count)), rows: count)
    self.hasQueries = hasQueries
  }

  /// The names of all columns, for queries with these.
  package static func columnNames(queryNames: [String]) -> [String] {
    queryNames + ["log_density"] + (0..<queryNames.count).map { "score_\($0 + 1)" }
  }

  /// Appends the estimates for a block of queries (m x d).
  ///
  /// - Precondition: the shapes of `queries` and `estimates` fit.
  package mutating func append(queries: Matrix, estimates: DensityEvaluation) throws(ParzenError) {
    precondition(estimates.logDensity.count == queries.rows && estimates.score.rows == queries.rows)
    var row: [Double] = []
    for index in 0..<queries.rows {
      row.removeAll(keepingCapacity: true)
      if hasQueries { row += queries[row: index] }
      row.append(estimates.logDensity[index])
      row += estimates.score[row: index]
      try table.append(row)
    }
  }

  /// Completes the file and gives it its name.
  ///
  /// - Precondition: as many queries as announced have been appended.
  package consuming func finish() throws(ParzenError) { try table.finish() }
}
