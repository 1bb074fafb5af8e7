import ParzenCore
import ParzenPlatform

extension ExpectationMaximization {
  /// The fewest samples that an interval is sought for, and the smallest share of all.
  private static let (fewestInSpike, smallestShare) = (8, 1.0 / 64)

  /// The components with one more: for the samples in that interval of a column which holds the most of them
  /// beyond what the components have there. Nil with full covariances, which know no columns, in more than
  /// one dimension.
  ///
  /// The most is by the likelihood ratio of the share p of the samples in the interval against the share q
  /// that the components have, n (p log(p / q) + (1 - p) log((1 - p) / (1 - q))), over intervals between
  /// samples with a half, a quarter, ... of them.
  ///
  /// M. Kulldorff, A spatial scan statistic, Communications in Statistics 26, 1997.
  ///
  /// - Complexity: O(n d (K + log n)) time, O(n) memory.
  func addingSpike(_ components: GaussianComponents) -> GaussianComponents? {
    guard components.shape == .diagonal || components.dimension == 1 else { return nil }
    let spikes = (0..<components.dimension).compactMap { spike(in: $0, beside: components) }
    guard let best = spikes.max(by: { $0.gain < $1.gain }) else { return nil }
    return components.adding(samples.moments(of: best.rows), weight: best.weight)
  }

  private typealias Spike = (gain: Double, weight: Double, rows: [Int])

  private func spike(in column: Int, beside components: GaussianComponents) -> Spike? {
    let n = samples.count
    let values = (0..<n).map { samples[$0, column] }
    let order = ascendingOrder(values)
    let below = order.map { components.probability(below: values[$0], column: column) }
    var sums = [0.0]
    for row in order { sums.append(sums[sums.count - 1] + samples.weight(of: row)) }
    var best: (gain: Double, begin: Int, end: Int, excess: Double)?
    var size = n / 2
    while size >= max(Self.fewestInSpike, Int(Self.smallestShare * Double(n))) {
      for begin in 0...(n - size) {
        let end = begin + size
        let p = (sums[end] - sums[begin]) / samples.total
        let q = max(below[end - 1] - below[begin], 1e-12)
        guard q < p, p < 1 else { continue }
        let gain = p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))
        if gain > best?.gain ?? 0 { best = (gain, begin, end, p - q) }
      }
      size /= 2
    }
    return best.map { ($0.gain, $0.excess, Array(order[$0.begin..<$0.end])) }
  }
}

extension GaussianComponents {
  /// The probability that a column is below a value.
  fileprivate func probability(below value: Double, column: Int) -> Double {
    // The variance of a column is the diagonal entry, which in one dimension is the only one.
    let row = column * count
    return (0..<count).reduce(0) { sum, k in
      let scaled = (value - means[row + k]) / (2 * covariances[row + k]).squareRoot()
      return sum + exp(logWeights[k]) * erfc(-scaled) / 2
    }
  }

  /// These with another component along the columns.
  fileprivate func adding(
    _ moments: (mean: [Double], variance: [Double]), weight: Double
  ) -> GaussianComponents {
    func extended(_ rows: [Double], by values: [Double]) -> [Double] {
      values.indices.flatMap { rows[$0 * count..<($0 + 1) * count] + [values[$0]] }
    }
    var result = self
    result.logWeights = logWeights.map { $0 + log(1 - weight) } + [log(weight)]
    result.means = extended(means, by: moments.mean)
    result.covariances = extended(covariances, by: moments.variance)
    return result
  }
}

extension SampleColumns<Double> {
  /// The mean and variance of every column in some rows.
  fileprivate func moments(of rows: [Int]) -> (mean: [Double], variance: [Double]) {
    let total = rows.reduce(0) { $0 + weight(of: $1) }
    func average(_ value: (Int) -> Double) -> Double {
      rows.reduce(0) { $0 + weight(of: $1) * value($1) } / total
    }
    let mean = (0..<dimension).map { k in average { self[$0, k] } }
    let variance = (0..<dimension).map { k in
      average { (self[$0, k] - mean[k]) * (self[$0, k] - mean[k]) }
    }
    return (mean, variance.map { Swift.max($0, 1e-12) })
  }
}
