import ParzenKernels

extension Matrix {
  /// The matrix product, of shapes (r x k) and (k x c).
  ///
  /// - Complexity: O(r k c), on the calling thread.
  public static func * (left: Matrix, right: Matrix) -> Matrix {
    precondition(left.columns == right.rows, "the shapes of a matrix product must fit")
    var result = Matrix(rows: left.rows, columns: right.columns)
    guard !result.elements.isEmpty, left.columns > 0 else { return result }
    result.elements.withUnsafeMutableBufferPointer { output in
      Double.multiply(
        transposeA: false, transposeB: false, rows: left.rows, columns: right.columns, inner: left.columns,
        alpha: 1, left.elements, strideA: left.columns, right.elements, strideB: right.columns, beta: 0,
        output.baseAddress!, strideC: right.columns)
    }
    return result
  }
}
