import ParzenCore

/// Writes estimates, one row per query, to a `.csv`, `.npy` or `.json` file, block by block.
///
/// The columns are those of the queries, then `log_density` (natural logarithm), then `score_1` to `score_d`,
/// and where standard errors are known `log_density_se` and `score_1_se` to `score_d_se`. A `.npy` file
/// leaves out the queries: it has one row of 1 + d numbers per query, or of twice as many. See `TableWriter`
/// for the formats.
package struct EstimateWriter: ~Copyable {
  private var table: TableWriter
  private let hasQueries: Bool

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: where to write; the ending of the name decides about the format. Nil for standard output, as
  ///     CSV.
  ///   - queryNames: the names of the d columns of the queries.
  ///   - standardErrors: whether they will follow.
  ///   - count: how many queries will follow in total.
  /// - Throws: `ParzenError.file` if the file cannot be created.
  package init(
    path: String?, queryNames: [String], standardErrors: Bool = false, count: Int
  ) throws(ParzenError) {
    let hasQueries = if let path { try TableFormat(path: path) != .npy } else { true }
    let names = Self.columnNames(queryNames: queryNames, standardErrors: standardErrors)
    table = try TableWriter(
      path: path, columnNames: hasQueries ? names : Array(names.dropFirst(queryNames.count)), rows: count)
    self.hasQueries = hasQueries
  }

  /// The names of all columns, for queries with these.
  package static func columnNames(queryNames: [String], standardErrors: Bool = false) -> [String] {
    let estimates = ["log_density"] + (0..<queryNames.count).map { "score_\($0 + 1)" }
    return queryNames + estimates + (standardErrors ? estimates.map { $0 + "_se" } : [])
  }

  /// The estimates at a query, and their standard errors if they are known, in the order of the columns.
  package static func values(
    _ estimates: DensityEvaluation, _ standardErrors: StandardErrors?, row: Int
  ) -> [Double] {
    let values = [estimates.logDensity[row]] + estimates.score[row: row]
    guard let standardErrors else { return values }
    return values + [standardErrors.logDensity[row]] + standardErrors.score[row: row]
  }

  /// Appends the estimates for a block of queries (m x d).
  ///
  /// - Precondition: the shapes of `queries` and `estimates` fit.
  package mutating func append(
    queries: Matrix, estimates: DensityEvaluation, standardErrors: StandardErrors? = nil
  ) throws(ParzenError) {
    precondition(estimates.logDensity.count == queries.rows && estimates.score.rows == queries.rows)
    var row: [Double] = []
    for index in 0..<queries.rows {
      row.removeAll(keepingCapacity: true)
      if hasQueries { row += queries[row: index] }
      row += Self.values(estimates, standardErrors, row: index)
      try table.append(row)
    }
  }

  /// Completes the file and gives it its name.
  ///
  /// - Precondition: as many queries as announced have been appended.
  package consuming func finish() throws(ParzenError) { try table.finish() }
}
