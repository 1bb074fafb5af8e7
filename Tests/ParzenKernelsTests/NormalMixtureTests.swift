import CParzenKernels
import Foundation
import ParzenCore
import Testing

@testable import ParzenKernels

/// The kernel of normal laws on the line against the system's complementary error function.
struct NormalMixtureTests {
  private func sums(
    _ kernel: NormalMixtureKernel, _ points: [Double], density: Bool, _ set: InstructionSet
  ) -> [[Double]] {
    var result = [Double](repeating: .nan, count: (density ? 4 : 2) * points.count)
    kernel.evaluate(
      points.count, points: points, density: density, result: &result,
      kernels: set.kernels(PARZEN_FLOAT64))
    return stride(from: 0, to: result.count, by: points.count).map {
      Array(result[$0..<$0 + points.count])
    }
  }

  /// Both tails of one law, to what the rounding of the exponent leaves.
  @Test(arguments: availableInstructionSets) func tailsAreThoseOfTheErrorFunction(set: InstructionSet) {
    let kernel = NormalMixtureKernel(weights: [1], means: [0], deviations: [1])
    let points = (0...7400).map { Double($0) / 200 }
    let (right, left) = (
      sums(kernel, points, density: false, set), sums(kernel, points.map { -$0 }, density: false, set)
    )
    for (row, x) in points.enumerated() {
      let exact = 0.5 * erfc(x / 2.0.squareRoot())
      // The argument of the error function is rounded, and so is the exponent.
      let bound = (8 + 2 * x * x) * 1.2e-16
      #expect(abs(right[1][row] / exact - 1) < bound, "P(Z > \(x)) is \(right[1][row]), should be \(exact)")
      #expect(left[0][row] == right[1][row] && left[1][row] == right[0][row])
      #expect(abs(right[0][row] - (1 - exact)) < 4e-16)
    }
  }

  /// Densities and their derivatives, in components of very unequal widths; points alone as among others.
  @Test(arguments: availableInstructionSets) func densitiesAreExact(set: InstructionSet) {
    let (weights, means, deviations) = ([0.5, 0.3, 0.2], [-1, 2, 2.5], [1, 1e-3, 20.0])
    let kernel = NormalMixtureKernel(weights: weights, means: means, deviations: deviations)
    let points = (0..<37).map { Double($0 * $0) / 40 - 9 } + [2.0005]
    let found = sums(kernel, points, density: true, set)
    for (row, t) in points.enumerated() {
      var (below, density, slope) = (0.0, 0.0, 0.0)
      for k in 0..<3 {
        let u = (t - means[k]) / deviations[k]
        let term = weights[k] / deviations[k] * exp(-u * u / 2) / (2 * Double.pi).squareRoot()
        below += weights[k] * 0.5 * erfc(-u / 2.0.squareRoot())
        density += term
        slope -= term * u / deviations[k]
      }
      let unit = kernel.unit
      #expect(abs(found[0][row] - below) < 1e-15 && abs(found[0][row] + found[1][row] - 1) < 1e-15)
      #expect(abs(found[2][row] / unit / density - 1) < 1e-13)
      #expect(abs(found[3][row] / unit / unit - slope) < 1e-12 * density / unit)
      let alone = sums(kernel, [t], density: true, set)
      for i in 0..<4 { #expect(alone[i][0] == found[i][row]) }
      let plain = sums(kernel, [t], density: false, set)
      for i in 0..<2 { #expect(plain[i][0] == found[i][row]) }
    }
  }

  @Test(arguments: availableInstructionSets) func farthestPointsAreOnOneSide(set: InstructionSet) {
    let kernel = NormalMixtureKernel(weights: [1], means: [0], deviations: [1e-300])
    let found = sums(kernel, [-.infinity, -1e300, 1e300, .infinity], density: true, set)
    #expect(found[0] == [0, 0, 1, 1] && found[1] == [1, 1, 0, 0])
    #expect(found[2] == [0, 0, 0, 0] && found[3].allSatisfy { $0 == 0 })
  }
}
