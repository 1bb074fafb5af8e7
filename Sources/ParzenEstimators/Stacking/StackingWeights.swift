import ParzenCore
import ParzenPlatform

/// The convex combination of estimates with the highest likelihood of samples that they have not seen, found
/// by expectation-maximisation with leaps, in which w_j becomes the mean posterior probability of estimate j.
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

  /// - Parameters:
  ///   - heldOut: log densities of n samples, one array for each of M estimates.
  ///   - counts: how many samples each of the n stands for.
  ///   - prior: samples besides that are taken to speak for each estimate.
  ///   - steps: the most passes over the samples; they end where weights change by less than 1e-6.
  /// - Complexity: O(steps n M) time, O(n M) memory.
  package init(heldOut: [[Double]], counts: [Double], prior: [Double], steps: Int = 300) {
    let votes = Votes(heldOut: heldOut, counts: counts, prior: prior)
    let m = heldOut.count
    var weights = [Double](repeating: 1 / Double(m), count: m)
    for _ in 0..<steps / 3 {
      let (first, before) = votes.step(from: weights)
      let (second, _) = votes.step(from: first)
      let change = zip(first, weights).map { $0 - $1 }
      guard change.contains(where: { abs($0) > 1e-6 }) else { break }
      let leap = Self.leap(from: weights, first, second)
      let (next, after) = votes.step(from: leap)
      weights = after >= before ? next : second
    }
    self.weights = weights
  }

  /// Where two steps of expectation-maximisation point to, as far as no weight is negative.
  ///
  /// R. Varadhan, C. Roland, Simple and globally convergent methods for accelerating the convergence of any
  /// EM algorithm, Scand. J. Statist. 35, 2008.
  private static func leap(from start: [Double], _ first: [Double], _ second: [Double]) -> [Double] {
    let change = zip(first, start).map { $0 - $1 }
    let bend = zip(zip(second, first), change).map { $0.0 - $0.1 - $1 }
    func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    var length = max(1, norm(change) / norm(bend))
    while length.isFinite, length > 1 {
      let result = start.indices.map { start[$0] + 2 * length * change[$0] + length * length * bend[$0] }
      if result.allSatisfy({ $0 > 0 }) { return result }
      length = length > 1.1 ? (length + 1) / 2 : 1
    }
    return second
  }
}

/// What samples say of estimates that have not seen them.
private struct Votes {
  /// Densities over the largest of the sample's, n x M.
  private let ratios: [Double]
  private let counts: [Double]
  private let prior: [Double]

  init(heldOut: [[Double]], counts: [Double], prior: [Double]) {
    let (m, n) = (heldOut.count, counts.count)
    var ratios = [Double](repeating: 1, count: n * m)
    let tops = (0..<n).map { row in heldOut.reduce(-.infinity) { max($0, $1[row]) } }
    let least = HeldOutGain.leastTold(by: tops)
    for (row, top) in tops.enumerated() {
      guard top > max(least, -Double.greatestFiniteMagnitude) else { continue }
      for j in 0..<m { ratios[row * m + j] = exp(heldOut[j][row] - top) }
    }
    (self.ratios, self.counts, self.prior) = (ratios, counts, prior)
  }

  /// The mean posterior probabilities of the estimates, and the logarithm of the posterior density of the
  /// weights that they come from, but for a constant.
  func step(from weights: [Double]) -> (weights: [Double], logPosterior: Double) {
    let m = weights.count
    var sums = prior
    var logPosterior = zip(prior, weights).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * log($1.1) : 0) }
    sums.withUnsafeMutableBufferPointer { sums in
      ratios.withUnsafeBufferPointer { ratios in
        weights.withUnsafeBufferPointer { weights in
          for (row, count) in counts.enumerated() {
            let own = ratios.baseAddress! + row * m
            var total = 0.0
            for j in 0..<m { total += weights[j] * own[j] }
            guard total > 0 else { continue }
            logPosterior += count * log(total)
            for j in 0..<m { sums[j] += count * weights[j] * own[j] / total }
          }
        }
      }
    }
    let total = sums.reduce(0, +)
    return (total > 0 ? sums.map { $0 / total } : weights, logPosterior)
  }
}
