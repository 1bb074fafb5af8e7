import ParzenCore
import ParzenPlatform

/// The convex combination of estimates with the highest likelihood of samples that they have not seen, found
/// by expectation-maximisation, in which w_j becomes the mean posterior probability of estimate j.
///
/// As a mixture, it is never much worse on the held-out samples than the best estimate alone, which a single
/// sample cannot change: an estimate that gives n samples the density zero loses its weight, one that misses
/// a few of them keeps the rest. With M estimates, the expected divergence of the combination is at most that
/// of the best one plus O(log M / n) for bounded log ratios. Samples that all estimates miss by far, as one
/// does whose equals are all held out with it, tell nothing of which is better, and have no vote.
///
/// P. Smyth, D. Wolpert, Linearly combining density estimators via stacking, Machine Learning 36, 1999; P.
/// Rigollet, A. B. Tsybakov, Linear and convex aggregation of density estimators, Math. Methods Statist. 16,
/// 2007.
package struct StackingWeights: Sendable {
  /// One weight for each estimate; their sum is 1.
  package let weights: [Double]
  /// So many nats below the samples in the middle, a sample is missed.
  private static let missed = 50.0

  /// - Parameters:
  ///   - heldOut: log densities of n samples, one array for each of M estimates.
  ///   - counts: how many samples each of the n stands for.
  ///   - prior: samples besides that are taken to speak for each estimate.
  /// - Complexity: O(steps n M) time, O(n M) memory.
  package init(heldOut: [[Double]], counts: [Double], prior: [Double], steps: Int = 100) {
    let (m, n) = (heldOut.count, counts.count)
    var ratios = [Double](repeating: 1, count: n * m)
    let tops = (0..<n).map { row in heldOut.reduce(-.infinity) { max($0, $1[row]) } }
    let least = (n > 0 ? tops.sorted()[n / 2] : 0) - Self.missed
    for (row, top) in tops.enumerated() {
      guard top > max(least, -Double.greatestFiniteMagnitude) else { continue }
      for j in 0..<m { ratios[row * m + j] = exp(heldOut[j][row] - top) }
    }
    var weights = [Double](repeating: 1 / Double(m), count: m)
    for _ in 0..<steps {
      var sums = prior
      for row in 0..<n {
        let total = (0..<m).reduce(0.0) { $0 + weights[$1] * ratios[row * m + $1] }
        guard total > 0 else { continue }
        for j in 0..<m { sums[j] += counts[row] * weights[j] * ratios[row * m + j] / total }
      }
      let total = sums.reduce(0, +)
      guard total > 0 else { break }
      weights = sums.map { $0 / total }
    }
    self.weights = weights
  }
}
