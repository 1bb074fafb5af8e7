import CParzenKernels

/// The sizes and strides of one attention call.
///
/// All operands are stored by rows: row `i` of the queries is the `keyWidth` elements from `i * queryStride`,
/// and so on for the keys (`keyWidth`), the values and the outputs (`valueWidth`). With strides wider than
/// the rows, heads that are interleaved in the rows of one matrix need no copies. Biases and log-normalisers
/// are contiguous. The gradient of an operand has that operand's stride.
package struct AttentionShape: Sendable {
  /// The number of queries; may be 0.
  package var queries: Int
  /// The number of keys, and of values; may be 0.
  package var keys: Int
  /// Elements of a query and of a key; may be 0, and the logits are then the biases.
  package var keyWidth: Int
  /// Elements of a value and of an output; may be 0, when only the log-normaliser is wanted.
  package var valueWidth: Int
  /// What every scalar product of a query and a key is multiplied with.
  package var scale: Double
  /// Elements between the starts of two queries.
  package var queryStride: Int
  /// Elements between the starts of two keys.
  package var keyStride: Int
  /// Elements between the starts of two values.
  package var valueStride: Int
  /// Elements between the starts of two outputs.
  package var outputStride: Int

  /// A shape; strides that are not given are those of contiguous rows.
  package init(
    queries: Int, keys: Int, keyWidth: Int, valueWidth: Int, scale: Double = 1,
    queryStride: Int? = nil, keyStride: Int? = nil, valueStride: Int? = nil, outputStride: Int? = nil
  ) {
    self.queries = queries
    self.keys = keys
    self.keyWidth = keyWidth
    self.valueWidth = valueWidth
    self.scale = scale
    self.queryStride = queryStride ?? keyWidth
    self.keyStride = keyStride ?? keyWidth
    self.valueStride = valueStride ?? valueWidth
    self.outputStride = outputStride ?? valueWidth
  }

  /// The same shape for other numbers of queries and keys.
  func with(queries: Int, keys: Int) -> AttentionShape {
    var part = self
    part.queries = queries
    part.keys = keys
    return part
  }

  /// The C form.
  var kernelShape: ParzenAttentionShape {
    ParzenAttentionShape(
      queries: queries, keys: keys, key_width: keyWidth, value_width: valueWidth,
      query_stride: queryStride, key_stride: keyStride, value_stride: valueStride,
      output_stride: outputStride, scale: scale)
  }
}

/// Queries that one task of the threaded forward pass takes.
private let queriesPerTask = 192

extension KernelScalar {
  /// Softmax attention with its log-normaliser, without ever forming the matrix of logits.
  ///
  /// For query i: `s_ij = scale * q_i . k_j + bias_j`, `logNormaliser_i = log sum_j exp(s_ij)` and
  /// `output_i = sum_j exp(s_ij - logNormaliser_i) v_j`.
  ///
  /// A bias of -infinity masks its key. Where all keys are masked, or there are none, the log-normaliser is
  /// -infinity and the output 0. Any finite logits are handled, however large. The result does not depend on
  /// `threads`.
  ///
  /// - Parameters:
  ///   - shape: sizes and strides.
  ///   - query: queries x keyWidth.
  ///   - key: keys x keyWidth.
  ///   - value: keys x valueWidth.
  ///   - bias: one addend per key; nil for zeros.
  ///   - output: queries x valueWidth; overwritten.
  ///   - logNormaliser: one per query; overwritten; nil if not wanted.
  ///   - threads: the most threads to use, each on blocks of queries.
  ///   - kernels: the function table of an instruction set.
  /// - Complexity: O(queries * keys * (keyWidth + valueWidth)) time,
  ///   O(threads * (keyWidth + valueWidth)) additional memory.
  package static func attention(
    _ shape: AttentionShape, query: UnsafePointer<Self>, key: UnsafePointer<Self>, value: UnsafePointer<Self>,
    bias: UnsafePointer<Self>?, output: UnsafeMutablePointer<Self>,
    logNormaliser: UnsafeMutablePointer<Self>?,
    threads: Int = 1, kernels: ParzenKernelTable = Self.kernels
  ) {
    guard threads > 1, shape.queries > queriesPerTask else {
      var shape = shape.kernelShape
      withScratch(kernels.attention_scratch(&shape)) {
        kernels.attention(&shape, query, key, value, bias, output, logNormaliser, $0)
      }
      return
    }
    nonisolated(unsafe) let (query, key, value, bias) = (query, key, value, bias)
    nonisolated(unsafe) let (output, logNormaliser) = (output, logNormaliser)
    concurrentLoop((shape.queries + queriesPerTask - 1) / queriesPerTask, threads: threads) { task in
      let first = task * queriesPerTask
      attention(
        shape.with(queries: min(queriesPerTask, shape.queries - first), keys: shape.keys),
        query: query + first * shape.queryStride, key: key, value: value, bias: bias,
        output: output + first * shape.outputStride, logNormaliser: logNormaliser.map { $0 + first },
        kernels: kernels)
    }
  }
}

/// Runs `body` on uninitialised memory for a kernel, nil for 0 bytes.
func withScratch(_ byteCount: Int, _ body: (UnsafeMutableRawPointer?) -> Void) {
  guard byteCount > 0 else { return body(nil) }
  withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 64) { body($0.baseAddress) }
}
