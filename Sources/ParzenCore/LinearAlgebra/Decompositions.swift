import ParzenKernels

/// The decomposition B = L Q of a c x d matrix with linearly independent rows, c <= d: L lower triangular
/// with a positive diagonal, Q with orthonormal rows.
///
/// L is the Cholesky factor of B B^T, found without forming that product, whose condition number is the
/// square of B's.
package struct LQDecomposition: Sendable, Equatable {
  /// L, c x c, with zeros above the diagonal.
  package let lower: Matrix
  /// Q, c x d.
  package let orthonormal: Matrix
  /// Whether some row is, to rounding, a combination of the others. L is then right to an absolute error
  /// only.
  package let isRankDeficient: Bool

  /// Decomposes a matrix; nothing, if its rows are exactly dependent or not finite.
  ///
  /// Up to `Cholesky.largestWrittenOut` rows by Gram and Schmidt's method, every row orthogonalised twice,
  /// which makes Q orthonormal to rounding; beyond by LAPACK's reflections. Rows are first divided by their
  /// largest element, so that their sizes, from 1e-300 to 1e300, play no part.
  ///
  /// - Complexity: O(c^2 d) time, O(c d) memory.
  package init?(_ matrix: Matrix) {
    let (c, d) = (matrix.rows, matrix.columns)
    var lower = Matrix(rows: c, columns: c)
    var rows = matrix
    var isRankDeficient = false
    let scales = (0..<c).map { i in matrix[row: i].reduce(0) { max($0, abs($1)) } }
    guard scales.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    for i in 0..<c { for column in 0..<d { rows[i, column] /= scales[i] } }
    guard c <= Cholesky.largestWrittenOut || c > d else {
      rows.elements.withUnsafeMutableBufferPointer { rows in
        lower.elements.withUnsafeMutableBufferPointer { lower in
          decomposeLQ(rows: c, columns: d, rows.baseAddress!, lower: lower.baseAddress!)
        }
      }
      for i in 0..<c {
        let norm = abs(lower[i, i])
        let size = matrix[row: i].reduce(0) { $0 + ($1 / scales[i]) * ($1 / scales[i]) }.squareRoot()
        guard norm > 0, norm.isFinite else { return nil }
        if norm <= Double(d) * Double.ulpOfOne * size { isRankDeficient = true }
        guard lower[i, i] < 0 else { continue }
        for row in i..<c { lower[row, i] *= -1 }
        for column in 0..<d { rows[i, column] *= -1 }
      }
      for i in 0..<c { for j in 0...i { lower[i, j] *= scales[i] } }
      self.lower = lower
      self.isRankDeficient = isRankDeficient
      orthonormal = rows
      return
    }
    func inner(_ i: Int, _ j: Int) -> Double {
      (0..<d).reduce(0) { $0 + rows[i, $1] * rows[j, $1] }
    }
    for i in 0..<c {
      let size = inner(i, i).squareRoot()
      for _ in 0..<2 {
        for j in 0..<i {
          let overlap = inner(i, j)
          lower[i, j] += overlap
          for column in 0..<d { rows[i, column] -= overlap * rows[j, column] }
        }
      }
      let norm = inner(i, i).squareRoot()
      guard norm > 0, norm.isFinite else { return nil }
      if norm <= Double(d) * Double.ulpOfOne * size { isRankDeficient = true }
      lower[i, i] = norm
      for column in 0..<d { rows[i, column] /= norm }
    }
    for i in 0..<c { for j in 0...i { lower[i, j] *= scales[i] } }
    self.lower = lower
    self.isRankDeficient = isRankDeficient
    orthonormal = rows
  }
}

extension Matrix {
  /// A random orthogonal matrix from the uniform (Haar) law: a rotation, followed by a reflection in half the
  /// cases.
  ///
  /// The orthonormal factor of a Gaussian matrix.
  ///
  /// - Complexity: O(d^3) time, O(d^2) memory.
  package static func randomOrthogonal(
    _ dimension: Int, using generator: inout some RandomNumberGenerator
  ) -> Matrix {
    var gaussian = Matrix(rows: dimension, columns: dimension)
    for i in gaussian.elements.indices { gaussian.elements[i] = generator.nextNormal() }
    return LQDecomposition(gaussian)?.orthonormal ?? randomOrthogonal(dimension, using: &generator)
  }
}

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
