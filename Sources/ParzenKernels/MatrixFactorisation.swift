#if canImport(Accelerate)
  import Accelerate
#else
  import COpenBLAS
#endif

// LAPACK stores by columns: its upper triangle is our lower one, row by row, and its columns are our rows.

/// The Cholesky factor L of a symmetric positive definite matrix, in place, by LAPACK's `dpotrf`.
///
/// - Parameter matrix: `order * order` values, of which the lower triangle is read and replaced by L; the
///   upper one stays.
/// - Returns: whether the matrix is numerically positive definite; else it is spoilt.
/// - Complexity: O(order^3) time, on the calling thread.
package func factorPositiveDefinite(order: Int, _ matrix: UnsafeMutablePointer<Double>) -> Bool {
  _ = singleThreadedBLAS
  var (triangle, n, info) = (CChar(UInt8(ascii: "U")), Int32(order), Int32(0))
  dpotrf_(&triangle, &n, matrix, &n, &info)
  return info == 0
}

/// The inverse of a lower triangular matrix with a positive diagonal, in place, by `dtrtri`; the upper
/// triangle stays.
package func invertLowerTriangle(order: Int, _ matrix: UnsafeMutablePointer<Double>) {
  _ = singleThreadedBLAS
  var (triangle, diagonal) = (CChar(UInt8(ascii: "U")), CChar(UInt8(ascii: "N")))
  var (n, info) = (Int32(order), Int32(0))
  dtrtri_(&triangle, &diagonal, &n, matrix, &n, &info)
}

/// The lower triangle of (L L^T)^-1 from L, in place, by `dpotri`; the upper triangle stays.
package func invertFromFactor(order: Int, _ matrix: UnsafeMutablePointer<Double>) {
  _ = singleThreadedBLAS
  var (triangle, n, info) = (CChar(UInt8(ascii: "U")), Int32(order), Int32(0))
  dpotri_(&triangle, &n, matrix, &n, &info)
}

/// The decomposition B = L Q of a matrix of no more rows than columns, by `dgeqrf` and `dorgqr` on its
/// transpose.
///
/// - Parameters:
///   - matrix: B, rows x columns; on return Q, with orthonormal rows.
///   - lower: on return the lower triangle of L, rows x rows; the rest is left as it is. Its diagonal may be
///     negative.
/// - Complexity: O(rows^2 columns) time, O(rows + columns) memory times a block size, on the calling thread.
package func decomposeLQ(
  rows: Int, columns: Int, _ matrix: UnsafeMutablePointer<Double>, lower: UnsafeMutablePointer<Double>
) {
  _ = singleThreadedBLAS
  var (m, n, info) = (Int32(columns), Int32(rows), Int32(0))
  var reflections = [Double](repeating: 0, count: rows)
  let workCount = 64 * max(rows, columns)
  var (work, workSize) = ([Double](repeating: 0, count: workCount), Int32(workCount))
  dgeqrf_(&m, &n, matrix, &m, &reflections, &work, &workSize, &info)
  for i in 0..<rows {
    for j in 0...i { lower[i * rows + j] = matrix[i * columns + j] }
  }
  dorgqr_(&m, &n, &n, matrix, &m, &reflections, &work, &workSize, &info)
}

/// Solves a symmetric eigenproblem in place, by LAPACK's divide and conquer (`dsyevd`).
///
/// - Parameters:
///   - order: the number of rows and columns.
///   - matrix: the symmetric matrix, `order * order` values, of which the upper triangle (row-major) is read.
///     On return its rows are orthonormal eigenvectors.
///   - values: on return, the `order` eigenvalues in ascending order.
/// - Returns: whether it converged. Only matrices with values that are not finite do not.
/// - Complexity: O(order^3) time, O(order^2) memory, on the calling thread.
package func solveSymmetricEigenproblem(
  order: Int, _ matrix: UnsafeMutablePointer<Double>, values: UnsafeMutablePointer<Double>
) -> Bool {
  guard order > 0 else { return true }
  _ = singleThreadedBLAS
  // LAPACK stores by columns: its lower triangle is our upper one, and its columns are our rows.
  var (job, triangle) = (CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")))
  var (n, info): (Int32, Int32) = (Int32(order), 0)
  var (workCount, integerWorkCount): (Int32, Int32) = (-1, -1)
  var (workSize, integerWorkSize): (Double, Int32) = (0, 0)
  dsyevd_(
    &job, &triangle, &n, matrix, &n, values, &workSize, &workCount, &integerWorkSize, &integerWorkCount, &info
  )
  (workCount, integerWorkCount) = (Int32(workSize), integerWorkSize)
  var work = [Double](repeating: 0, count: Int(workCount))
  var integerWork = [Int32](repeating: 0, count: Int(integerWorkCount))
  dsyevd_(&job, &triangle, &n, matrix, &n, values, &work, &workCount, &integerWork, &integerWorkCount, &info)
  return info == 0
}
