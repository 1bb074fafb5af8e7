import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// One way to estimate the density of a group, carried out on all of its samples and, to be judged, without
/// each of the judging folds.
struct CrossFit: Sendable {
  /// The estimate from all samples.
  var full: GaussianMixture
  /// The estimates without one fold each; nil where the samples without it allow none.
  var folds: [GaussianMixture?]

  /// The log density of every row of a group that is in a judging fold, under the estimate without its fold;
  /// at most that under the estimate from all, which is the one to be used: where that fits a sample worse
  /// than the ones that have not seen it, the others' success says nothing for it.
  func heldOut(_ group: SampleGroup) throws(ParzenError) -> [Double] {
    var result = [Double](repeating: -.infinity, count: group.points.rows)
    for (fold, estimate) in folds.enumerated() {
      let rows = group.heldOut(fold)
      guard let estimate, !rows.isEmpty else { continue }
      let values = try Self.logDensity(estimate, group, rows)
      for (row, value) in zip(rows, values) where !value.isNaN { result[row] = value }
    }
    let judged = group.judged
    let seen = try Self.logDensity(full, group, judged)
    return zip(judged, seen).map { $1.isNaN ? -.infinity : min(result[$0], $1) }
  }

  private static func logDensity(
    _ estimate: GaussianMixture, _ group: SampleGroup, _ rows: [Int]
  ) throws(ParzenError) -> [Double] {
    try Parallelism.limited(to: 1) { () throws(ParzenError) in
      try estimate.logDensity(at: group.points.selectingRows(rows))
    }
  }

  /// The convex combination of some ways; weights are positive.
  static func combining(_ fits: [CrossFit], weights: [Double]) throws(ParzenError) -> CrossFit {
    guard fits.count > 1 else { return fits[0] }
    let full = try GaussianMixture.combining(fits.map(\.full), weights: weights)
    var folds: [GaussianMixture?] = []
    for fold in fits[0].folds.indices {
      let parts = zip(fits, weights).compactMap { fit, weight in fit.folds[fold].map { ($0, weight) } }
      folds.append(
        parts.isEmpty ? nil : try GaussianMixture.combining(parts.map(\.0), weights: parts.map(\.1)))
    }
    return CrossFit(full: full, folds: folds)
  }
}

/// Samples in an order that depends on their values alone, divided for cross-validation by their rank in it:
/// the distance from the mean in whitened coordinates, which neither the order of the rows nor, but for exact
/// ties, a rotation changes. Equal samples share a fold, so that a repeated one is as one with a weight, and
/// none vouches for its like.
struct SampleFolds: Sendable {
  /// Of n samples, a fifth is in each fold.
  static let count = 5
  /// Of more different samples, so many are taken, evenly by rank.
  static let most = 1 << 15
  /// The rows that are taken, in order.
  let rows: [Int]
  /// The fold of each of them.
  let folds: [Int]

  /// The number of folds that judge n samples: with many, a part of them tells enough.
  static func judging(_ n: Double) -> Int { n < 2048 ? count : 2 }

  /// - Parameter whitened: n x d.
  /// - Complexity: O(n (d + log n)) time, O(n) memory.
  init(whitened: Matrix) {
    let distances = (0..<whitened.rows).map { row in whitened[row: row].reduce(0) { $0 + $1 * $1 } }
    var order = ascendingOrder(distances)
    order.sortRuns(
      where: { distances[$0] == distances[$1] },
      by: { whitened[row: $0].lexicographicallyPrecedes(whitened[row: $1]) })
    var ranks = [Int](repeating: 0, count: order.count)
    for place in order.indices.dropFirst() {
      let (one, other) = (distances[order[place - 1]], distances[order[place]])
      ranks[place] = ranks[place - 1] + (other - one <= 1e-12 * other ? 0 : 1)
    }
    let total = (ranks.last ?? 0) + 1
    var (rows, folds) = ([Int](), [Int]())
    for (row, rank) in zip(order, ranks) {
      let place = total <= Self.most ? rank : rank * Self.most / total
      guard total <= Self.most || place < (rank + 1) * Self.most / total else { continue }
      rows.append(row)
      folds.append(place % Self.count)
    }
    (self.rows, self.folds) = (rows, folds)
  }
}

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
struct StackingWeights: Sendable {
  /// One weight for each estimate; their sum is 1.
  let weights: [Double]
  /// So many nats below the samples in the middle, a sample is missed.
  private static let missed = 50.0

  /// - Parameters:
  ///   - heldOut: log densities of n samples, one array for each of M estimates.
  ///   - counts: how many samples each of the n stands for.
  ///   - prior: samples besides that are taken to speak for each estimate.
  /// - Complexity: O(steps n M) time, O(n M) memory.
  init(heldOut: [[Double]], counts: [Double], prior: [Double], steps: Int = 100) {
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
