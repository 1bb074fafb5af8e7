import ParzenCore

extension DensityEvaluation {
  /// An evaluation query by query: `body` gets a point and the place for its score, and returns its log
  /// density.
  init(
    pointwise queries: Matrix,
    _ body: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Double
  ) {
    let (count, d) = (queries.rows, queries.columns)
    var score = Matrix(rows: count, columns: d)
    var logDensity = [Double](repeating: 0, count: count)
    queries.elements.withUnsafeBufferPointer { points in
      score.elements.withUnsafeMutableBufferPointer { scores in
        for row in 0..<count {
          let range = row * d..<(row + 1) * d
          logDensity[row] = body(.init(rebasing: points[range]), .init(rebasing: scores[range]))
        }
      }
    }
    self.init(logDensity: logDensity, score: score)
  }
}

extension Matrix {
  /// `count` points, each written by `body`.
  init(count: Int, dimension: Int, _ body: (UnsafeMutableBufferPointer<Double>) -> Void) {
    let elements = [Double](unsafeUninitializedCapacity: count * dimension) { elements, initializedCount in
      initializedCount = count * dimension
      for row in 0..<count {
        body(.init(rebasing: elements[row * dimension..<(row + 1) * dimension]))
      }
    }
    self.init(rows: count, columns: dimension, elements: elements)
  }

  /// Lets `body` change every row in place; it also gets the row's index.
  mutating func updateRows(_ body: (Int, UnsafeMutableBufferPointer<Double>) -> Void) {
    let (rows, columns) = (rows, columns)
    elements.withUnsafeMutableBufferPointer { elements in
      for row in 0..<rows { body(row, .init(rebasing: elements[row * columns..<(row + 1) * columns])) }
    }
  }
}
