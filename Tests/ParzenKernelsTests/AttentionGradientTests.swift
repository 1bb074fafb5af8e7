import ParzenCore
import Testing

@testable import ParzenKernels

/// Identities of the gradient kernel, in Float64.
struct AttentionGradientTests {
  let shape = AttentionShape(queries: 45, keys: 83, keyWidth: 9, valueWidth: 6, scale: 0.4)

  private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  @Test(arguments: availableInstructionSets)
  func agreesWithCentralDifferences(set: InstructionSet) {
    var generator = Xoshiro256(seed: 41)
    let problem = AttentionReference.random(shape, as: Double.self, using: &generator)
    let direction = AttentionReference.random(shape, as: Double.self, using: &generator)
    let outputGradient = (0..<shape.queries * shape.valueWidth).map { _ in generator.nextNormal() }
    let logNormaliserGradient = (0..<shape.queries).map { _ in generator.nextNormal() }

    func loss(_ step: Double) -> Double {
      var moved = problem
      moved.query = zip(problem.query, direction.query).map { $0 + step * $1 }
      moved.key = zip(problem.key, direction.key).map { $0 + step * $1 }
      moved.value = zip(problem.value, direction.value).map { $0 + step * $1 }
      moved.bias = zip(problem.bias, direction.bias).map { $0 + step * $1 }
      let result = AttentionKernelRun<Double>(moved, shape: shape, set: set).forward()
      return dot(result.output, outputGradient) + dot(result.logNormaliser, logNormaliserGradient)
    }
    let run = AttentionKernelRun<Double>(problem, shape: shape, set: set)
    let gradient = run.gradient(
      run.forward(), outputGradient: outputGradient, logNormaliserGradient: logNormaliserGradient)
    let slope =
      dot(gradient.query, direction.query) + dot(gradient.key, direction.key)
      + dot(gradient.value, direction.value) + dot(gradient.bias, direction.bias)
    let step = 1e-5
    let difference = (loss(step) - loss(-step)) / (2 * step)
    #expect(abs(slope - difference) < 1e-7 * (1 + abs(slope)), "\(slope) against \(difference), seed 41")
  }

  /// The output is linear in the values, so <do, attention(v)> = <dv, v> for any v, to rounding.
  @Test(arguments: availableInstructionSets)
  func valueGradientIsTheTransposeOfAttention(set: InstructionSet) {
    var generator = Xoshiro256(seed: 42)
    let problem = AttentionReference.random(shape, as: Double.self, using: &generator)
    let outputGradient = (0..<shape.queries * shape.valueWidth).map { _ in generator.nextNormal() }
    let run = AttentionKernelRun<Double>(problem, shape: shape, set: set)
    let result = run.forward()
    let gradient = run.gradient(
      result, outputGradient: outputGradient, logNormaliserGradient: .init(repeating: 0, count: shape.queries)
    )
    let magnitude = dot(outputGradient.map(abs), result.output.map(abs))
    #expect(abs(dot(outputGradient, result.output) - dot(gradient.value, problem.value)) < 1e-13 * magnitude)
  }

  /// The same bits for every number of threads, with queries and keys that the grid does not divide.
  @Test(arguments: [2, 3, 8])
  func threadsDoNotChangeTheResult(threads: Int) {
    var generator = Xoshiro256(seed: 43)
    let shape = AttentionShape(queries: 1111, keys: 901, keyWidth: 6, valueWidth: 5)
    let problem = AttentionReference.random(shape, as: Float.self, using: &generator)
    let outputGradient = (0..<shape.queries * shape.valueWidth).map { _ in generator.nextNormal() }
    let logNormaliserGradient = (0..<shape.queries).map { _ in generator.nextNormal() }
    func all(_ threads: Int) -> [[Double]] {
      let run = AttentionKernelRun<Float>(problem, shape: shape, set: .best, threads: threads)
      let result = run.forward()
      let gradient = run.gradient(
        result, outputGradient: outputGradient, logNormaliserGradient: logNormaliserGradient)
      return [
        result.output, result.logNormaliser, gradient.query, gradient.key, gradient.value, gradient.bias,
      ]
    }
    #expect(all(threads) == all(1))
  }
}
