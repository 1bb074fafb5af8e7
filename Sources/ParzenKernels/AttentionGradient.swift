import CParzenKernels

extension KernelScalar {
  /// The gradient of ``attention(_:query:key:value:bias:output:logNormaliser:threads:kernels:)``: adds to the
  /// gradients of its inputs, given those of its results.
  ///
  /// With `p_ij = exp(s_ij - logNormaliser_i)`, recomputed, and `ds_ij = p_ij (do_i . v_j - do_i . o_i +
  /// dlogNormaliser_i)`: `dv_j += sum_i p_ij do_i`, `dbias_j += sum_i ds_ij`, `dk_j += scale sum_i ds_ij
  /// q_i`, `dq_i += scale sum_j ds_ij k_j`.
  ///
  /// The result does not depend on `threads`: large calls are cut into a square grid of query blocks and key
  /// blocks, which is walked diagonal by diagonal. The cells of a (cyclic) diagonal share neither queries nor
  /// keys and may run at the same time, and every gradient receives its summands in the order of the
  /// diagonals.
  ///
  /// - Parameters:
  ///   - shape: the forward call's; a gradient has the stride of its operand.
  ///   - query, key, value, bias, output, logNormaliser: the forward call's operands and results.
  ///   - outputGradient: queries x valueWidth.
  ///   - logNormaliserGradient: one per query; nil for zeros.
  ///   - queryGradient: queries x keyWidth; added to; nil if not wanted, which saves its work, like the next
  ///     two.
  ///   - keyGradient: keys x keyWidth; added to; nil if not wanted.
  ///   - valueGradient: keys x valueWidth; added to; nil if not wanted.
  ///   - biasGradient: one per key; added to; nil if not wanted.
  ///   - threads: the most threads to use.
  ///   - kernels: the function table of an instruction set.
  /// - Complexity: O(queries * keys * (keyWidth + valueWidth)) time, 5/2 of the forward call's operations;
  ///   O(threads * (keyWidth + valueWidth)) additional memory.
  package static func attentionGradient(
    _ shape: AttentionShape, query: UnsafePointer<Self>, key: UnsafePointer<Self>, value: UnsafePointer<Self>,
    bias: UnsafePointer<Self>?, output: UnsafePointer<Self>, logNormaliser: UnsafePointer<Self>,
    outputGradient: UnsafePointer<Self>, logNormaliserGradient: UnsafePointer<Self>?,
    queryGradient: UnsafeMutablePointer<Self>?, keyGradient: UnsafeMutablePointer<Self>?,
    valueGradient: UnsafeMutablePointer<Self>?, biasGradient: UnsafeMutablePointer<Self>?,
    threads: Int = 1, kernels: ParzenKernelTable = Self.kernels
  ) {
    let grid = DiagonalGrid(queries: shape.queries, keys: shape.keys)
    guard grid.size > 1 else {
      var shape = shape.kernelShape
      withScratch(kernels.attention_gradient_scratch(&shape)) {
        kernels.attention_gradient(
          &shape, query, key, value, bias, output, logNormaliser, outputGradient, logNormaliserGradient,
          queryGradient, keyGradient, valueGradient, biasGradient, $0)
      }
      return
    }
    nonisolated(unsafe) let (query, key, value, bias) = (query, key, value, bias)
    nonisolated(unsafe) let (output, logNormaliser) = (output, logNormaliser)
    nonisolated(unsafe) let (outputGradient, logNormaliserGradient) = (outputGradient, logNormaliserGradient)
    nonisolated(unsafe) let (queryGradient, keyGradient) = (queryGradient, keyGradient)
    nonisolated(unsafe) let (valueGradient, biasGradient) = (valueGradient, biasGradient)
    for diagonal in 0..<grid.size {
      concurrentLoop(grid.size, threads: threads) { row in
        let (queries, keys) = grid.cell(row: row, diagonal: diagonal)
        let (i, j) = (queries.lowerBound, keys.lowerBound)
        var part = shape.with(queries: queries.count, keys: keys.count).kernelShape
        withScratch(kernels.attention_gradient_scratch(&part)) {
          kernels.attention_gradient(
            &part, query + i * shape.queryStride, key + j * shape.keyStride, value + j * shape.valueStride,
            bias.map { $0 + j }, output + i * shape.outputStride, logNormaliser + i,
            outputGradient + i * shape.outputStride, logNormaliserGradient.map { $0 + i },
            queryGradient.map { $0 + i * shape.queryStride }, keyGradient.map { $0 + j * shape.keyStride },
            valueGradient.map { $0 + j * shape.valueStride }, biasGradient.map { $0 + j }, $0)
        }
      }
    }
  }
}

/// A square grid over queries and keys whose cyclic diagonals share neither rows nor columns.
private struct DiagonalGrid {
  let queries: Int
  let keys: Int
  /// Cells per side, from the problem's size alone: at least 256 queries and keys to a cell, at most 16
  /// cells.
  let size: Int

  /// Cells begin at multiples of this many queries and keys, which is what the kernels take at a time.
  private static let block = 48

  init(queries: Int, keys: Int) {
    self.queries = queries
    self.keys = keys
    size = max(1, min(16, min(queries, keys) / 256))
  }

  /// The queries and keys of the cell in `row` on `diagonal`.
  func cell(row: Int, diagonal: Int) -> (queries: Range<Int>, keys: Range<Int>) {
    (part(row, of: queries), part((row + diagonal) % size, of: keys))
  }

  private func part(_ index: Int, of count: Int) -> Range<Int> {
    let blocks = (count + Self.block - 1) / Self.block
    func boundary(_ index: Int) -> Int { min(count, index * blocks / size * Self.block) }
    return boundary(index)..<boundary(index + 1)
  }
}
