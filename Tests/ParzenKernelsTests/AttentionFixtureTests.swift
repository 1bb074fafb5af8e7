import Foundation
import ParzenFiles
import Testing

@testable import ParzenKernels

/// The reference vectors `attention_*.safetensors` of the JAX prototype: Float32 inputs, Float64 results and
/// gradients.
///
/// Their bias is a matrix, queries x keys. A row of it is a bias per key, so each query makes its own call,
/// and the gradients of keys and values add up over the calls.
struct AttentionFixtureTests {
  @Test(arguments: availableInstructionSets, ["attention_5x7", "attention_33x65"])
  func agreesWithThePrototype(set: InstructionSet, name: String) throws {
    try check(set, name, Float.self, tolerance: 5e-6)
    try check(set, name, Double.self, tolerance: 1e-12)
  }

  private func check<Scalar: KernelScalar>(
    _ set: InstructionSet, _ name: String, _ type: Scalar.Type, tolerance: Double
  ) throws {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "safetensors"))
    let file = try SafetensorsFile(contentsOf: url)
    let scale = try #require(Double(file.metadata["scale"] ?? ""))
    let (queries, keyWidth) = try lastTwo(file, "q")
    let (keys, valueWidth) = try lastTwo(file, "v")
    func inputs(_ name: String) throws -> [Double] { try file.floats(name).map(Double.init) }
    let (q, k, v, bias) = try (inputs("q"), inputs("k"), inputs("v"), inputs("bias"))
    let (outputGradient, logNormaliserGradient) = try (inputs("cot_o"), inputs("cot_lse"))
    let (o, lse) = try (file.doubles("o"), file.doubles("lse"))
    let (gradQ, gradK, gradV, gradBias) = try (
      file.doubles("grad_q"), file.doubles("grad_k"), file.doubles("grad_v"), file.doubles("grad_bias")
    )
    let one = AttentionShape(queries: 1, keys: keys, keyWidth: keyWidth, valueWidth: valueWidth, scale: scale)
    func close(_ actual: [Double], _ expected: [Double], _ label: String) {
      let largest = expected.map(abs).max() ?? 0
      expectClose(
        actual, expected, tolerance: { _ in tolerance * largest }, "\(set), \(type), \(name), \(label)")
    }
    for block in 0..<q.count / (queries * keyWidth) {
      let key = rows(k, block * keys, keys, keyWidth)
      let value = rows(v, block * keys, keys, valueWidth)
      var keyGradient = [Double](repeating: 0, count: keys * keyWidth)
      var valueGradient = [Double](repeating: 0, count: keys * valueWidth)
      for i in block * queries..<(block + 1) * queries {
        let problem = AttentionReference(
          shape: one, query: rows(q, i, 1, keyWidth), key: key, value: value, bias: rows(bias, i, 1, keys))
        let run = AttentionKernelRun<Scalar>(problem, shape: one, set: set)
        let result = run.forward()
        close(result.output, rows(o, i, 1, valueWidth), "o")
        close(result.logNormaliser, [lse[i]], "lse")
        let gradient = run.gradient(
          result, outputGradient: rows(outputGradient, i, 1, valueWidth),
          logNormaliserGradient: [logNormaliserGradient[i]])
        close(gradient.query, rows(gradQ, i, 1, keyWidth), "grad_q")
        close(gradient.bias, rows(gradBias, i, 1, keys), "grad_bias")
        for c in gradient.key.indices { keyGradient[c] += gradient.key[c] }
        for c in gradient.value.indices { valueGradient[c] += gradient.value[c] }
      }
      close(keyGradient, rows(gradK, block * keys, keys, keyWidth), "grad_k")
      close(valueGradient, rows(gradV, block * keys, keys, valueWidth), "grad_v")
    }
  }

  private func lastTwo(_ file: SafetensorsFile, _ name: String) throws -> (Int, Int) {
    let shape = try file.tensor(name).shape
    return (shape[shape.count - 2], shape[shape.count - 1])
  }

  private func rows(_ values: [Double], _ first: Int, _ count: Int, _ width: Int) -> [Double] {
    Array(values[first * width..<(first + count) * width])
  }
}
