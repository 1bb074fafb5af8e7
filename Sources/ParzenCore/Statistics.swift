import ParzenPlatform

extension Matrix {
  /// The mean of every column.
  package var columnMeans: [Double] {
    (0..<columns).map { self[column: $0].reduce(0, +) / Double(rows) }
  }

  /// The variance of every column about its mean, divided by the number of rows.
  package var columnVariances: [Double] {
    zip(0..<columns, columnMeans).map { column, mean in
      self[column: column].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
    }
  }
}

/// exp(x_i) / sum_j exp(x_j), without overflow.
///
/// - Precondition: there is a value, and the largest is finite.
package func softmax(_ values: [Double]) -> [Double] {
  guard let highest = values.max() else { preconditionFailure("a softmax has a value") }
  let exponentials = values.map { exp($0 - highest) }
  let total = exponentials.reduce(0, +)
  return exponentials.map { $0 / total }
}
