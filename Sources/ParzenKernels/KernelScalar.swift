import CParzenKernels
import ParzenPlatform

#if canImport(Accelerate)
  import Accelerate
#else
  import COpenBLAS
#endif

/// A scalar that the kernels exist for: `Float` and `Double`.
package protocol KernelScalar: BinaryFloatingPoint, Sendable {
  /// The C function table of the best instruction set of this processor.
  static var kernels: ParzenKernelTable { get }

  /// C = alpha * op(A) op(B) + beta * C, all matrices row-major.
  ///
  /// - Parameters:
  ///   - transposeA: whether `a` holds the transpose of op(A).
  ///   - transposeB: whether `b` holds the transpose of op(B).
  ///   - rows: rows of op(A) and C.
  ///   - columns: columns of op(B) and C.
  ///   - inner: columns of op(A) and rows of op(B).
  ///   - strideA, strideB, strideC: elements between the starts of two stored rows.
  /// - Complexity: O(rows * columns * inner), on the calling thread alone.
  static func multiply(
    transposeA: Bool, transposeB: Bool, rows: Int, columns: Int, inner: Int, alpha: Self,
    _ a: UnsafePointer<Self>, strideA: Int, _ b: UnsafePointer<Self>, strideB: Int, beta: Self,
    _ c: UnsafeMutablePointer<Self>, strideC: Int)
}

extension Float: KernelScalar {
  package static let kernels: ParzenKernelTable = InstructionSet.best.kernels(PARZEN_FLOAT32)

  package static func multiply(
    transposeA: Bool, transposeB: Bool, rows: Int, columns: Int, inner: Int, alpha: Float,
    _ a: UnsafePointer<Float>, strideA: Int, _ b: UnsafePointer<Float>, strideB: Int, beta: Float,
    _ c: UnsafeMutablePointer<Float>, strideC: Int
  ) {
    _ = singleThreadedBLAS
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      .init(rows), .init(columns), .init(inner), alpha, a, .init(strideA), b, .init(strideB), beta,
      c, .init(strideC))
  }
}

extension Double: KernelScalar {
  package static let kernels: ParzenKernelTable = InstructionSet.best.kernels(PARZEN_FLOAT64)

  package static func multiply(
    transposeA: Bool, transposeB: Bool, rows: Int, columns: Int, inner: Int, alpha: Double,
    _ a: UnsafePointer<Double>, strideA: Int, _ b: UnsafePointer<Double>, strideB: Int, beta: Double,
    _ c: UnsafeMutablePointer<Double>, strideC: Int
  ) {
    _ = singleThreadedBLAS
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      .init(rows), .init(columns), .init(inner), alpha, a, .init(strideA), b, .init(strideB), beta,
      c, .init(strideC))
  }
}

/// Our threads lie above the matrix products, so the library must not start its own.
let singleThreadedBLAS: Void = {
  #if !canImport(Accelerate)
    openblas_set_num_threads(1)
  #endif
}()

/// A set of vector instructions that the kernels were compiled for.
package enum InstructionSet: String, CaseIterable, Sendable {
  case portable
  case neon
  case avx2
  case avx512

  /// The one whose kernels are used: the widest one that this processor has, or the one that the environment
  /// variable PARZEN_INSTRUCTION_SET names ("portable", "neon", "avx2" or "avx512"), where the processor has
  /// it.
  package static let best: InstructionSet = {
    if let requested, let set = InstructionSet(rawValue: requested), set.isAvailable { return set }
    return allCases.last { $0.isAvailable } ?? .portable
  }()

  /// What is wrong with the environment variable, in words; nil where it names a set that is there, or is not
  /// set.
  package static var flawOfRequest: String? {
    guard let requested, InstructionSet(rawValue: requested)?.isAvailable != true else { return nil }
    let names = allCases.filter(\.isAvailable).map(\.rawValue).joined(separator: ", ")
    return
      "PARZEN_INSTRUCTION_SET is \"\(requested)\", which is not here: leave it out, or take one of \(names)"
  }

  private static var requested: String? {
    getenv("PARZEN_INSTRUCTION_SET").map { String(cString: $0) }
  }

  /// Whether this processor, and this build, have it.
  package var isAvailable: Bool { parzen_kernels(identifier, PARZEN_FLOAT32) != nil }

  /// The function table of this instruction set.
  ///
  /// - Precondition: `isAvailable`.
  package func kernels(_ precision: ParzenPrecision) -> ParzenKernelTable {
    guard let table = parzen_kernels(identifier, precision) else {
      preconditionFailure("this processor has no \(rawValue) instructions")
    }
    return table.pointee
  }

  private var identifier: ParzenInstructionSet {
    switch self {
    case .portable: PARZEN_PORTABLE
    case .neon: PARZEN_NEON
    case .avx2: PARZEN_AVX2
    case .avx512: PARZEN_AVX512
    }
  }
}
