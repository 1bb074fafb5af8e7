import ParzenDifferentiation
import ParzenKernels

/// The cross-attention transformer on a tape, block by block, for tokens of samples and of queries alike:
/// rows of a matrix, those of one context together.
struct CrossAttentionNetwork<Scalar: KernelScalar> {
  let tape: Tape<Scalar>
  let configuration: CrossAttentionConfiguration
  let parameters: ParameterVariables<Scalar>

  /// The keys and values of the samples in one layer, tokens x width each, and the logarithms of the samples'
  /// weights, if they have any.
  struct Memory {
    var keys: Variable<Scalar>
    var values: Variable<Scalar>
    var logWeights: UnsafePointer<Scalar>?
  }

  /// The features of points, points x features: coordinates, then |x|^2 / d and 6 / sqrt(n) where the
  /// configuration has them.
  ///
  /// - Parameters:
  ///   - points: row by row.
  ///   - samples: the number n of samples that the queries will attend to, the sum of their weights.
  ///   - gradients: whether the features shall have a gradient.
  func features(
    _ points: UnsafePointer<Scalar>, count: Int, samples: Double, gradients: Bool = false
  ) -> Variable<Scalar> {
    let d = configuration.dimension
    let width = configuration.features
    let features = gradients ? tape.variable(count, width) : tape.constant(count, width)
    for p in 0..<count {
      let (point, row) = (points + p * d, features.value + p * width)
      row.update(from: point, count: d)
      var next = d
      if configuration.squaredNorm {
        row[next] = (0..<d).reduce(Scalar(0)) { $0 + point[$1] * point[$1] } / Scalar(d)
        next += 1
      }
      if configuration.sampleSize { row[next] = Scalar(6 / samples.squareRoot()) }
    }
    return features
  }

  func embedded(_ features: Dual<Scalar>) -> Dual<Scalar> {
    tape.addingBias(parameters["embed.b"], to: tape.linear(features, parameters["embed.w"]))
  }

  /// The pre-norm of a layer's attention, which samples and queries share.
  func normed(_ layer: Int, _ x: Dual<Scalar>) -> Dual<Scalar> {
    let name = "layer\(layer).attn"
    return tape.layerNorm(x, gain: parameters["\(name).gain"], bias: parameters["\(name).bias"])
  }

  /// What queries and samples attend to in a layer.
  func memory(
    _ layer: Int, normed: Variable<Scalar>, logWeights: UnsafePointer<Scalar>? = nil
  ) -> Memory {
    Memory(
      keys: tape.linear(normed, parameters["layer\(layer).attn.k"]),
      values: tape.linear(normed, parameters["layer\(layer).attn.v"]), logWeights: logWeights)
  }

  /// Tokens after a layer: attention to the memory, then the feed-forward block.
  func advanced(
    _ layer: Int, _ x: Dual<Scalar>, normed: Dual<Scalar>, memory: Memory, contexts: Int
  ) -> Dual<Scalar> {
    let name = "layer\(layer)"
    let attended = tape.attention(
      query: tape.linear(normed, parameters["\(name).attn.q"]), key: memory.keys, value: memory.values,
      heads: configuration.heads, contexts: contexts, scale: logitScale, bias: memory.logWeights)
    let y = tape.addingBias(
      parameters["\(name).attn.o_b"], to: tape.linear(attended, parameters["\(name).attn.o"], adding: x))
    let input = tape.layerNorm(
      y, gain: parameters["\(name).ffn.gain"], bias: parameters["\(name).ffn.bias"])
    let hidden = tape.gelu(
      tape.linear(input, parameters["\(name).ffn.in"]), bias: parameters["\(name).ffn.in_b"])
    return tape.addingBias(
      parameters["\(name).ffn.out_b"], to: tape.linear(hidden, parameters["\(name).ffn.out"], adding: y))
  }

  /// 1 / sqrt(width of a head).
  var logitScale: Double { 1 / Double(configuration.width / configuration.heads).squareRoot() }

  /// The two heads on the last tokens: log density (tokens x 1) and score (tokens x d).
  func readOut(_ x: Dual<Scalar>) -> (logDensity: Dual<Scalar>, score: Variable<Scalar>) {
    let normed = tape.layerNorm(x, gain: parameters["read.gain"], bias: parameters["read.bias"])
    return (
      tape.addingBias(parameters["read.t_b"], to: tape.linear(normed, parameters["read.t"])),
      tape.addingBias(parameters["read.s_b"], to: tape.linear(normed.value, parameters["read.s"]))
    )
  }

  /// The memories of all layers, given the samples' features.
  func memories(
    _ features: Variable<Scalar>, contexts: Int, logWeights: UnsafePointer<Scalar>? = nil
  ) -> [Memory] {
    var x = embedded(Dual(value: features))
    var memories: [Memory] = []
    for layer in 0..<configuration.layers {
      let normed = normed(layer, x)
      memories.append(memory(layer, normed: normed.value, logWeights: logWeights))
      if layer < configuration.layers - 1 {
        x = advanced(layer, x, normed: normed, memory: memories[layer], contexts: contexts)
      }
    }
    return memories
  }

  /// Log density and score of queries, given their features.
  func evaluation(
    _ features: Dual<Scalar>, memories: [Memory], contexts: Int
  ) -> (logDensity: Dual<Scalar>, score: Variable<Scalar>) {
    var x = embedded(features)
    for layer in 0..<configuration.layers {
      x = advanced(layer, x, normed: normed(layer, x), memory: memories[layer], contexts: contexts)
    }
    return readOut(x)
  }
}
