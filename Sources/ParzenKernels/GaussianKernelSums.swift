import CParzenKernels

/// For each of m queries y_i in R^d, sums over n samples x_j of e_ij = 2^(b_j - |y_i - x_j|^2), each in units
/// of 2^`shift[i]`, so that they neither overflow nor underflow however far the samples are.
package struct GaussianKernelSums<Scalar: KernelScalar>: Sendable {
  /// The exponent, base 2, of the unit of row i; between the largest exponent of its terms and 512 (Float32:
  /// 64) less.
  package var shift: [Scalar]
  /// sum_j e_ij / 2^`shift[i]`, at least 1; 0 where the row has no term, or none whose squared distance is
  /// finite.
  package var sum: [Scalar]
  /// sum_j e_ij x_j / 2^`shift[i]`, m x d; empty unless it was asked for.
  package var weightedSamples: [Scalar]

  /// Sums over all samples, by squared differences.
  ///
  /// The error of a sum is that of its exponents (a few ulp of |y_i|^2 + |x_j|^2, whence the coordinates are
  /// best centred), and 3e-16 relative from the power of two (Float32: 2.6e-9, below its ulp). Float32 sums
  /// are compensated, so that their error does not grow with n. Results do not depend on the number of
  /// threads.
  ///
  /// - Parameters:
  ///   - queries: y, m x d, row by row.
  ///   - samples: x, n x d, row by row.
  ///   - bias: b, n values; a weight's logarithm to the base 2, -infinity for a sample to pass over.
  ///   - dimension: d, at least 1.
  ///   - excluding: for each query, one sample that is left out of its sums; none are when this is nil.
  ///   - weightingSamples: whether `weightedSamples` is computed.
  ///   - threads: the most threads to use.
  ///   - kernels: the instruction set's function table.
  /// - Complexity: O(n m d) time; O(m d + threads * d) memory beside the arguments.
  package init(
    queries: [Scalar], samples: [Scalar], bias: [Scalar], dimension: Int, excluding: [Int]? = nil,
    weightingSamples: Bool = true, threads: Int, kernels: ParzenKernelTable = Scalar.kernels
  ) {
    let rows = queries.count / dimension
    precondition(queries.count == rows * dimension, "queries must be whole rows")
    precondition(samples.count == bias.count * dimension, "samples and their biases must agree in number")
    precondition(excluding == nil || excluding!.count == rows, "one sample is excluded per query")
    shift = [Scalar](repeating: 0, count: rows)
    sum = shift
    weightedSamples = weightingSamples ? queries : []

    withUnsafeMutablePointers(&shift, &sum, &weightedSamples) { shift, sum, weighted in
      // Each chunk of queries writes to its own rows alone.
      nonisolated(unsafe) let (shift, sum, weighted) = (shift, sum, weighted)
      concurrentLoop((rows + chunk - 1) / chunk, threads: threads) { index in
        let first = index * chunk
        var shape = ParzenKernelSumsShape(
          queries: min(chunk, rows - first), samples: bias.count, dimension: dimension)
        withUnsafePointers(queries, samples, bias, excluding) { queries, samples, bias, excluding in
          withUnsafeTemporaryAllocation(
            byteCount: kernels.kernel_sums_scratch(&shape), alignment: 64
          ) { scratch in
            kernels.kernel_sums(
              &shape, queries + first * dimension, samples, bias, excluding.map { $0 + first },
              scratch.baseAddress!,
              shift + first, sum + first, weightingSamples ? weighted + first * dimension : nil)
          }
        }
      }
    }
  }
}

/// Queries that one call of the kernel takes: a whole number of the kernel's tiles on every instruction set.
private let chunk = 128

private func withUnsafePointers<T, R>(
  _ a: [T], _ b: [T], _ c: [T], _ d: [Int]?,
  _ body: (UnsafePointer<T>, UnsafePointer<T>, UnsafePointer<T>, UnsafePointer<Int>?) -> R
) -> R {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      c.withUnsafeBufferPointer { c in
        guard let d else { return body(a.baseAddress!, b.baseAddress!, c.baseAddress!, nil) }
        return d.withUnsafeBufferPointer {
          body(a.baseAddress!, b.baseAddress!, c.baseAddress!, $0.baseAddress)
        }
      }
    }
  }
}

private func withUnsafeMutablePointers<T>(
  _ a: inout [T], _ b: inout [T], _ c: inout [T],
  _ body: (UnsafeMutablePointer<T>, UnsafeMutablePointer<T>, UnsafeMutablePointer<T>) -> Void
) {
  a.withUnsafeMutableBufferPointer { a in
    b.withUnsafeMutableBufferPointer { b in
      c.withUnsafeMutableBufferPointer { c in
        body(a.baseAddress!, b.baseAddress!, c.baseAddress!)
      }
    }
  }
}
