import Foundation
import Testing

@testable import ParzenKernels

@Test(arguments: InstructionSet.allCases.filter(\.isAvailable))
func exponentialIsAccurate(set: InstructionSet) {
  let x = stride(from: -80.0, through: 80, by: 0.37).map { $0 }
  var y = [Double](repeating: 0, count: x.count)
  set.kernels(.init(1)).exponential(x.count, x, &y)
  for (x, y) in zip(x, y) { #expect(abs(y / exp(x) - 1) < 1e-15) }
}
