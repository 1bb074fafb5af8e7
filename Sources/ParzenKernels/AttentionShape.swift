import CParzenKernels

/// The sizes and strides of one attention call.
///
/// All operands are stored by rows: row `i` of the queries is the `keyWidth` elements from `i * queryStride`,
/// and so on for the keys (`keyWidth`), the values and the outputs (`valueWidth`). With strides wider than
/// the rows, heads that are interleaved in the rows of one matrix need no copies. Biases and log-normalisers
/// are contiguous. The gradient of an operand has that operand's stride.
package struct AttentionShape: Sendable {
  /// The number of queries; may be 0.
  package var queries: Int
  /// The number of keys, and of values; may be 0.
  package var keys: Int
  /// Elements of a query and of a key; may be 0, and the logits are then the biases.
  package var keyWidth: Int
  /// Elements of a value and of an output; may be 0, when only the log-normaliser is wanted.
  package var valueWidth: Int
  /// What every scalar product of a query and a key is multiplied with.
  package var scale: Double
  /// Elements between the starts of two queries.
  package var queryStride: Int
  /// Elements between the starts of two keys.
  package var keyStride: Int
  /// Elements between the starts of two values.
  package var valueStride: Int
  /// Elements between the starts of two outputs.
  package var outputStride: Int

  /// A shape; strides that are not given are those of contiguous rows.
  package init(
    queries: Int, keys: Int, keyWidth: Int, valueWidth: Int, scale: Double = 1,
    queryStride: Int? = nil, keyStride: Int? = nil, valueStride: Int? = nil, outputStride: Int? = nil
  ) {
    self.queries = queries
    self.keys = keys
    self.keyWidth = keyWidth
    self.valueWidth = valueWidth
    self.scale = scale
    self.queryStride = queryStride ?? keyWidth
    self.keyStride = keyStride ?? keyWidth
    self.valueStride = valueStride ?? valueWidth
    self.outputStride = outputStride ?? valueWidth
  }

  /// The same shape for other numbers of queries and keys.
  func with(queries: Int, keys: Int) -> AttentionShape {
    var part = self
    part.queries = queries
    part.keys = keys
    return part
  }

  /// The C form.
  var kernelShape: ParzenAttentionShape {
    ParzenAttentionShape(
      queries: queries, keys: keys, key_width: keyWidth, value_width: valueWidth,
      query_stride: queryStride, key_stride: keyStride, value_stride: valueStride,
      output_stride: outputStride, scale: scale)
  }
}
