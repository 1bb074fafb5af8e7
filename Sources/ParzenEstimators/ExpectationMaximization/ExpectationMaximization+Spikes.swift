import ParzenCore
import ParzenPlatform

extension ExpectationMaximization {
  /// The fewest samples that an interval is sought for, and the smallest share of all.
  private static let (fewestInSpike, smallestShare) = (8.0, 1.0 / 64)

  /// The components with one more: for the samples in that interval of a column which holds the most of them
  /// beyond what the components have there.
  ///
  /// The most is by the likelihood ratio of the share p of the samples in the interval against the share q
  /// that the components have, n (p log(p / q) + (1 - p) log((1 - p) / (1 - q))), over intervals between
  /// samples with a half, a quarter, ... of them.
  ///
  /// M. Kulldorff, A spatial scan statistic, Communications in Statistics 26, 1997.
  ///
  /// - Parameter orders: those of the columns.
  /// - Complexity: O(n d (K + log n)) time, O(n) memory.
  func addingSpike(_ components: GaussianComponents, orders: [[Int]]) -> GaussianComponents? {
    let spikes = orders.indices.compactMap { spike(in: $0, orders[$0], beside: components) }
    guard let best = spikes.max(by: { $0.gain < $1.gain }) else { return nil }
    return components.adding(samples.moments(of: best.rows), weight: best.weight)
  }

  /// The rows in ascending order of every column; of none with full covariances in more than one dimension,
  /// which know no columns.
  ///
  /// - Complexity: O(n d log n) time, O(n d) memory.
  func columnOrders(_ shape: MixtureCovariance) -> [[Int]] {
    guard shape == .diagonal || samples.dimension == 1 else { return [] }
    return (0..<samples.dimension).map { column in
      ascendingOrder((0..<samples.count).map { samples[$0, column] })
    }
  }

  private typealias Spike = (gain: Double, weight: Double, rows: [Int])

  private func spike(in column: Int, _ order: [Int], beside components: GaussianComponents) -> Spike? {
    let values = order.map { samples[$0, column] }
    let below = components.probabilities(below: values, column: column)
    var sums = [0.0]
    for row in order { sums.append(sums[sums.count - 1] + samples.weight(of: row)) }
    var best: (gain: Double, begin: Int, end: Int, excess: Double)?
    var size = (samples.total / 2 + 1e-9).rounded(.down)
    while size >= max(Self.fewestInSpike, (Self.smallestShare * samples.total).rounded(.down)) {
      // But for rounding; equal values are in an interval together.
      let (least, n) = (size * (1 - 1e-9), values.count)
      var end = 1
      for begin in values.indices where begin == 0 || values[begin] > values[begin - 1] {
        while end < n, sums[end] - sums[begin] < least || values[end] == values[end - 1] {
          end += 1
        }
        guard sums[end] - sums[begin] >= least else { break }
        let p = (sums[end] - sums[begin]) / samples.total
        let q = max(below[end - 1] - below[begin], 1e-12)
        // The gain is at most p (p / q - 1), by the bounds of the logarithm.
        guard q < p, p < 1, p * (p - q) > (best?.gain ?? 0) * q else { continue }
        let gain = p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))
        if gain > best?.gain ?? 0 { best = (gain, begin, end, p - q) }
      }
      size = (size / 2).rounded(.down)
    }
    return best.map { ($0.gain, $0.excess, Array(order[$0.begin..<$0.end])) }
  }
}

extension GaussianComponents {
  /// The probabilities that a column is below values.
  fileprivate func probabilities(below values: [Double], column: Int) -> [Double] {
    var result = [Double](repeating: 0, count: values.count)
    for k in 0..<count {
      // The variance of a column is the diagonal entry, which in one dimension is the only one.
      let (mean, variance) = (means[column * count + k], covariances[column * count + k])
      let (width, half) = ((2 * variance).squareRoot(), exp(logWeights[k]) / 2)
      for place in values.indices { result[place] += half * erfc((mean - values[place]) / width) }
    }
    return result
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
