import ParzenPlatform

/// The Cholesky factor of a symmetric positive definite matrix, A = L L^T with L lower triangular.
///
/// Written out, without LAPACK: the matrices here have a few rows, and a call would cost more than the work.
package struct Cholesky: Sendable, Equatable {
  /// L, d x d, with zeros above the diagonal.
  package let lower: Matrix

  /// Factors a matrix, of which the lower triangle is read; nothing, if it is not numerically positive definite.
  ///
  /// - Complexity: O(d^3) time, O(d^2) memory.
  package init?(_ matrix: Matrix) {
    precondition(matrix.rows == matrix.columns, "only square matrices have a Cholesky factor")
    let d = matrix.rows
    var lower = Matrix(rows: d, columns: d)
    for i in 0..<d {
      for j in 0...i {
        var sum = matrix[i, j]
        for k in 0..<j { sum -= lower[i, k] * lower[j, k] }
        if i > j {
          lower[i, j] = sum / lower[j, j]
        } else {
          guard sum > 0, sum.isFinite else { return nil }
          lower[i, i] = sum.squareRoot()
        }
      }
    }
    self.lower = lower
  }

  /// The matrix L L^T of a factor known already: d x d, lower triangular with a positive diagonal.
  package init(lower: Matrix) {
    precondition(lower.rows == lower.columns, "a Cholesky factor is square")
    self.lower = lower
  }

  /// The order d of the matrix.
  package var dimension: Int { lower.rows }

  /// log det A.
  package var logDeterminant: Double {
    2 * (0..<dimension).reduce(0) { $0 + log(lower[$1, $1]) }
  }

  /// L^-1, lower triangular, d x d.
  ///
  /// - Complexity: O(d^3) time, O(d^2) memory.
  package var inverseLower: Matrix {
    var inverse = Matrix(rows: dimension, columns: dimension)
    for column in 0..<dimension {
      inverse[column, column] = 1 / lower[column, column]
      for i in (column + 1)..<max(dimension, column + 1) {
        var sum = 0.0
        for k in column..<i { sum -= lower[i, k] * inverse[k, column] }
        inverse[i, column] = sum / lower[i, i]
      }
    }
    return inverse
  }

  /// A^-1 = L^-T L^-1, exactly symmetric, d x d.
  ///
  /// - Complexity: O(d^3) time, O(d^2) memory.
  package var inverse: Matrix {
    let factor = inverseLower
    var inverse = Matrix(rows: dimension, columns: dimension)
    for i in 0..<dimension {
      for j in 0...i {
        var sum = 0.0
        for k in i..<dimension { sum += factor[k, i] * factor[k, j] }
        inverse[i, j] = sum
        inverse[j, i] = sum
      }
    }
    return inverse
  }

  /// A^-1 B, for B of shape d x c.
  ///
  /// - Complexity: O(d^2 c).
  package func solve(_ right: Matrix) -> Matrix {
    precondition(right.rows == dimension, "the shapes of a linear system must fit")
    var x = right
    for column in 0..<right.columns {
      for i in 0..<dimension {
        for k in 0..<i { x[i, column] -= lower[i, k] * x[k, column] }
        x[i, column] /= lower[i, i]
      }
      for i in (0..<dimension).reversed() {
        for k in (i + 1)..<max(dimension, i + 1) { x[i, column] -= lower[k, i] * x[k, column] }
        x[i, column] /= lower[i, i]
      }
    }
    return x
  }

  /// A^-1 b, for a vector b of d values.
  ///
  /// - Complexity: O(d^2).
  package func solve(_ right: [Double]) -> [Double] {
    solve(Matrix(rows: right.count, columns: 1, elements: right)).elements
  }
}
