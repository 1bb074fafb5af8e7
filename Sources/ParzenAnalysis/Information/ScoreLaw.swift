import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// A law to which the columns of samples are mapped by their ranks, which leaves their copula as it is.
enum ScoreLaw: CaseIterable {
  /// Normal scores: what depends linearly becomes a Gaussian.
  case normal
  /// Student's t with two degrees of freedom: columns that are large together, whatever their signs, as under
  /// elliptical laws with heavy tails, become far points, which normal scores press into corners.
  case heavy

  /// The scores of samples, n x d: in every column those of ranks; equal values have their mean rank.
  ///
  /// - Complexity: O(d n log n).
  func scores(of samples: Matrix) -> Matrix {
    var scores = samples
    let n = samples.rows
    for column in 0..<samples.columns {
      let values = samples[column: column]
      let order = ascendingOrder(values)
      var start = 0
      while start < n {
        var end = start + 1
        while end < n, values[order[end]] == values[order[start]] { end += 1 }
        let rank = Double(start + end - 1) / 2
        for place in start..<end { scores[order[place], column] = score(ofRank: rank, among: n) }
        start = end
      }
    }
    return scores
  }

  /// The quantile of (rank + 1/2) / n, for ranks 0 to n - 1.
  func score(ofRank rank: Double, among n: Int) -> Double { quantile((rank + 0.5) / Double(n)) }

  private func quantile(_ p: Double) -> Double {
    switch self {
    case .normal: standardNormalQuantile(p)
    case .heavy: (2 * p - 1) / (2 * p * (1 - p)).squareRoot()
    }
  }

  func logDensity(_ score: Double) -> Double {
    switch self {
    case .normal: -0.5 * score * score - 0.5 * log(2 * Double.pi)
    case .heavy: -1.5 * log(1 + score * score / 2) - 1.5 * log(2.0)
    }
  }
}
