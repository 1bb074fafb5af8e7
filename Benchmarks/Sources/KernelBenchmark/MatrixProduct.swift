import Foundation

#if canImport(Accelerate)
  import Accelerate
#else
  import COpenBLAS
#endif

/// The system library's matrix product, 2048 x 128 times 128 x 128, on one thread.
struct MatrixProduct<Scalar: BinaryFloatingPoint> {
  static var operations: Double { 2 * 2048 * 128 * 128 }

  private let a = Buffer<Scalar>(2048 * 128)
  private let b = Buffer<Scalar>(128 * 128)
  private let c = Buffer<Scalar>(2048 * 128)

  init() {
    #if !canImport(Accelerate)
      openblas_set_num_threads(1)
    #endif
  }

  func run() {
    switch (a.start, b.start, c.start) {
    case let (a, b, c)
      as (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>):
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2048, 128, 128, 1, a, 128, b, 128, 0, c, 128)
    case let (a, b, c)
      as (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>):
      cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2048, 128, 128, 1, a, 128, b, 128, 0, c, 128)
    default: preconditionFailure("no matrix product for \(Scalar.self)")
    }
  }
}
