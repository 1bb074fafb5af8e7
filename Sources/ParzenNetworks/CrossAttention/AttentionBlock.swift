import ParzenDifferentiation
import ParzenKernels

/// One block of attention with a residual connection, of queries to samples, by explicit weights:
/// o_i = sum_j softmax_j(q_i . k_j) v_j with q = t W_q, k = t W_k, v = t W_v of tokens t.
package struct AttentionBlock<Scalar: KernelScalar>: Sendable {
  /// Channels of a token.
  package let width: Int
  /// W_q and W_k, width x keyWidth, and W_v, width x valueWidth, row by row.
  package var queryWeight, keyWeight, valueWeight: [Scalar]
  package var keyWidth: Int { queryWeight.count / width }
  package var valueWidth: Int { valueWeight.count / width }

  /// The block with all weights zero.
  package init(width: Int, keyWidth: Int, valueWidth: Int) {
    self.width = width
    queryWeight = .init(repeating: 0, count: width * keyWidth)
    keyWeight = queryWeight
    valueWeight = .init(repeating: 0, count: width * valueWidth)
  }

  /// What queries receive from the samples.
  ///
  /// - Parameters:
  ///   - samples, queries: tokens, n x width and m x width.
  /// - Returns: the output, m x valueWidth, and the log-normaliser log sum_j exp(q_i . k_j), m.
  /// - Complexity: O(n m (keyWidth + valueWidth)) time, O((n + m) (keyWidth + valueWidth)) memory.
  package func callAsFunction(
    samples: [Scalar], queries: [Scalar], threads: Int
  ) -> (output: [Scalar], logNormaliser: [Scalar]) {
    let (n, m) = (samples.count / width, queries.count / width)
    let (q, k) = (product(queries, queryWeight), product(samples, keyWeight))
    let v = product(samples, valueWeight)
    var output = [Scalar](repeating: 0, count: m * valueWidth)
    var logNormaliser = [Scalar](repeating: 0, count: m)
    Scalar.attention(
      AttentionShape(queries: m, keys: n, keyWidth: keyWidth, valueWidth: valueWidth),
      query: q, key: k, value: v, bias: nil, output: &output, logNormaliser: &logNormaliser, threads: threads)
    return (output, logNormaliser)
  }

  private func product(_ tokens: [Scalar], _ weight: [Scalar]) -> [Scalar] {
    let (rows, columns) = (tokens.count / width, weight.count / width)
    var result = [Scalar](repeating: 0, count: rows * columns)
    Scalar.multiply(
      transposeA: false, transposeB: false, rows: rows, columns: columns, inner: width, alpha: 1, tokens,
      strideA: width, weight, strideB: columns, beta: 0, &result, strideC: columns)
    return result
  }
}

extension AttentionBlock {
  /// The tokens of points for `gaussianKernel`: (1, x_1 .. x_d, |x|^2).
  package static func tokens(_ points: [Scalar], dimension d: Int) -> [Scalar] {
    stride(from: 0, to: points.count, by: d).flatMap { at in
      let point = points[at..<at + d]
      return [1] + point + [point.reduce(0) { $0 + $1 * $1 }]
    }
  }

  /// The weights with which attention is Gaussian kernel density estimation (Ilin & Sushko, arXiv
  /// 2511.05924), on tokens (1, x, |x|^2).
  ///
  /// With q = (y / h^2, 1, -|y|^2 / 2 h^2), k = (x, -|x|^2 / 2 h^2, 1) and v = x, the logit is -|y - x|^2 / 2
  /// h^2. So the log-normaliser is log sum_j exp(-|y - x_j|^2 / 2 h^2), which a constant turns into the log
  /// density, and the output less y, over h^2, is the score.
  package static func gaussianKernel(dimension d: Int, bandwidth h: Double) -> AttentionBlock {
    var block = AttentionBlock(width: d + 2, keyWidth: d + 2, valueWidth: d)
    func set(_ weight: inout [Scalar], _ row: Int, _ column: Int, _ value: Double) {
      weight[row * (weight.count / (d + 2)) + column] = Scalar(value)
    }
    let (constant, norm) = (0, d + 1)
    for i in 0..<d {
      set(&block.queryWeight, 1 + i, i, 1 / (h * h))
      set(&block.keyWeight, 1 + i, i, 1)
      set(&block.valueWeight, 1 + i, i, 1)
    }
    set(&block.queryWeight, constant, d, 1)
    set(&block.keyWeight, norm, d, -0.5 / (h * h))
    set(&block.queryWeight, norm, d + 1, -0.5 / (h * h))
    set(&block.keyWeight, constant, d + 1, 1)
    return block
  }
}

/// Rows of numbers that live as long as anyone reads them: filled once, in disjoint parts that may be written
/// at the same time, then only read.
final class TokenArray<Scalar: KernelScalar>: @unchecked Sendable {
  let rows: Int
  let columns: Int
  private let memory: UnsafeMutableBufferPointer<Scalar>

  /// A copy of numbers.
  init(_ numbers: [Scalar], columns: Int) {
    self.columns = columns
    rows = numbers.count / columns
    memory = .allocate(capacity: numbers.count)
    _ = memory.initialize(from: numbers)
  }

  /// Rows of zeros, to be filled.
  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    memory = .allocate(capacity: rows * columns)
    memory.initialize(repeating: 0)
  }

  deinit { memory.deallocate() }

  subscript(row: Int) -> UnsafePointer<Scalar> { UnsafePointer(memory.baseAddress! + row * columns) }

  /// Some of the rows as a constant of a tape; valid as long as the array.
  func constant(_ range: Range<Int>) -> Variable<Scalar> {
    Variable(
      value: memory.baseAddress! + range.lowerBound * columns, gradient: nil, rows: range.count,
      columns: columns)
  }

  /// All rows as a constant of a tape.
  var constant: Variable<Scalar> { constant(0..<rows) }

  /// Copies a variable into the rows from `first` on.
  func store(_ variable: Variable<Scalar>, at first: Int) {
    (memory.baseAddress! + first * columns).update(from: variable.value, count: variable.count)
  }

  /// The numbers row by row.
  var numbers: [Scalar] { Array(memory) }
}
