import ParzenKernels
import ParzenPlatform

/// Tokens' queries, keys or values: for each token and head, `scalarWidth` scalars and then, for each
/// coordinate, `vectorWidth` vector components, so that one inner product sums over both kinds of channels.
package struct HeadShape {
  package var heads: Int
  package var dimension: Int
  package var scalarWidth: Int
  package var vectorWidth: Int

  package init(heads: Int, dimension: Int, scalarWidth: Int, vectorWidth: Int) {
    self.heads = heads
    self.dimension = dimension
    self.scalarWidth = scalarWidth
    self.vectorWidth = vectorWidth
  }

  package var width: Int { scalarWidth + dimension * vectorWidth }
}

extension Tape {
  /// Interleaves scalar channels (tokens x heads * scalarWidth) and vector channels (tokens * d x heads *
  /// vectorWidth) by head: tokens x heads * width.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func packedHeads(_ scalars: Variable<Scalar>, _ vectors: Variable<Scalar>, _ shape: HeadShape)
    -> Variable<
      Scalar
    >
  {
    let packed = zeros(scalars.rows, shape.heads * shape.width)
    moveHeads(shape, tokens: scalars.rows) { count, part, partStride, place, rows in
      let source = part == .scalars ? scalars.value : vectors.value
      kernels.add_block(
        rows, count, 1, source + place.source, partStride, packed.value + place.packed, packed.columns)
    }
    record { [self] in
      moveHeads(shape, tokens: scalars.rows) { count, part, partStride, place, rows in
        let target = part == .scalars ? scalars.gradient! : vectors.gradient!
        kernels.add_block(
          rows, count, 1, packed.gradient! + place.packed, packed.columns, target + place.source, partStride)
      }
    }
    return packed
  }

  /// The inverse of `packedHeads`.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func unpackedHeads(
    _ packed: Variable<Scalar>, _ shape: HeadShape
  ) -> (scalars: Variable<Scalar>, vectors: Variable<Scalar>) {
    let tokens = packed.rows
    let scalars = zeros(tokens, shape.heads * shape.scalarWidth)
    let vectors = zeros(tokens * shape.dimension, shape.heads * shape.vectorWidth)
    moveHeads(shape, tokens: tokens) { count, part, partStride, place, rows in
      let target = part == .scalars ? scalars.value : vectors.value
      kernels.add_block(
        rows, count, 1, packed.value + place.packed, packed.columns, target + place.source, partStride)
    }
    record { [self] in
      moveHeads(shape, tokens: tokens) { count, part, partStride, place, rows in
        let source = part == .scalars ? scalars.gradient! : vectors.gradient!
        kernels.add_block(
          rows, count, 1, source + place.source, partStride, packed.gradient! + place.packed, packed.columns)
      }
    }
    return (scalars, vectors)
  }

  private enum HeadPart { case scalars, vectors }

  /// Calls `move` for every block of channels that stands together in both layouts, with its number of
  /// channels, the row stride of the scalars or vectors, and where it begins.
  private func moveHeads(
    _ shape: HeadShape, tokens: Int,
    _ move: (_ count: Int, HeadPart, _ stride: Int, _ place: (source: Int, packed: Int), _ rows: Int) -> Void
  ) {
    for head in 0..<shape.heads {
      let begin = head * shape.width
      move(
        shape.scalarWidth, .scalars, shape.heads * shape.scalarWidth, (head * shape.scalarWidth, begin),
        tokens)
      for i in 0..<shape.dimension {
        let row = i * shape.heads * shape.vectorWidth
        move(
          shape.vectorWidth, .vectors, shape.dimension * shape.heads * shape.vectorWidth,
          (row + head * shape.vectorWidth, begin + shape.scalarWidth + i * shape.vectorWidth), tokens)
      }
    }
  }

  /// Queries times exp(temperature) * scale, with one temperature a head, in place: x must not be used again.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func scaled(
    _ x: Variable<Scalar>, temperature: Variable<Scalar>, scale: Double, heads: Int
  ) -> Variable<Scalar> {
    let width = x.columns / heads
    let factors = (0..<heads).map { Scalar(exp(Double(temperature.value[$0])) * scale) }
    for row in 0..<x.rows {
      for head in 0..<heads {
        let at = x.value + row * x.columns + head * width
        for i in 0..<width { at[i] *= factors[head] }
      }
    }
    record {
      for row in 0..<x.rows {
        for head in 0..<heads {
          let at = row * x.columns + head * width
          var sum = Scalar(0)
          for i in at..<at + width {
            sum += x.value[i] * x.gradient![i]
            x.gradient![i] *= factors[head]
          }
          temperature.gradient![head] += sum
        }
      }
    }
    return x
  }

  /// Softmax attention within each of `contexts` equal blocks of tokens, head by head; logits are inner
  /// products times `scale`, plus `bias` of the key, a constant for every head.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func attention(
    query: Variable<Scalar>, key: Variable<Scalar>, value: Variable<Scalar>, heads: Int, contexts: Int,
    scale: Double = 1, bias: UnsafePointer<Scalar>? = nil
  ) -> Variable<Scalar> {
    let shape = AttentionShape(
      queries: query.rows / contexts, keys: key.rows / contexts, keyWidth: key.columns / heads,
      valueWidth: value.columns / heads, scale: scale, queryStride: query.columns, keyStride: key.columns,
      valueStride: value.columns, outputStride: value.columns)
    let output = variable(query.rows, value.columns)
    let logNormaliser = scratch(heads * query.rows)
    for b in 0..<contexts {
      for head in 0..<heads {
        let (k, v) = (head * shape.keyWidth, head * shape.valueWidth)
        Scalar.attention(
          shape, query: query.block(b, of: contexts) + k, key: key.block(b, of: contexts) + k,
          value: value.block(b, of: contexts) + v, bias: bias.map { $0 + b * shape.keys },
          output: output.block(b, of: contexts) + v,
          logNormaliser: logNormaliser + (b * heads + head) * shape.queries)
      }
    }
    record {
      for b in 0..<contexts {
        for head in 0..<heads {
          let (k, v) = (head * shape.keyWidth, head * shape.valueWidth)
          Scalar.attentionGradient(
            shape, query: query.block(b, of: contexts) + k, key: key.block(b, of: contexts) + k,
            value: value.block(b, of: contexts) + v, bias: bias.map { $0 + b * shape.keys },
            output: output.block(b, of: contexts) + v,
            logNormaliser: logNormaliser + (b * heads + head) * shape.queries,
            outputGradient: output.gradientBlock(b, of: contexts) + v, logNormaliserGradient: nil,
            queryGradient: query.gradient.map { _ in query.gradientBlock(b, of: contexts) + k },
            keyGradient: key.gradient.map { _ in key.gradientBlock(b, of: contexts) + k },
            valueGradient: value.gradient.map { _ in value.gradientBlock(b, of: contexts) + v },
            biasGradient: nil)
        }
      }
    }
    return output
  }
}
