/// Draws of a seed, as the tool and other languages give them: the first ones are the same however many are
/// drawn, and in whatever pieces.
///
/// A distribution may draw all normal values of a batch before anything else, so that other sizes of a batch
/// give other draws. Here all batches have `batchRows` rows, and what is not asked for is dropped.
package struct DrawSequence<Source: Distribution> {
  private let source: Source
  private var generator: Xoshiro256
  private var batch: Matrix
  /// The first row of the batch that nobody has had.
  private var next: Int
  /// Some milliseconds of drawing even in a hundred dimensions.
  static var batchRows: Int { 1024 }

  package init(_ source: Source, seed: UInt64) {
    self.source = source
    generator = Xoshiro256(seed: seed)
    batch = Matrix(rows: 0, columns: source.dimension)
    next = 0
  }

  /// The next draws, count x d.
  package mutating func draw(_ count: Int) -> Matrix {
    let d = source.dimension
    var elements: [Double] = []
    elements.reserveCapacity(count * d)
    while elements.count < count * d {
      if next == batch.rows {
        batch = source.sample(count: Self.batchRows, using: &generator)
        next = 0
      }
      let rows = min(count - elements.count / d, batch.rows - next)
      elements += batch.elements[next * d..<(next + rows) * d]
      next += rows
    }
    return Matrix(rows: count, columns: d, elements: elements)
  }
}
