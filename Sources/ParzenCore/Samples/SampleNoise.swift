/// Independent Gaussian noise for the columns of samples, the same in every run.
///
/// Every block of 16,384 rows has random numbers of its own, so that blocks can be read in any order.
package struct SampleNoise: Sendable, Equatable {
  /// The standard deviation of each column's noise; none is added where it is zero.
  package let deviations: [Double]

  /// Rows of a block.
  package static let blockRows = 1 << 14

  package init(deviations: [Double]) { self.deviations = deviations }

  /// A sentence for each column that has noise.
  package var sentences: [SampleMessage] {
    deviations.enumerated().filter { $0.element > 0 }.map {
      "noise of standard deviation \(short($0.element)) added to \(column: $0.offset)"
    }
  }

  /// Adds the noise to a block of rows, row by row.
  ///
  /// - Parameters:
  ///   - values: rows x dimension.
  ///   - rows: at most `blockRows`.
  ///   - block: the number of the block.
  package func add(to values: UnsafeMutablePointer<Double>, rows: Int, dimension d: Int, block: Int) {
    for (column, deviation) in deviations.enumerated() where deviation > 0 {
      var generator = Xoshiro256(seed: 0, stream: column, block)
      for row in 0..<rows { values[row * d + column] += deviation * generator.nextNormal() }
    }
  }
}

extension Matrix {
  /// The points with noise.
  package func adding(_ noise: SampleNoise) -> Matrix {
    var result = self
    result.elements.withUnsafeMutableBufferPointer { elements in
      for first in stride(from: 0, to: rows, by: SampleNoise.blockRows) {
        noise.add(
          to: elements.baseAddress! + first * columns, rows: min(SampleNoise.blockRows, rows - first),
          dimension: columns, block: first / SampleNoise.blockRows)
      }
    }
    return result
  }
}
