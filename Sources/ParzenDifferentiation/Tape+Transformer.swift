import ParzenKernels

/// Operations of a plain transformer: layer norm and GELU.
extension Tape {
  /// Layer norm over the channels of each token: (x - mean) / sqrt(variance + 1e-6) * gain + bias.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func layerNorm(
    _ x: Variable<Scalar>, gain: Variable<Scalar>, bias: Variable<Scalar>
  ) -> (y: Variable<Scalar>, statistics: LayerNormStatistics<Scalar>) {
    let y = variable(x.rows, x.columns)
    let statistics = LayerNormStatistics(mean: scratch(x.rows), inverseNorm: scratch(x.rows))
    kernels.layer_norm_forward(
      x.rows, x.columns, x.value, gain.value, bias.value, y.value, statistics.mean, statistics.inverseNorm)
    record { [kernels] in
      kernels.layer_norm_backward(
        x.rows, x.columns, x.value, gain.value, statistics.mean, statistics.inverseNorm, y.gradient!,
        x.gradient!, gain.gradient!, bias.gradient!)
    }
    return (y, statistics)
  }

  /// gelu(x + bias) in its tanh form (Hendrycks & Gimpel, arXiv 1606.08415); adds the bias to x itself, whose
  /// value then is the argument of gelu.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func gelu(_ x: Variable<Scalar>, bias: Variable<Scalar>) -> Variable<Scalar> {
    let y = variable(x.rows, x.columns)
    kernels.gelu_forward(x.rows, x.columns, bias.value, x.value, y.value)
    record { [kernels] in
      kernels.gelu_backward(x.rows, x.columns, x.value, y.gradient!, x.gradient!, bias.gradient!)
    }
    return y
  }
}

/// What layer norm computed of each token.
package struct LayerNormStatistics<Scalar: KernelScalar> {
  package let mean: UnsafeMutablePointer<Scalar>
  /// 1 / sqrt(variance + 1e-6).
  package let inverseNorm: UnsafeMutablePointer<Scalar>
}

extension Tape {
  /// Softmax down each of `blocks` blocks of rows, in place of x: x must not be used again. Returns it with
  /// its log normaliser (blocks x columns), which carries no gradient.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func softmaxOfRows(_ x: Variable<Scalar>, blocks: Int) -> (
    softmax: Variable<Scalar>, logNormaliser: Variable<Scalar>
  ) {
    let rows = x.rows / blocks
    let logNormaliser = constant(blocks, x.columns)
    kernels.responsibilities_forward(blocks, rows, x.columns, x.value, logNormaliser.value)
    record { [kernels] in
      kernels.responsibilities_backward(blocks, rows, x.columns, x.value, nil, x.gradient!)
    }
    return (x, logNormaliser)
  }

  /// x minus the log of the sum of exponentials of each row: log weights that are normalised.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func logSoftmax(_ x: Variable<Scalar>) -> Variable<Scalar> {
    let y = variable(x.rows, x.columns)
    let softmax = scratch(x.count)
    let logNormaliser = scratch(1)
    softmax.update(from: x.value, count: x.count)
    for row in 0..<x.rows {
      let at = row * x.columns
      kernels.responsibilities_forward(1, x.columns, 1, softmax + at, logNormaliser)
      for i in at..<at + x.columns { y.value[i] = x.value[i] - logNormaliser[0] }
    }
    record {
      for row in 0..<x.rows {
        let range = row * x.columns..<(row + 1) * x.columns
        let sum = range.reduce(Scalar(0)) { $0 + y.gradient![$1] }
        for i in range { x.gradient![i] += y.gradient![i] - softmax[i] * sum }
      }
    }
    return y
  }
}
