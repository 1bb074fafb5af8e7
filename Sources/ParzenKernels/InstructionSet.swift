import CParzenKernels

/// A set of vector instructions that the kernels were compiled for.
package enum InstructionSet: String, CaseIterable, Sendable {
  case portable
  case neon
  case avx2
  case avx512

  /// The widest one that this processor has.
  package static let best: InstructionSet = allCases.last { $0.isAvailable } ?? .portable

  /// Whether this processor, and this build, have it.
  package var isAvailable: Bool { parzen_kernels(identifier, PARZEN_FLOAT32) != nil }

  /// The function table of this instruction set.
  ///
  /// - Precondition: `isAvailable`.
  package func kernels(_ precision: ParzenPrecision) -> ParzenKernels {
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
