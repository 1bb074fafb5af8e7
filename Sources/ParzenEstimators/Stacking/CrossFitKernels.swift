import ParzenCore
import ParzenDistributions
import ParzenKernels
import ParzenPlatform

/// A kernel density of a group, with a bandwidth by leave-one-out likelihood, and the same without each of
/// the judging folds. It has as many components as there are samples, which are made only where it is used.
struct CrossFitKernels: Sendable {
  private let kernel: KernelShape
  private let threads: Int

  /// The bandwidth is good to 2 %, and found by so many samples.
  private static let (tolerance, judges) = (0.02, 256)

  /// Nothing where the samples vary too little for a bandwidth.
  ///
  /// - Complexity: O(n^2 d) time for n samples, O(n d) memory.
  init?(_ group: SampleGroup, threads: Int) throws(ParzenError) {
    let moments = try SampleMoments(group.points, weights: group.counts.map(SampleWeights.counts))
    guard let shape = try attempt(KernelShape(moments, covariance: .full)) else { return nil }
    let likelihood = LeaveOneOutLikelihood(moments, shape: shape, judges: Self.judges, threads: threads)
    kernel = shape.scaled(by: try likelihood.bestFactor(tolerance: Self.tolerance))
    self.threads = threads
  }

  /// The log density of every row in a judging fold under the kernels of the rows outside it; at most that
  /// under all of them, as in `CrossFit`.
  ///
  /// - Complexity: O(n^2 d) time, O(n d) memory.
  func heldOut(_ group: SampleGroup) -> [Double] {
    let points = kernel.kernelUnits(group.points)
    var result = [Double](repeating: -.infinity, count: points.rows)
    for fold in 0..<group.judging {
      let (rows, rest) = (group.heldOut(fold), group.folds.indices.filter { group.folds[$0] != fold })
      guard !rows.isEmpty, !rest.isEmpty else { continue }
      let seen = logDensity(points, at: rows, from: Array(group.folds.indices), group)
      for ((row, value), seen) in zip(zip(rows, logDensity(points, at: rows, from: rest, group)), seen) {
        result[row] = min(value, seen)
      }
    }
    return group.judged.map { result[$0] }
  }

  /// - Parameter points: the samples in kernel units.
  private func logDensity(
    _ points: Matrix, at rows: [Int], from samples: [Int], _ group: SampleGroup
  ) -> [Double] {
    let total = samples.reduce(0) { $0 + group.count($1) }
    let sums = GaussianKernelSums(
      queries: points.selectingRows(rows).elements, samples: points.selectingRows(samples).elements,
      bias: samples.map { log2(group.count($0) / total) }, dimension: points.columns,
      weightingSamples: false, threads: threads)
    return zip(sums.sum, sums.shift).map { (log2($0) + $1) * M_LN2 + kernel.logNormaliser }
  }

  /// The mixtures of kernels.
  func fit(_ group: SampleGroup) throws(ParzenError) -> CrossFit {
    CrossFit(
      full: try mixture(group),
      folds: try (0..<group.judging).map { (fold) throws(ParzenError) in
        let rest = group.training(without: fold)
        return rest.points.rows > 0 ? try mixture(rest) : nil
      })
  }

  private func mixture(_ group: SampleGroup) throws(ParzenError) -> GaussianMixture {
    let moments = try SampleMoments(group.points, weights: group.counts.map(SampleWeights.counts))
    return kernel.mixture(means: moments.samples, weights: moments.weights)
  }
}
