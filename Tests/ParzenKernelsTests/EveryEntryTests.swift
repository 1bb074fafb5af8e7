import CParzenKernels
import KernelChecks
import ParzenPlatform
import Testing

@testable import ParzenKernels

/// Every entry of the table against the portable code, on every instruction set that this machine has; see
/// KernelChecks.
@Suite struct EveryEntryTests {
  @Test func noEntryIsForgotten() {
    #expect(kernel_check_count() + kernel_scratch_function_count() == kernel_table_entry_count())
  }

  @Test(arguments: availableInstructionSets)
  func agreesWithThePortableCode(set: InstructionSet) throws {
    let identifiers: [InstructionSet: ParzenInstructionSet] = [
      .portable: PARZEN_PORTABLE, .neon: PARZEN_NEON, .avx2: PARZEN_AVX2, .avx512: PARZEN_AVX512,
    ]
    let identifier = try #require(identifiers[set])
    for (precision, tolerance) in [(PARZEN_FLOAT32, 1e-4), (PARZEN_FLOAT64, 1e-11)] {
      for check in 0..<kernel_check_count() {
        let name = String(cString: kernel_check_name(check))
        for shape in 0..<Int32(KERNEL_CHECK_SHAPES) {
          let difference = kernel_check(check, identifier, precision, shape)
          #expect(difference < tolerance, "\(name), shape \(shape): \(difference)")
        }
      }
    }
  }

  /// Runs of the whole suite on another set must not silently take the best one.
  @Test func theEnvironmentChoosesTheSet() {
    guard let requested = getenv("PARZEN_INSTRUCTION_SET") else {
      #expect(InstructionSet.best == availableInstructionSets.last)
      return
    }
    #expect(InstructionSet.best.rawValue == String(cString: requested))
  }
}
