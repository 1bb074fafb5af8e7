import ParzenKernels

/// The eigendecomposition A = V diag(values) V^T of a symmetric matrix.
package struct SymmetricEigendecomposition: Sendable, Equatable {
  /// The eigenvalues in ascending order.
  package let values: [Double]
  /// V, d x d: column j is the unit eigenvector of `values[j]`. Its sign is arbitrary.
  package let vectors: Matrix

  /// Decomposes a symmetric matrix, of which the upper triangle is read; nothing, if it holds values that are
  /// not finite.
  ///
  /// - Complexity: O(d^3) time, O(d^2) memory. Errors are of the order of an ulp of the largest eigenvalue.
  package init?(_ matrix: Matrix) {
    precondition(matrix.rows == matrix.columns, "only square matrices have eigenvalues")
    guard matrix.elements.allSatisfy(\.isFinite) else { return nil }
    var rows = matrix
    var values = [Double](repeating: 0, count: matrix.rows)
    let converged = rows.elements.withUnsafeMutableBufferPointer { elements in
      values.withUnsafeMutableBufferPointer { values in
        elements.isEmpty
          || solveSymmetricEigenproblem(
            order: matrix.rows, elements.baseAddress!, values: values.baseAddress!)
      }
    }
    guard converged else { return nil }
    self.values = values
    vectors = rows.transposed
  }

  /// The symmetric matrix V diag(f(values)) V^T, for instance the inverse square root.
  ///
  /// - Complexity: O(d^3) time, O(d^2) memory.
  package func map(_ function: (Double) -> Double) -> Matrix {
    let images = values.map(function)
    var scaled = vectors
    for i in 0..<values.count { for j in 0..<values.count { scaled[i, j] *= images[j] } }
    return scaled * vectors.transposed
  }
}
