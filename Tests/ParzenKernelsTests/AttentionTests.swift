import ParzenCore
import Testing

@testable import ParzenKernels

/// The attention kernels against the double loop of `AttentionReference`, for every instruction set and
/// precision.
struct AttentionTests {
  /// Sizes around the tiles, panels and blocks of the kernels, and random ones; widths from 1 to several
  /// hundred.
  static func shapes(using generator: inout some RandomNumberGenerator) -> [AttentionShape] {
    var sizes: [(Int, Int, Int, Int)] = [
      (1, 1, 1, 1), (0, 5, 3, 2), (5, 0, 3, 2), (3, 4, 0, 2), (3, 4, 2, 0), (32, 32, 24, 24),
      (48, 48, 16, 16),
      (49, 65, 8, 7), (300, 70, 5, 3), (2, 130, 300, 257), (65, 33, 17, 9),
    ]
    for _ in 0..<12 {
      sizes.append(
        (
          1 + generator.nextInteger(below: 100), 1 + generator.nextInteger(below: 150),
          1 + generator.nextInteger(below: 40), 1 + generator.nextInteger(below: 40)
        ))
    }
    return sizes.map { queries, keys, keyWidth, valueWidth in
      AttentionShape(
        queries: queries, keys: keys, keyWidth: keyWidth, valueWidth: valueWidth,
        scale: generator.nextUniform(0.2, 1.5), queryStride: keyWidth + generator.nextInteger(below: 4),
        keyStride: keyWidth + generator.nextInteger(below: 4),
        valueStride: valueWidth + generator.nextInteger(below: 4),
        outputStride: valueWidth + generator.nextInteger(below: 4))
    }
  }

  @Test(arguments: availableInstructionSets)
  func agreesWithTheDoubleLoop(set: InstructionSet) {
    check(set, Float.self, seed: 11)
    check(set, Double.self, seed: 12)
  }

  private func check<Scalar: KernelScalar>(_ set: InstructionSet, _ type: Scalar.Type, seed: UInt64) {
    var generator = Xoshiro256(seed: seed)
    for shape in Self.shapes(using: &generator) {
      let label = "\(set), \(type), seed \(seed), \(shape)"
      let problem = AttentionReference.random(shape, as: type, using: &generator)
      let expected = problem.forward()
      let run = AttentionKernelRun<Scalar>(problem, shape: shape, set: set)
      let actual = run.forward()
      let error = problem.weightError(ulp: Double(Scalar.ulpOfOne))
      let largest = problem.value.map(abs).max() ?? 0
      expectClose(actual.output, expected.output, tolerance: { _ in error * largest }, "output, " + label)
      expectClose(
        actual.logNormaliser, expected.logNormaliser,
        tolerance: { error + Double(Scalar.ulpOfOne) * abs(expected.logNormaliser[$0]) },
        "logNormaliser, " + label)

      let random = AttentionReference.random(shape, as: type, using: &generator)
      let outputGradient =
        random.value.isEmpty ? [] : (0..<expected.output.count).map { random.value[$0 % random.value.count] }
      let logNormaliserGradient = (0..<shape.queries).map { _ in Double(Scalar(generator.nextNormal())) }
      let start = 0.5
      let (sum, magnitude) = problem.gradient(
        expected, outputGradient: outputGradient, logNormaliserGradient: logNormaliserGradient)
      let gradient = run.gradient(
        actual, outputGradient: outputGradient, logNormaliserGradient: logNormaliserGradient, start: start)
      let rounding =
        2 * error + Double(Scalar.ulpOfOne) * Double(shape.queries + shape.keys + shape.valueWidth + 8)
      for (name, part) in [
        ("query", \AttentionReference.Gradient.query), ("key", \.key), ("value", \.value), ("bias", \.bias),
      ] as [(String, KeyPath<AttentionReference.Gradient, [Double]>)] {
        expectClose(
          gradient[keyPath: part], sum[keyPath: part].map { $0 + start },
          tolerance: { rounding * (magnitude[keyPath: part][$0] + start) }, "\(name)Gradient, " + label)
      }
    }
  }
}
