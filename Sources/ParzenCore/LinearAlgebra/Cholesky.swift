import ParzenKernels
import ParzenPlatform

/// The Cholesky factor of a symmetric positive definite matrix, A = L L^T with L lower triangular.
///
/// Up to `largestWrittenOut` rows it is written out, since a call of LAPACK would cost more than the work.
package struct Cholesky: Sendable, Equatable {
  /// L, d x d, with zeros above the diagonal.
  package let lower: Matrix

  /// The largest order for which loops are faster than LAPACK.
  ///
  /// Microseconds for a factor and its inverse, loops and LAPACK: d = 8: 0.6, 0.7; d = 12: 1.4, 1.4; d = 16:
  /// 2.7, 2.3; d = 32: 16, 8; d = 100: 428, 112. One thread of an AMD EPYC with AVX-512, best of nine.
  static let largestWrittenOut = 12

  /// Factors a matrix, of which the lower triangle is read; nothing, if it is not numerically positive
  /// definite.
  ///
  /// - Complexity: O(d^3) time, O(d^2) memory.
  package init?(_ matrix: Matrix) {
    precondition(matrix.rows == matrix.columns, "only square matrices have a Cholesky factor")
    let d = matrix.rows
    var lower = Matrix(rows: d, columns: d)
    let isFactored = lower.elements.withUnsafeMutableBufferPointer { lower in
      for i in 0..<d {
        for j in 0...i { lower[i * d + j] = matrix.elements[i * d + j] }
      }
      return d == 0 || Self.factor(order: d, lower.baseAddress!)
    }
    guard isFactored else { return nil }
    self.lower = lower
  }

  /// Replaces the lower triangle of a symmetric matrix, row by row, by its factor, and leaves the upper one
  /// as it is; false, with the triangle spoilt, if the matrix is not numerically positive definite.
  ///
  /// - Complexity: O(d^3) time.
  package static func factor(order d: Int, _ matrix: UnsafeMutablePointer<Double>) -> Bool {
    guard d <= largestWrittenOut else {
      return factorPositiveDefinite(order: d, matrix) && (0..<d).allSatisfy { matrix[$0 * d + $0].isFinite }
    }
    for i in 0..<d {
      for j in 0...i {
        var sum = matrix[i * d + j]
        for k in 0..<j { sum -= matrix[i * d + k] * matrix[j * d + k] }
        if i > j {
          matrix[i * d + j] = sum / matrix[j * d + j]
        } else {
          guard sum > 0, sum.isFinite else { return false }
          matrix[i * d + i] = sum.squareRoot()
        }
      }
    }
    return true
  }

  /// The logarithm of the determinant of a symmetric matrix, whose lower triangle is replaced by its factor;
  /// nil where the matrix is not numerically positive definite.
  ///
  /// - Complexity: O(d^3) time.
  package static func logDeterminant(order d: Int, _ matrix: UnsafeMutablePointer<Double>) -> Double? {
    guard factor(order: d, matrix) else { return nil }
    return 2 * (0..<d).reduce(0) { $0 + log(matrix[$1 * d + $1]) }
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
    guard dimension <= Self.largestWrittenOut else {
      var inverse = lower
      inverse.elements.withUnsafeMutableBufferPointer {
        invertLowerTriangle(order: dimension, $0.baseAddress!)
      }
      return inverse
    }
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
    guard dimension <= Self.largestWrittenOut else {
      var inverse = lower
      inverse.elements.withUnsafeMutableBufferPointer { invertFromFactor(order: dimension, $0.baseAddress!) }
      for i in 0..<dimension {
        for j in 0..<i { inverse[j, i] = inverse[i, j] }
      }
      return inverse
    }
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
