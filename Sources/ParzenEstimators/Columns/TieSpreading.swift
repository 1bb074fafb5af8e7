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
enum TieSpreading {
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
