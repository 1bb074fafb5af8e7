import ParzenKernels

/// Operations on tokens. Scalars: one row of channels a token. Vectors: `dimension` rows of channels a token.
extension Tape {
  /// Root-mean-square norm over the channels of each token, times a gain for each channel:
  /// x / sqrt(sum(x^2) / channels + 1e-6), the sum over all numbers of the token.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func normalised(
    _ x: Variable<Scalar>, dimension: Int = 1, gain: Variable<Scalar>? = nil
  ) -> Variable<Scalar> {
    let tokens = x.rows / dimension
    let y = variable(x.rows, x.columns)
    let inverseNorm = scratch(tokens)
    kernels.normalise_forward(tokens, dimension, x.columns, x.value, gain?.value, y.value, inverseNorm)
    record { [kernels] in
      kernels.normalise_backward(
        tokens, dimension, x.columns, x.value, gain?.value, inverseNorm, y.gradient!, x.gradient!,
        gain?.gradient)
    }
    return y
  }

  /// silu(x + bias); takes x over: it must not be used again.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func silu(_ x: Variable<Scalar>, bias: Variable<Scalar>) -> Variable<Scalar> {
    let y = variable(x.rows, x.columns)
    kernels.silu_forward(x.rows, x.columns, bias.value, x.value, y.value)
    record { [kernels] in
      kernels.silu_backward(x.rows, x.columns, x.value, y.gradient!, x.gradient!, bias.gradient!)
    }
    return y
  }

  /// Inner products over the dimension of vector channels a and b, which stand side by side in the rows of
  /// `ab`, times `scale`: one scalar for each pair of channels and token.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func vectorProducts(_ ab: Variable<Scalar>, dimension: Int, scale: Double) -> Variable<Scalar> {
    let tokens = ab.rows / dimension
    let channels = ab.columns / 2
    let y = variable(tokens, channels)
    kernels.vector_products_forward(tokens, dimension, channels, scale, ab.value, y.value)
    record { [kernels] in
      kernels.vector_products_backward(
        tokens, dimension, channels, scale, ab.value, y.gradient!, ab.gradient!)
    }
    return y
  }

  /// Vector channels times a scalar gate each: the first `gate.columns` columns of `vectors` are used.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func gated(_ vectors: Variable<Scalar>, by gate: Variable<Scalar>, dimension: Int) -> Variable<
    Scalar
  > {
    let y = variable(vectors.rows, gate.columns)
    kernels.gate_forward(
      gate.rows, dimension, gate.columns, vectors.columns, gate.value, vectors.value, y.value)
    record { [kernels] in
      kernels.gate_backward(
        gate.rows, dimension, gate.columns, vectors.columns, gate.value, vectors.value, y.gradient!,
        gate.gradient!, vectors.gradient!)
    }
    return y
  }
}

/// Values with tangents stand in one variable: rows of values, and below them, for each of a number of
/// directions, the rows of their derivatives in it. A matrix acts on all rows alike, so `linear` serves both.
/// Since tangents are ordinary variables, the way back gives the gradient of directional derivatives: forward
/// mode recorded on the reverse tape.
extension Tape {
  /// silu(x + bias) of values with tangents; takes x over: it must not be used again.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func silu(_ x: Variable<Scalar>, bias: Variable<Scalar>, directions: Int) -> Variable<Scalar> {
    let y = variable(x.rows, x.columns)
    let rows = x.rows / (1 + directions)
    let slope = scratch(rows * x.columns)
    kernels.silu_tangents_forward(rows, directions, x.columns, bias.value, x.value, y.value, slope)
    record { [kernels] in
      kernels.silu_tangents_backward(
        rows, directions, x.columns, x.value, slope, y.gradient!, x.gradient!, bias.gradient!)
    }
    return y
  }
}
