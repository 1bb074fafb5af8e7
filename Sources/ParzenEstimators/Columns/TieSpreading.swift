import ParzenCore
import ParzenPlatform

/// Samples whose ties are spread over the steps of their columns.
///
/// A value v of a column with step r stands for some value within r / 2 of it. Tied samples are placed at
/// quantiles of a smooth law within that cell: the monotone cubic interpolant of the cumulated counts at the
/// cells' edges. Their order in the cell is a low-discrepancy sequence over their ranks by the other columns'
/// values, so that neither the order of the rows matters nor columns become dependent.
///
/// F. N. Fritsch, R. E. Carlson, Monotone piecewise cubic interpolation, SIAM J. Numer. Anal. 17, 1980.
package enum TieSpreading {
  /// Samples, n x d, with the ties of every rounded or counted column spread over its step.
  ///
  /// - Complexity: O(d n log n) time, O(n d) memory.
  package static func spread(_ samples: Matrix) -> Matrix {
    spread(
      samples, (0..<samples.columns).map { ColumnResolution(samples[column: $0]) },
      domains: [ColumnDomain](repeating: .unbounded, count: samples.columns))
  }

  /// - Parameter resolutions: nil for columns that are left as they are.
  /// - Complexity: O(d n log n) time, O(n d) memory.
  static func spread(
    _ samples: Matrix, _ resolutions: [ColumnResolution?], domains: [ColumnDomain]
  ) -> Matrix {
    guard resolutions.contains(where: { $0 != nil }) else { return samples }
    var result = samples
    let order = OrderedSamples(samples, weights: nil, rule: .ascending).rows
    for (column, resolution) in resolutions.enumerated() {
      guard let resolution else { continue }
      var counts: [Double: Int] = [:]
      for value in samples[column: column] { counts[value, default: 0] += 1 }
      let cells = TieCells(counts, step: resolution.step, within: domains[column].range)
      // Fractional parts of multiples of irrational numbers, one number for each column.
      let stride = (Double(Self.primes[column % Self.primes.count])).squareRoot()
      var ranks: [Double: Int] = [:]
      for row in order {
        let value = samples[row, column]
        let rank = ranks[value, default: 0]
        ranks[value] = rank + 1
        let place = (0.5 + Double(rank) * stride).truncatingRemainder(dividingBy: 1)
        result[row, column] = cells.place(value, share: place)
      }
    }
    return result
  }

  private static let primes = [5, 2, 3, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53]
}

/// The cells of a column's values and the smooth law within them.
struct TieCells: Sendable {
  /// Edges of the cells that hold samples or lie beside such ones, the share of the samples below each, and
  /// its slope.
  private var edges: [Double] = []
  private var shares: [Double] = []
  private var slopes: [Double] = []
  /// The lower edge of each value's cell.
  private var lower: [Double: Int] = [:]

  /// - Parameters:
  ///   - counts: how many samples have each value.
  ///   - range: the values that are possible; cells end there.
  init(_ counts: [Double: Int], step: Double, within range: ClosedRange<Double>) {
    let total = Double(counts.values.reduce(0, +))
    var below = 0.0
    for value in counts.keys.sorted() {
      let (low, high) = (max(range.lowerBound, value - step / 2), min(range.upperBound, value + step / 2))
      if edges.isEmpty || low > edges[edges.count - 1] + 0.01 * step {
        edges.append(low)
        shares.append(below)
      }
      lower[value] = edges.count - 1
      below += Double(counts[value]!) / total
      edges.append(high)
      shares.append(below)
    }
    slopes = Self.slopes(edges, shares)
  }

  /// Slopes at the edges that keep the interpolant monotone: weighted harmonic means of the neighbouring
  /// secants.
  private static func slopes(_ x: [Double], _ y: [Double]) -> [Double] {
    let n = x.count
    let secants: [Double] = (0..<n - 1).map { i in
      let (rise, width) = (y[i + 1] - y[i], x[i + 1] - x[i])
      return rise / width
    }
    return (0..<n).map { (i) -> Double in
      guard i > 0, i < n - 1 else { return 0.5 * secants[i == 0 ? 0 : n - 2] }
      let (before, after) = (secants[i - 1], secants[i])
      guard before > 0, after > 0 else { return 0 }
      let (left, right) = (x[i] - x[i - 1], x[i + 1] - x[i])
      let (one, other) = (2 * right + left, right + 2 * left)
      return (one + other) / (one / before + other / after)
    }
  }

  /// The point of a value's cell below which a share of its samples lies.
  func place(_ value: Double, share: Double) -> Double {
    let i = lower[value]!
    let (width, rise) = (edges[i + 1] - edges[i], shares[i + 1] - shares[i])
    func height(_ t: Double) -> Double {
      let (u, v) = (slopes[i] * width / rise, slopes[i + 1] * width / rise)
      let quadratic = 3 - 2 * u - v
      return t * (u + t * (quadratic + t * (u + v - 2)))
    }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if height(middle) < share { low = middle } else { high = middle }
    }
    return edges[i] + width * (low + high) / 2
  }
}
