import ParzenCore
import ParzenDistributions
import ParzenKernels
import ParzenPlatform

/// A kernel density of a group, with a bandwidth by leave-one-out likelihood, and the same without each of
/// the judging folds. It has as many components as there are samples, which are made only where it is used.
struct CrossFitKernels: Sendable {
  private let whole: KernelShape
  /// The kernels without each of the judging folds.
  private let folds: [KernelShape]
  private let threads: Int

  /// The bandwidth is good to 2 %, and found by so many samples.
  private static let (tolerance, judges) = (0.02, 256)

  /// The kernels of all samples in every fold: quick, but their bandwidth has seen the samples held out.
  /// Nothing where the samples vary too little for a bandwidth.
  ///
  /// - Complexity: O(n^2 d) time for n samples, O(n d) memory.
  init?(_ group: SampleGroup, threads: Int) throws(ParzenError) {
    guard let kernel = try Self.kernel(group, threads: threads) else { return nil }
    whole = kernel
    folds = [KernelShape](repeating: kernel, count: group.judging)
    self.threads = threads
  }

  /// The same with kernels of its own in each fold, by the samples outside it.
  ///
  /// - Complexity: O(n^2 d) time for n samples and each fold, O(n d) memory.
  init?(seenOnly quick: CrossFitKernels, _ group: SampleGroup) throws(ParzenError) {
    (whole, threads) = (quick.whole, quick.threads)
    let kernels = try concurrentResults(group.judging, threads: quick.threads) { (fold) throws(ParzenError) in
      try Self.kernel(group.training(without: fold), threads: 1)
    }
    folds = kernels.compactMap(\.self)
    guard folds.count == group.judging else { return nil }
  }

  private static func kernel(_ group: SampleGroup, threads: Int) throws(ParzenError) -> KernelShape? {
    let moments = try SampleMoments(group.points, weights: group.counts.map(SampleWeights.counts))
    guard let shape = try attempt(KernelShape(moments, covariance: .full)) else { return nil }
    let likelihood = LeaveOneOutLikelihood(moments, shape: shape, judges: judges, threads: threads)
    return shape.scaled(by: try likelihood.bestFactor(tolerance: tolerance))
  }

  /// The log density of every row in a judging fold under the kernels of the rows outside it; at most that
  /// under all of them, as in `CrossFit`.
  ///
  /// - Complexity: O(n^2 d) time, O(n d) memory.
  func heldOut(_ group: SampleGroup) -> [Double] {
    var result = [Double](repeating: -.infinity, count: group.points.rows)
    for (fold, kernel) in folds.enumerated() {
      let (rows, rest) = (group.heldOut(fold), group.folds.indices.filter { group.folds[$0] != fold })
      guard !rows.isEmpty, !rest.isEmpty else { continue }
      let values = logDensity(kernel, at: rows, from: rest, group, without: fold)
      for (row, value) in zip(rows, values) { result[row] = value + group.logSlope(row) }
    }
    let judged = group.judged
    let seen = logDensity(whole, at: judged, from: Array(group.folds.indices), group, without: nil)
    return zip(judged, seen).map { min(result[$0], $1) }
  }

  private func logDensity(
    _ kernel: KernelShape, at rows: [Int], from samples: [Int], _ group: SampleGroup, without fold: Int?
  ) -> [Double] {
    let points = group.points(without: fold)
    func units(_ rows: [Int]) -> [Double] { kernel.kernelUnits(points.selectingRows(rows)).elements }
    let total = samples.reduce(0) { $0 + group.count($1) }
    let sums = GaussianKernelSums(
      queries: units(rows), samples: units(samples), bias: samples.map { log2(group.count($0) / total) },
      dimension: group.points.columns, weightingSamples: false, threads: threads)
    return zip(sums.sum, sums.shift).map { (log2($0) + $1) * M_LN2 + kernel.logNormaliser }
  }

  /// The mixtures of kernels.
  func fit(_ group: SampleGroup) throws(ParzenError) -> CrossFit {
    CrossFit(
      full: try Self.mixture(group, whole),
      folds: try folds.enumerated().map { (fold, kernel) throws(ParzenError) in
        let rest = group.training(without: fold)
        return rest.points.rows > 0 ? try Self.mixture(rest, kernel) : nil
      })
  }

  private static func mixture(_ group: SampleGroup, _ kernel: KernelShape) throws(ParzenError)
    -> GaussianMixture
  {
    let moments = try SampleMoments(group.points, weights: group.counts.map(SampleWeights.counts))
    return kernel.mixture(means: moments.samples, weights: moments.weights)
  }
}
