import CParzenKernels
import Testing

@testable import ParzenKernels

/// Every (instruction set, precision) of this machine that a kernel test runs on.
let availableInstructionSets = InstructionSet.allCases.filter(\.isAvailable)

/// One call of the attention kernels on a reference problem, with operands laid out at the shape's strides in
/// buffers that end with the last row; the gaps between rows hold NaN, which must neither be read nor
/// overwritten.
struct AttentionKernelRun<Scalar: KernelScalar> {
  let problem: AttentionReference
  let shape: AttentionShape
  let kernels: ParzenKernelTable
  var threads = 1

  init(_ problem: AttentionReference, shape: AttentionShape, set: InstructionSet, threads: Int = 1) {
    self.problem = problem
    self.shape = shape
    self.threads = threads
    kernels = set.kernels(Scalar.self == Float.self ? PARZEN_FLOAT32 : PARZEN_FLOAT64)
  }

  func forward() -> AttentionReference.Result {
    let (query, key, value) = operands()
    let bias = problem.bias.map { Scalar($0) }
    var output = strided(
      [Double](repeating: 7, count: shape.queries * shape.valueWidth), shape.valueWidth, shape.outputStride)
    var logNormaliser = [Scalar](repeating: 7, count: shape.queries)
    Scalar.attention(
      shape, query: query, key: key, value: value, bias: bias, output: &output, logNormaliser: &logNormaliser,
      threads: threads, kernels: kernels)
    return .init(
      output: contiguous(output, shape.queries, shape.valueWidth, shape.outputStride),
      logNormaliser: logNormaliser.map { Double($0) })
  }

  /// The kernel's gradient, on top of `start` in every element.
  func gradient(
    _ result: AttentionReference.Result, outputGradient: [Double], logNormaliserGradient: [Double],
    start: Double = 0
  ) -> AttentionReference.Gradient {
    let (query, key, value) = operands()
    func initial(_ rows: Int, _ width: Int, _ stride: Int) -> [Scalar] {
      strided([Double](repeating: start, count: rows * width), width, stride)
    }
    var queryGradient = initial(shape.queries, shape.keyWidth, shape.queryStride)
    var keyGradient = initial(shape.keys, shape.keyWidth, shape.keyStride)
    var valueGradient = initial(shape.keys, shape.valueWidth, shape.valueStride)
    var biasGradient = initial(1, shape.keys, shape.keys)
    Scalar.attentionGradient(
      shape, query: query, key: key, value: value, bias: problem.bias.map { Scalar($0) },
      output: strided(result.output, shape.valueWidth, shape.outputStride),
      logNormaliser: result.logNormaliser.map { Scalar($0) },
      outputGradient: strided(outputGradient, shape.valueWidth, shape.outputStride),
      logNormaliserGradient: logNormaliserGradient.map { Scalar($0) },
      queryGradient: &queryGradient, keyGradient: &keyGradient, valueGradient: &valueGradient,
      biasGradient: &biasGradient, threads: threads, kernels: kernels)
    var gradient = AttentionReference.Gradient(zerosFor: shape)
    gradient.query = contiguous(queryGradient, shape.queries, shape.keyWidth, shape.queryStride)
    gradient.key = contiguous(keyGradient, shape.keys, shape.keyWidth, shape.keyStride)
    gradient.value = contiguous(valueGradient, shape.keys, shape.valueWidth, shape.valueStride)
    gradient.bias = biasGradient.map { Double($0) }
    return gradient
  }

  private func operands() -> (query: [Scalar], key: [Scalar], value: [Scalar]) {
    (
      strided(problem.query, shape.keyWidth, shape.queryStride),
      strided(problem.key, shape.keyWidth, shape.keyStride),
      strided(problem.value, shape.valueWidth, shape.valueStride)
    )
  }

  private func strided(_ values: [Double], _ width: Int, _ stride: Int) -> [Scalar] {
    guard width > 0, !values.isEmpty else { return [] }
    let rows = values.count / width
    var buffer = [Scalar](repeating: .nan, count: (rows - 1) * stride + width)
    for i in values.indices { buffer[i / width * stride + i % width] = Scalar(values[i]) }
    return buffer
  }

  private func contiguous(_ buffer: [Scalar], _ rows: Int, _ width: Int, _ stride: Int) -> [Double] {
    for i in buffer.indices where i % stride >= width {
      #expect(buffer[i].isNaN, "element \(i) lies between the rows and was overwritten")
    }
    return (0..<rows * width).map { Double(buffer[$0 / width * stride + $0 % width]) }
  }
}

/// Expects |actual - expected| <= tolerance[i], element by element (equal infinities agree).
func expectClose(
  _ actual: [Double], _ expected: [Double], tolerance: (Int) -> Double, _ label: @autoclosure () -> String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.count == expected.count, sourceLocation: sourceLocation)
  let wrong = actual.indices.filter {
    actual[$0] != expected[$0] && !(abs(actual[$0] - expected[$0]) <= tolerance($0))
  }
  if let i = wrong.first {
    let message =
      "\(label()): \(wrong.count) of \(actual.count) wrong, the first at \(i): "
      + "\(actual[i]) instead of \(expected[i]), tolerance \(tolerance(i))"
    Issue.record(Comment(rawValue: message), sourceLocation: sourceLocation)
  }
}
