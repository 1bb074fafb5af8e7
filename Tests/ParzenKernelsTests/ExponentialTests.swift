import CParzenKernels
import Foundation
import ParzenCore
import Testing

@testable import ParzenKernels

/// The kernels' exponential and logarithm against the system's, in units in the last place.
struct ExponentialTests {
  /// What exponential.inc promises without fused multiply-adds, and half a unit for the rounding of the
  /// expected value.
  private static let bound = 1.4 + 0.5

  @Test(arguments: availableInstructionSets)
  func exponentialOfFloat32(set: InstructionSet) {
    // Every 1009th number between the arguments with the smallest and the largest normal result.
    let x =
      (stride(from: Float(87.3365).bitPattern, to: 0, by: -1009).map { -Float(bitPattern: $0) }
        + stride(from: UInt32(0), through: Float(88.7228).bitPattern, by: 1009).map { Float(bitPattern: $0) })
    let y = apply(set.kernels(PARZEN_FLOAT32).exponential, x)
    let worst = zip(x, y).map { x, y in
      let exact = exp(Double(x))
      return abs(Double(y) - exact) / Double(Float(exact).ulp)
    }.max()!
    #expect(worst < Self.bound, "\(worst) ulp")
  }

  @Test(arguments: availableInstructionSets)
  func exponentialOfFloat64(set: InstructionSet) {
    var generator = Xoshiro256(seed: 21)
    let x = (0..<100_000).map { _ in
      generator.nextUniform(-708.39, 709.78) * (generator.nextUniform() < 0.5 ? 1 : 0.01)
    }
    let y = apply(set.kernels(PARZEN_FLOAT64).exponential, x)
    let worst = zip(x, y).map { abs($1 - exp($0)) / exp($0).ulp }.max()!
    #expect(worst < Self.bound, "\(worst) ulp, seed 21")
  }

  @Test(arguments: availableInstructionSets)
  func exponentialBeyondTheNormalRange(set: InstructionSet) {
    // Enough equal arguments that both the vectors and the remainder of the loop meet them.
    func floats(_ x: Float) -> Set<Float> {
      Set(apply(set.kernels(PARZEN_FLOAT32).exponential, [Float](repeating: x, count: 37)))
    }
    func doubles(_ x: Double) -> Set<Double> {
      Set(apply(set.kernels(PARZEN_FLOAT64).exponential, [Double](repeating: x, count: 37)))
    }
    for x in [-Float.infinity, -Float.greatestFiniteMagnitude, -104, -87.34] { #expect(floats(x) == [0]) }
    for x in [-Double.infinity, -Double.greatestFiniteMagnitude, -746, -708.4] { #expect(doubles(x) == [0]) }
    for x in [Float(0), -0.0, .leastNonzeroMagnitude, -.leastNormalMagnitude] { #expect(floats(x) == [1]) }
    for x in [Double(0), -0.0, .leastNonzeroMagnitude, -.leastNormalMagnitude] { #expect(doubles(x) == [1]) }
    for x in [Float(88.73), 1000, .greatestFiniteMagnitude, .infinity] {
      #expect(floats(x) == floats(88.72283))
      #expect(floats(x).allSatisfy { $0.isFinite && $0 > 3.4e38 })
    }
    for x in [Double(709.79), 1000, .greatestFiniteMagnitude, .infinity] {
      #expect(doubles(x) == doubles(709.782712893384))
      #expect(doubles(x).allSatisfy { $0.isFinite && $0 > 1.79e308 })
    }
    #expect(floats(.nan).allSatisfy { $0.isNaN })
    #expect(doubles(.nan).allSatisfy { $0.isNaN })
  }

  @Test(arguments: availableInstructionSets)
  func logarithm(set: InstructionSet) {
    let floats = stride(
      from: Float.leastNormalMagnitude.bitPattern, to: Float.infinity.bitPattern, by: 10_007
    )
    .map { Float(bitPattern: $0) }
    let worst = zip(floats, apply(set.kernels(PARZEN_FLOAT32).logarithm, floats)).map { x, y in
      let exact = log(Double(x))
      return abs(Double(y) - exact) / Double(Float(exact).ulp)
    }.max()!
    #expect(worst < 1.5, "\(worst) ulp")

    var generator = Xoshiro256(seed: 22)
    let doubles = (0..<100_000).map { _ in
      exp(generator.nextUniform(-708, 709) * (generator.nextUniform() < 0.5 ? 1 : 0.001))
    }
    let worst64 = zip(doubles, apply(set.kernels(PARZEN_FLOAT64).logarithm, doubles))
      .map { abs($1 - log($0)) / log($0).ulp }.max()!
    #expect(worst64 < 1.5, "\(worst64) ulp, seed 22")

    #expect(
      apply(set.kernels(PARZEN_FLOAT32).logarithm, [Float](repeating: 0, count: 19))
        == .init(repeating: -.infinity, count: 19))
    #expect(
      apply(set.kernels(PARZEN_FLOAT64).logarithm, [1.0, 0, .nan]).map(\.isNaN) == [false, false, true])
  }

  private func apply<Scalar: KernelScalar & BitwiseCopyable>(
    _ kernel: @convention(c) (Int, UnsafeRawPointer?, UnsafeMutableRawPointer?) -> Void, _ x: [Scalar]
  ) -> [Scalar] {
    var y = [Scalar](repeating: 7, count: x.count)
    kernel(x.count, x, &y)
    return y
  }
}
