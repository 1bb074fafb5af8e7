import ParzenCore

/// Samples without repetitions, in an order that depends on their values alone, and how many samples each
/// stands for.
struct DistinctSamples: Sendable {
  /// m x d.
  let points: Matrix
  let counts: [Double]

  var total: Double { counts.reduce(0, +) }

  private init(points: Matrix, counts: [Double]) { (self.points, self.counts) = (points, counts) }

  /// - Complexity: O(n d log n) time, O(n d) memory.
  init(_ samples: Matrix, counts: [Double]?) {
    let ordered = OrderedSamples(samples, weights: counts)
    self.init(points: ordered.samples, counts: ordered.totals)
  }

  /// The values of one column.
  init(_ samples: Matrix, column: Int, counts: [Double]?) {
    self.init(Matrix(rows: samples.rows, columns: 1, elements: samples[column: column]), counts: counts)
  }

  func selecting(_ rows: [Int]) -> DistinctSamples {
    DistinctSamples(points: points.selectingRows(rows), counts: rows.map { counts[$0] })
  }

  /// At most so many of them, evenly by their place.
  func thinned(to most: Int) -> DistinctSamples {
    counts.count <= most ? self : selecting((0..<most).map { $0 * counts.count / most })
  }

  /// The value of one column below which a share of the samples lies.
  func quantile(_ share: Double) -> Double {
    weightedQuantile(share, ofOrdered: points.elements, counts: counts)
  }
}

extension PreparedSamples {
  private init(_ other: PreparedSamples, _ part: DistinctSamples) {
    (samples, counts, rows) = (part.points, part.counts, Array(part.counts.indices))
    (effectiveCount, ranges) = (other.effectiveCount, other.ranges)
    (spread, warnings) = (other.spread, other.warnings)
  }

  /// At most so many different samples, evenly by their place.
  func thinned(to most: Int) -> PreparedSamples {
    PreparedSamples(self, DistinctSamples(samples, counts: counts).thinned(to: most))
  }
}
