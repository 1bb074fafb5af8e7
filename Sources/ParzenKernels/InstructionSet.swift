import CParzenKernels
import ParzenPlatform

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
    let requested = getenv("PARZEN_INSTRUCTION_SET").flatMap { InstructionSet(rawValue: String(cString: $0)) }
    if let requested, requested.isAvailable { return requested }
    return allCases.last { $0.isAvailable } ?? .portable
  }()

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
