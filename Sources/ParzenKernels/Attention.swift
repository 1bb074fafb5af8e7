import CParzenKernels

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
