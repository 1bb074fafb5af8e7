import ParzenCore
import Testing

@testable import ParzenKernels

/// Masks, extreme logits, and operands that may be left out.
struct AttentionSpecialCaseTests {
  @Test(arguments: availableInstructionSets)
  func maskedKeysHaveNoInfluence(set: InstructionSet) {
    var generator = Xoshiro256(seed: 31)
    let shape = AttentionShape(queries: 37, keys: 101, keyWidth: 5, valueWidth: 3)
    var problem = AttentionReference.random(shape, as: Float.self, using: &generator)
    // The first block of keys is masked altogether, so that the running maximum starts at -infinity.
    for j in 0..<shape.keys where j < 60 || j % 3 == 0 { problem.bias[j] = -.infinity }
    let expected = problem.forward()
    let run = AttentionKernelRun<Float>(problem, shape: shape, set: set)
    let actual = run.forward()
    expectClose(actual.output, expected.output, tolerance: { _ in 1e-4 }, "output")
    expectClose(actual.logNormaliser, expected.logNormaliser, tolerance: { _ in 1e-4 }, "logNormaliser")

    let ones = [Double](repeating: 1, count: shape.queries * shape.valueWidth)
    let (sum, magnitude) = problem.gradient(
      expected, outputGradient: ones, logNormaliserGradient: .init(repeating: 1, count: shape.queries))
    let gradient = run.gradient(
      actual, outputGradient: ones, logNormaliserGradient: .init(repeating: 1, count: shape.queries))
    expectClose(gradient.query, sum.query, tolerance: { 1e-4 * magnitude.query[$0] }, "queryGradient")
    expectClose(gradient.key, sum.key, tolerance: { 1e-4 * magnitude.key[$0] }, "keyGradient")
    expectClose(gradient.value, sum.value, tolerance: { 1e-4 * magnitude.value[$0] }, "valueGradient")
    expectClose(gradient.bias, sum.bias, tolerance: { 1e-4 * magnitude.bias[$0] }, "biasGradient")
  }

  @Test(arguments: availableInstructionSets)
  func allKeysMasked(set: InstructionSet) {
    var generator = Xoshiro256(seed: 32)
    let shape = AttentionShape(queries: 19, keys: 70, keyWidth: 4, valueWidth: 6)
    var problem = AttentionReference.random(shape, as: Double.self, using: &generator)
    problem.bias = .init(repeating: -.infinity, count: shape.keys)
    let run = AttentionKernelRun<Double>(problem, shape: shape, set: set)
    let result = run.forward()
    #expect(result.output.allSatisfy { $0 == 0 })
    #expect(result.logNormaliser.allSatisfy { $0 == -.infinity })
    let gradient = run.gradient(
      result, outputGradient: .init(repeating: 1, count: shape.queries * shape.valueWidth),
      logNormaliserGradient: .init(repeating: 1, count: shape.queries))
    #expect((gradient.query + gradient.key + gradient.value + gradient.bias).allSatisfy { $0 == 0 })
  }

  /// Logits up to 1e30 in either direction: the largest one takes all the weight, exactly.
  @Test(arguments: availableInstructionSets, [1e3, 1e10, 1e30])
  func extremeLogits(set: InstructionSet, size: Double) {
    let shape = AttentionShape(queries: 3, keys: 130, keyWidth: 1, valueWidth: 2)
    let keys = (0..<shape.keys).map { Double(Float(Double(($0 * 37) % shape.keys) - 60)) }
    let problem = AttentionReference(
      shape: shape, query: [-size, 0, size].map { Double(Float($0)) }, key: keys,
      value: (0..<2 * shape.keys).map(Double.init), bias: .init(repeating: 0, count: shape.keys))
    let result = AttentionKernelRun<Float>(problem, shape: shape, set: set).forward()
    let expected = problem.forward()
    expectClose(result.output, expected.output, tolerance: { 1e-5 * abs(expected.output[$0]) }, "output")
    expectClose(
      result.logNormaliser, expected.logNormaliser, tolerance: { 1e-6 * abs(expected.logNormaliser[$0]) },
      "logNormaliser")
  }

  @Test(arguments: availableInstructionSets)
  func notANumberStaysOne(set: InstructionSet) {
    var generator = Xoshiro256(seed: 33)
    let shape = AttentionShape(queries: 20, keys: 55, keyWidth: 3, valueWidth: 3)
    var problem = AttentionReference.random(shape, as: Float.self, using: &generator)
    problem.query[7 * 3] = .nan
    let result = AttentionKernelRun<Float>(problem, shape: shape, set: set).forward()
    for i in 0..<shape.queries {
      #expect(result.logNormaliser[i].isNaN == (i == 7))
      #expect(result.output[i * 3].isNaN == (i == 7))
    }
  }

  @Test(arguments: availableInstructionSets)
  func operandsThatMayBeLeftOut(set: InstructionSet) {
    var generator = Xoshiro256(seed: 34)
    let shape = AttentionShape(queries: 50, keys: 61, keyWidth: 7, valueWidth: 4)
    var problem = AttentionReference.random(shape, as: Double.self, using: &generator)
    problem.bias = .init(repeating: 0, count: shape.keys)
    let run = AttentionKernelRun<Double>(problem, shape: shape, set: set)
    let full = run.forward()
    var output = [Double](repeating: 7, count: full.output.count)
    Double.attention(
      shape, query: problem.query, key: problem.key, value: problem.value, bias: nil, output: &output,
      logNormaliser: nil, kernels: run.kernels)
    #expect(output == full.output)

    let ones = [Double](repeating: 1, count: output.count)
    let zeros = [Double](repeating: 0, count: shape.queries)
    let all = run.gradient(full, outputGradient: ones, logNormaliserGradient: zeros)
    // Each gradient alone, without bias and log-normaliser gradient, equals that of the full call.
    for wanted in 0..<4 {
      var gradient = AttentionReference.Gradient(zerosFor: shape)
      gradient.query.withUnsafeMutableBufferPointer { query in
        gradient.key.withUnsafeMutableBufferPointer { key in
          gradient.value.withUnsafeMutableBufferPointer { value in
            gradient.bias.withUnsafeMutableBufferPointer { bias in
              Double.attentionGradient(
                shape, query: problem.query, key: problem.key, value: problem.value, bias: nil,
                output: full.output, logNormaliser: full.logNormaliser, outputGradient: ones,
                logNormaliserGradient: nil, queryGradient: wanted == 0 ? query.baseAddress : nil,
                keyGradient: wanted == 1 ? key.baseAddress : nil,
                valueGradient: wanted == 2 ? value.baseAddress : nil,
                biasGradient: wanted == 3 ? bias.baseAddress : nil, kernels: run.kernels)
            }
          }
        }
      }
      #expect(gradient.query == (wanted == 0 ? all.query : .init(repeating: 0, count: all.query.count)))
      #expect(gradient.key == (wanted == 1 ? all.key : .init(repeating: 0, count: all.key.count)))
      #expect(gradient.value == (wanted == 2 ? all.value : .init(repeating: 0, count: all.value.count)))
      #expect(gradient.bias == (wanted == 3 ? all.bias : .init(repeating: 0, count: all.bias.count)))
    }
  }
}
