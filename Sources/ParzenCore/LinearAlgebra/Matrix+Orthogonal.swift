extension Matrix {
  /// A random orthogonal matrix from the uniform (Haar) law: a rotation, followed by a reflection in half the cases.
  ///
  /// A Gaussian matrix made orthonormal row by row, which is the QR decomposition with a positive diagonal. Every row is
  /// orthogonalised twice, so that the result is orthogonal to rounding.
  ///
  /// - Complexity: O(d^3) time, O(d^2) memory.
  package static func randomOrthogonal(_ dimension: Int, using generator: inout some RandomNumberGenerator)
    -> Matrix
  {
    var result = Matrix(rows: dimension, columns: dimension)
    for i in result.elements.indices { result.elements[i] = generator.nextNormal() }
    for row in 0..<dimension {
      for _ in 0..<2 {
        for previous in 0..<row {
          let overlap = (0..<dimension).reduce(0) { $0 + result[row, $1] * result[previous, $1] }
          for j in 0..<dimension { result[row, j] -= overlap * result[previous, j] }
        }
        let norm = (0..<dimension).reduce(0) { $0 + result[row, $1] * result[row, $1] }.squareRoot()
        for j in 0..<dimension { result[row, j] /= norm }
      }
    }
    return result
  }
}
