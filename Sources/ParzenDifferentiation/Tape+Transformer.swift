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
