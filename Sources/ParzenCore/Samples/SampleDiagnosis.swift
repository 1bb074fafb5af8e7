import ParzenKernels

/// Why samples do not spread in all d dimensions: columns that never vary, and columns that others determine.
///
/// Such samples have no density in d dimensions: they lie in a plane of less.
package struct SampleDiagnosis: Sendable, Equatable {
  /// A column that is a linear function of others, to within `tolerance` of its standard deviation.
  package struct Dependence: Sendable, Equatable {
    package var column: Int
    /// The columns that determine it, with coefficients that are not negligible.
    package var others: [Int]
  }

  /// The columns in which all samples have one value.
  package let constantColumns: [Int]
  /// The columns that remain when as many independent ones as possible are taken out.
  package let dependences: [Dependence]
  /// The standard deviation of every column (divided by n).
  package let standardDeviations: [Double]

  /// A column whose part that other columns do not determine is below this part of its standard deviation
  /// counts as determined by them.
  package static let tolerance = 1e-6

  /// Whether the samples spread in all dimensions.
  package var isRegular: Bool { constantColumns.isEmpty && dependences.isEmpty }

  /// What the moments of samples tell.
  ///
  /// - Parameters:
  ///   - standardDeviations: of all columns, zero for those that never vary.
  ///   - correlations: of the columns that vary, in their order.
  package init(standardDeviations: [Double], correlations: Matrix) {
    self.standardDeviations = standardDeviations
    constantColumns = standardDeviations.indices.filter { standardDeviations[$0] == 0 }
    let varying = standardDeviations.indices.filter { standardDeviations[$0] > 0 }
    dependences = SampleDiagnosis.dependences(in: correlations).map { dependence in
      Dependence(column: varying[dependence.column], others: dependence.others.map { varying[$0] })
    }
  }

  /// Examines n finite samples (n x d). Where there are none, all columns are constant.
  ///
  /// The correlation matrix of the columns that vary is factored by Cholesky's method, always pivoting on the
  /// column with the largest remaining variance, until what remains is below the tolerance.
  ///
  /// - Complexity: O(n d^2 + d^3) time, O(d^2) memory.
  package init(_ samples: Matrix) {
    let columns = (0..<samples.columns).map { StandardisedColumn(samples, column: $0) }
    self.init(
      standardDeviations: columns.map(\.standardDeviation),
      correlations: SampleDiagnosis.correlations(
        of: samples, columns.filter { $0.standardDeviation > 0 }))
  }

  /// The correlations of the columns, k x k.
  private static func correlations(of samples: Matrix, _ columns: [StandardisedColumn]) -> Matrix {
    let count = columns.count
    var result = Matrix(rows: count, columns: count)
    guard count > 0 else { return result }
    let blockRows = 1024
    var block = [Double](repeating: 0, count: blockRows * count)
    for start in stride(from: 0, to: samples.rows, by: blockRows) {
      let rows = min(blockRows, samples.rows - start)
      for row in 0..<rows {
        for (index, column) in columns.enumerated() {
          block[row * count + index] = column.standardised(samples[start + row, column.index])
        }
      }
      result.elements.withUnsafeMutableBufferPointer { output in
        Double.multiply(
          transposeA: true, transposeB: false, rows: count, columns: count, inner: rows,
          alpha: 1 / Double(samples.rows), block, strideA: count, block, strideB: count, beta: 1,
          output.baseAddress!, strideC: count)
      }
    }
    return result
  }

  /// The columns of a correlation matrix that pivoting leaves over.
  private static func dependences(in correlations: Matrix) -> [Dependence] {
    let count = correlations.rows
    var factor = Matrix(rows: count, columns: count)
    var variances = (0..<count).map { correlations[$0, $0] }
    var pivots: [Int] = []
    var remaining = Set(0..<count)
    // In steps of 2^-44, so that columns that are equal but for rounding are taken in their order.
    func steps(_ column: Int) -> Double { (variances[column] * 0x1p44).rounded() }
    while let pivot = remaining.max(by: { (steps($0), -$0) < (steps($1), -$1) }),
      variances[pivot] > tolerance * tolerance
    {
      remaining.remove(pivot)
      let step = pivots.count
      factor[pivot, step] = variances[pivot].squareRoot()
      for row in remaining {
        let known = (0..<step).reduce(0) { $0 + factor[row, $1] * factor[pivot, $1] }
        factor[row, step] = (correlations[row, pivot] - known) / factor[pivot, step]
        variances[row] -= factor[row, step] * factor[row, step]
      }
      pivots.append(pivot)
    }
    return remaining.sorted().map { row in
      // Back substitution: the coefficients of the pivots that give this row.
      var coefficients = [Double](repeating: 0, count: pivots.count)
      for step in pivots.indices.reversed() {
        let known = (step + 1..<pivots.count).reduce(0) { $0 + factor[pivots[$1], step] * coefficients[$1] }
        coefficients[step] = (factor[row, step] - known) / factor[pivots[step], step]
      }
      let others = pivots.indices.filter { abs(coefficients[$0]) > 100 * tolerance }.map { pivots[$0] }
      return Dependence(column: row, others: others.sorted())
    }
  }
}
