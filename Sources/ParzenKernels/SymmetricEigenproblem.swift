#if canImport(Accelerate)
  import Accelerate
#else
  import COpenBLAS
#endif

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
