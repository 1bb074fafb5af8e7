import ParzenDifferentiation
import ParzenKernels
import ParzenPlatform

/// Samples that a cross-attention transformer has read: the keys and values of every layer, computed once, to
/// which any number of queries then attend.
///
/// Tokens are taken in blocks, each on a tape of its own, so that memory beyond the keys and values is
/// O(threads * hiddenWidth). The result does not depend on the number of threads.
package final class CrossAttentionContext<Scalar: KernelScalar>: Sendable {
  private let configuration: CrossAttentionConfiguration
  private let layout: ParameterLayout
  private let parameters: TokenArray<Scalar>
  /// The number n of samples that the rows stand for.
  private let total: Double
  private let logWeights: TokenArray<Scalar>?
  /// Of each layer, samples x width.
  private let memories: [(keys: TokenArray<Scalar>, values: TokenArray<Scalar>)]
  /// Tokens that one task takes.
  private static var blockLength: Int { 192 }

  /// Reads samples.
  ///
  /// - Parameters:
  ///   - samples: n x d, whitened.
  ///   - weights: how many samples each row stands for; ones when nil.
  ///   - parameters: flat, in the order of the configuration's layout.
  /// - Complexity: O(layers * n * width * (n + width)) time, O(layers * n * width) memory.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package init(
    _ configuration: CrossAttentionConfiguration, parameters: [Scalar], samples: [Scalar],
    weights: [Scalar]? = nil, threads: Int
  ) {
    let layout = configuration.layout
    let parameters = TokenArray(parameters, columns: parameters.count)
    let points = TokenArray(samples, columns: configuration.dimension)
    let n = points.rows
    let total = weights.map { $0.reduce(0) { $0 + Double($1) } } ?? Double(n)
    let logWeights = weights.map { TokenArray($0.map { Scalar(log(Double($0))) }, columns: 1) }
    func array() -> TokenArray<Scalar> { TokenArray(rows: n, columns: configuration.width) }
    func forEachBlock(_ body: @Sendable (CrossAttentionNetwork<Scalar>, Range<Int>) -> Void) {
      Self.forEachBlock(n, threads) { tape, range in
        body(CrossAttentionNetwork(tape, configuration, layout, parameters), range)
      }
    }
    var tokens = array()
    forEachBlock { [tokens] network, range in
      tokens.store(network.embedded(points, range, samples: total).value, at: range.lowerBound)
    }
    var memories: [(keys: TokenArray<Scalar>, values: TokenArray<Scalar>)] = []
    for layer in 0..<configuration.layers {
      let (keys, values) = (array(), array())
      forEachBlock { [tokens] network, range in
        let normed = network.normed(layer, Dual(value: tokens.constant(range)))
        let memory = network.memory(layer, normed: normed.value)
        keys.store(memory.keys, at: range.lowerBound)
        values.store(memory.values, at: range.lowerBound)
      }
      memories.append((keys, values))
      guard layer < configuration.layers - 1 else { break }
      let next = array()
      forEachBlock { [tokens] network, range in
        let x = Dual(value: tokens.constant(range))
        let advanced = network.advanced(
          layer, x, normed: network.normed(layer, x),
          memory: .init(keys: keys.constant, values: values.constant, logWeights: logWeights?[0]),
          contexts: 1)
        next.store(advanced.value, at: range.lowerBound)
      }
      tokens = next
    }
    self.configuration = configuration
    self.layout = layout
    self.parameters = parameters
    self.total = total
    self.logWeights = logWeights
    self.memories = memories
  }

  private static func forEachBlock(
    _ count: Int, _ threads: Int, _ body: @Sendable (Tape<Scalar>, Range<Int>) -> Void
  ) {
    concurrentLoop((count + blockLength - 1) / blockLength, threads: threads) { block in
      body(
        Tape<Scalar>(records: false), block * blockLength..<min(count, (block + 1) * blockLength))
    }
  }

  private func network(_ tape: Tape<Scalar>) -> CrossAttentionNetwork<Scalar> {
    CrossAttentionNetwork(tape, configuration, layout, parameters)
  }

  private func memory(_ layer: Int) -> CrossAttentionNetwork<Scalar>.Memory {
    .init(
      keys: memories[layer].keys.constant, values: memories[layer].values.constant,
      logWeights: logWeights?[0])
  }

  /// Log density (m) and score (m x d) at queries, m x d, whitened.
  ///
  /// - Complexity: O(layers * m * width * (n + width)) time.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func evaluate(at queries: [Scalar], threads: Int) -> (logDensity: [Scalar], score: [Scalar]) {
    let points = TokenArray(queries, columns: configuration.dimension)
    let logDensities = TokenArray<Scalar>(rows: points.rows, columns: 1)
    let scores = TokenArray<Scalar>(rows: points.rows, columns: configuration.dimension)
    Self.forEachBlock(points.rows, threads) { tape, range in
      let network = self.network(tape)
      var x = network.embedded(points, range, samples: self.total)
      for layer in 0..<self.configuration.layers {
        x = network.advanced(
          layer, x, normed: network.normed(layer, x), memory: self.memory(layer), contexts: 1)
      }
      let (logDensity, score) = network.readOut(x)
      logDensities.store(logDensity.value, at: range.lowerBound)
      scores.store(score, at: range.lowerBound)
    }
    return (logDensities.numbers, scores.numbers)
  }

  /// The attention weights of one query in every layer and head, each summing to one: layers x heads x n.
  ///
  /// - Parameter query: d coordinates, whitened.
  package func attentionWeights(of query: [Scalar]) -> [[[Scalar]]] {
    let network = network(Tape(records: false))
    let point = TokenArray(query, columns: configuration.dimension)
    var x = network.embedded(point, 0..<1, samples: total)
    return (0..<configuration.layers).map { layer in
      let normed = network.normed(layer, x)
      let memory = memory(layer)
      let weights = network.weights(layer, normed: normed.value, memory: memory)
      x = network.advanced(layer, x, normed: normed, memory: memory, contexts: 1)
      return weights
    }
  }
}

extension CrossAttentionNetwork {
  /// A network for passes without gradients.
  fileprivate init(
    _ tape: Tape<Scalar>, _ configuration: CrossAttentionConfiguration, _ layout: ParameterLayout,
    _ parameters: TokenArray<Scalar>
  ) {
    self.init(
      tape: tape, configuration: configuration,
      parameters: ParameterVariables(layout: layout, values: parameters.constant.value, gradients: nil))
  }

  /// The embedded tokens of some points.
  fileprivate func embedded(
    _ points: TokenArray<Scalar>, _ range: Range<Int>, samples: Double
  ) -> Dual<Scalar> {
    embedded(Dual(value: features(points[range.lowerBound], count: range.count, samples: samples)))
  }

  /// The attention weights of one query in each head of a layer: heads x keys.
  fileprivate func weights(
    _ layer: Int, normed: Variable<Scalar>, memory: Memory
  ) -> [[Scalar]] {
    let keys = memory.keys
    let query = tape.linear(normed, parameters["layer\(layer).attn.q"])
    let width = configuration.width / configuration.heads
    return (0..<configuration.heads).map { head in
      let logits = (0..<keys.rows).map { row in
        let key = keys.value + row * keys.columns + head * width
        return (0..<width).reduce(Scalar(0)) { $0 + query.value[head * width + $1] * key[$1] }
          * Scalar(logitScale) + (memory.logWeights?[row] ?? 0)
      }
      let highest = logits.max() ?? 0
      let weights = logits.map { Scalar(exp(Double($0 - highest))) }
      let total = weights.reduce(0, +)
      return weights.map { $0 / total }
    }
  }
}
