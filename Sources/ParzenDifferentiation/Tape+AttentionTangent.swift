import ParzenKernels
import ParzenPlatform

extension Tape {
  /// The derivative of attention's output along a tangent of the queries, keys and values held fixed.
  ///
  /// With P the attention weights and A = scale * tangent key^T: sum_j P_ij (A_ij - sum_l P_il A_il) v_j. The
  /// weights are formed explicitly, for blocks of queries, and again on the way back: O(block * keys) memory.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func attentionTangent(
    query: Variable<Scalar>, _ tangent: Variable<Scalar>, key: Variable<Scalar>, value: Variable<Scalar>,
    heads: Int, contexts: Int, scale: Double, bias: UnsafePointer<Scalar>?
  ) -> Variable<Scalar> {
    let output = zeros(query.rows, value.columns)
    let operands = TangentOperands(
      query: query, tangent: tangent, key: key, value: value, output: output, heads: heads,
      contexts: contexts, scale: Scalar(scale), bias: bias)
    operands.forEachBlock { operands.forward($0, &$1) }
    record { operands.forEachBlock { operands.backward($0, &$1) } }
    return output
  }
}

private struct TangentOperands<Scalar: KernelScalar> {
  let query, tangent, key, value, output: Variable<Scalar>
  let heads, contexts: Int
  let scale: Scalar
  /// Added to the logits of every key, contexts x keys.
  let bias: UnsafePointer<Scalar>?

  private var keyWidth: Int { key.columns / heads }
  private var valueWidth: Int { value.columns / heads }
  private var keys: Int { key.rows / contexts }

  /// A head's part of a block of queries and of their context's keys, as offsets into the operands.
  struct Place {
    var queries: Int
    /// Offsets of the first query, key, value, output and bias.
    var query, key, value, output, bias: Int
  }

  /// The arrays of a block, queries x keys each.
  struct Arrays {
    /// P and A; on the way back also dW, then dP and dS.
    var weights, slopes, gradient: [Scalar]

    init(_ count: Int) {
      weights = .init(repeating: 0, count: count)
      slopes = weights
      gradient = weights
    }
  }

  func forEachBlock(_ body: (Place, inout Arrays) -> Void) {
    let block = 64
    let queries = query.rows / contexts
    var arrays = Arrays(block * keys)
    for context in 0..<contexts {
      for head in 0..<heads {
        for first in stride(from: 0, to: queries, by: block) {
          let row = context * queries + first
          body(
            Place(
              queries: min(block, queries - first), query: row * query.columns + head * keyWidth,
              key: context * keys * key.columns + head * keyWidth,
              value: context * keys * value.columns + head * valueWidth,
              output: row * output.columns + head * valueWidth, bias: context * keys), &arrays)
        }
      }
    }
  }

  /// P into `weights`, A into `slopes`; returns the rows' sums of P A.
  private func formWeights(_ place: Place, _ arrays: inout Arrays) -> [Scalar] {
    for (operand, target) in [(query, \Arrays.weights), (tangent, \Arrays.slopes)] {
      Scalar.multiply(
        transposeA: false, transposeB: true, rows: place.queries, columns: keys, inner: keyWidth,
        alpha: scale, operand.value + place.query, strideA: operand.columns, key.value + place.key,
        strideB: key.columns, beta: 0, &arrays[keyPath: target], strideC: keys)
    }
    return (0..<place.queries).map { i in
      let row = i * keys..<(i + 1) * keys
      if let bias {
        for (at, key) in zip(row, place.bias...) { arrays.weights[at] += bias[key] }
      }
      let highest = arrays.weights[row].max() ?? 0
      var (total, dot) = (Scalar(0), Scalar(0))
      for at in row {
        let weight = Scalar(exp(Double(arrays.weights[at] - highest)))
        arrays.weights[at] = weight
        total += weight
        dot += weight * arrays.slopes[at]
      }
      for at in row { arrays.weights[at] /= total }
      return dot / total
    }
  }

  func forward(_ place: Place, _ arrays: inout Arrays) {
    let means = formWeights(place, &arrays)
    for i in 0..<place.queries {
      for at in i * keys..<(i + 1) * keys { arrays.weights[at] *= arrays.slopes[at] - means[i] }
    }
    Scalar.multiply(
      transposeA: false, transposeB: false, rows: place.queries, columns: valueWidth, inner: keys, alpha: 1,
      arrays.weights, strideA: keys, value.value + place.value, strideB: value.columns, beta: 0,
      output.value + place.output, strideC: output.columns)
  }

  func backward(_ place: Place, _ arrays: inout Arrays) {
    let means = formWeights(place, &arrays)
    // dW = dy v^T, where y = W v, W_ij = P_ij (A_ij - a_i), a_i = sum_j P_ij A_ij.
    Scalar.multiply(
      transposeA: false, transposeB: true, rows: place.queries, columns: keys, inner: valueWidth, alpha: 1,
      output.gradient! + place.output, strideA: output.columns, value.value + place.value,
      strideB: value.columns, beta: 0, &arrays.gradient, strideC: keys)
    var products = arrays.weights
    for i in 0..<place.queries {
      let row = i * keys..<(i + 1) * keys
      var (mean, sum) = (Scalar(0), Scalar(0))
      for at in row {
        let (p, difference) = (arrays.weights[at], arrays.slopes[at] - means[i])
        products[at] = p * difference
        mean += arrays.gradient[at] * p
        sum += arrays.gradient[at] * p * difference
      }
      // dA = P (dW - sum_j P dW); dS = P (dP - sum_j P dP) with dP = dW (A - a) - A sum_j P dW.
      let dot = sum - means[i] * mean
      for at in row {
        let (p, gradient) = (arrays.weights[at], arrays.gradient[at])
        arrays.gradient[at] =
          p * (gradient * (arrays.slopes[at] - means[i]) - arrays.slopes[at] * mean - dot)
        arrays.slopes[at] = p * (gradient - mean)
      }
    }
    if let gradient = value.gradient {
      addTransposedProduct(
        1, products, place, output.gradient! + place.output, output.columns, width: valueWidth,
        to: gradient + place.value, value.columns)
    }
    for (factor, operand) in [(arrays.gradient, query), (arrays.slopes, tangent)] {
      if let gradient = key.gradient {
        addTransposedProduct(
          scale, factor, place, operand.value + place.query, operand.columns, width: keyWidth,
          to: gradient + place.key, key.columns)
      }
      guard let gradient = operand.gradient else { continue }
      Scalar.multiply(
        transposeA: false, transposeB: false, rows: place.queries, columns: keyWidth, inner: keys,
        alpha: scale, factor, strideA: keys, key.value + place.key, strideB: key.columns, beta: 1,
        gradient + place.query, strideC: operand.columns)
    }
  }

  /// target (keys x width) += alpha factor^T rows (queries x width).
  private func addTransposedProduct(
    _ alpha: Scalar, _ factor: [Scalar], _ place: Place, _ rows: UnsafePointer<Scalar>, _ stride: Int,
    width: Int, to target: UnsafeMutablePointer<Scalar>, _ targetStride: Int
  ) {
    Scalar.multiply(
      transposeA: true, transposeB: false, rows: keys, columns: width, inner: place.queries, alpha: alpha,
      factor, strideA: keys, rows, strideB: stride, beta: 1, target, strideC: targetStride)
  }
}
