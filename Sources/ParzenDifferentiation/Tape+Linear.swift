import ParzenKernels

extension Tape {
  /// x W, or base + x W: (rows x in) times (in x out).
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func linear(
    _ x: Variable<Scalar>, _ weight: Variable<Scalar>, adding base: Variable<Scalar>? = nil
  ) -> Variable<Scalar> {
    precondition(x.columns == weight.rows, "the shapes of a matrix product must fit")
    let y = variable(x.rows, weight.columns)
    if let base { y.value.update(from: base.value, count: y.count) }
    Scalar.multiply(
      transposeA: false, transposeB: false, rows: x.rows, columns: weight.columns, inner: x.columns, alpha: 1,
      x.value, strideA: x.columns, weight.value, strideB: weight.columns, beta: base == nil ? 0 : 1,
      y.value, strideC: y.columns)
    record { [kernels] in
      let dy = y.gradient!
      if let dbase = base?.gradient { kernels.add_block(1, y.count, 1, dy, 0, dbase, 0) }
      if let dx = x.gradient {
        Scalar.multiply(
          transposeA: false, transposeB: true, rows: x.rows, columns: x.columns, inner: weight.columns,
          alpha: 1,
          dy, strideA: y.columns, weight.value, strideB: weight.columns, beta: 1, dx, strideC: x.columns)
      }
      if let dweight = weight.gradient {
        Scalar.multiply(
          transposeA: true, transposeB: false, rows: x.columns, columns: weight.columns, inner: x.rows,
          alpha: 1,
          x.value, strideA: x.columns, dy, strideB: y.columns, beta: 1, dweight, strideC: weight.columns)
      }
    }
    return y
  }

  /// x + bias, the same bias (1 x columns) for every row, in place of x: x must not be used again.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func addingBias(_ bias: Variable<Scalar>, to x: Variable<Scalar>) -> Variable<Scalar> {
    kernels.add_block(x.rows, x.columns, 1, bias.value, 0, x.value, x.columns)
    record { [kernels] in
      guard let dbias = bias.gradient else { return }
      kernels.add_block(x.rows, x.columns, 1, x.gradient!, x.columns, dbias, 0)
    }
    return x
  }

  /// The transpose of each of `blocks` equal blocks of rows: (blocks * r) x c becomes (blocks * c) x r.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func transposed(_ x: Variable<Scalar>, blocks: Int) -> Variable<Scalar> {
    let rows = x.rows / blocks
    let size = rows * x.columns
    let y = zeros(blocks * x.columns, rows)
    for block in 0..<blocks {
      kernels.add_transpose(rows, x.columns, x.value + block * size, y.value + block * size)
    }
    record { [kernels] in
      guard let dx = x.gradient else { return }
      for block in 0..<blocks {
        kernels.add_transpose(x.columns, rows, y.gradient! + block * size, dx + block * size)
      }
    }
    return y
  }
}
