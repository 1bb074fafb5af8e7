import ParzenCore
import ParzenDistributions

extension GroupEstimator {
  /// The estimate of all samples, with what it rests on, and the groups that stand apart.
  ///
  /// - Parameters:
  ///   - points: standardised samples, n x d.
  ///   - counts: how many samples each row stands for; nil for one each.
  ///   - resolution: the widths below which nothing is resolved, d values.
  ///   - samples: the number of samples, which are the first rows; the others are mirror images.
  func estimate(
    _ points: Matrix, counts: [Double]?, resolution: [Double], samples: Int
  ) throws(ParzenError) -> Result {
    let everything = SampleGroup.whole(points, counts: counts, resolution: resolution)
    guard policy != .network else {
      let frame = try NetworkFrame(
        everything, network: network, usesAxes: false, precision: .exact, threads: threads)
      return Result(
        fit: CrossFit(full: frame.mixture, folds: []), parts: [.init(candidate: .network, weight: 1)],
        groups: [])
    }
    let group = try folded(everything, samples: samples)
    // Of very many samples, the network reads all, and the others are fitted to those that judge.
    let whole =
      group.rows.count == points.rows
      ? nil
      : try NetworkFrame(
        everything, network: network, usesAxes: policy.usesAxes, precision: .exact, threads: threads
      ).replacingSamples(by: group)
    return try estimate(group, whole: whole)
  }

  /// The samples, or of very many a part, in the folds that they are held out in, with their mirror images,
  /// so that none vouches for its own.
  func folded(_ everything: SampleGroup, samples: Int) throws(ParzenError) -> SampleGroup {
    let counts = everything.counts
    let moments = try SampleMoments(
      everything.regular, weights: counts.map(SampleWeights.counts), rows: .asGiven)
    let images = everything.points.rows / samples
    let whitened = try Whitening(moments).whitened(moments.samples)
    let folds = SampleFolds(
      whitened: images == 1 ? whitened : whitened.selectingRows(Array(0..<samples)),
      counts: counts.map { $0.prefix(samples).map { $0 * Double(images) } },
      most: SampleFolds.most / images)
    let rows = (0..<images).flatMap { image in folds.rows.map { image * samples + $0 } }
    return SampleGroup(
      points: everything.points.selectingRows(rows),
      counts: counts.map { counts in rows.map { counts[$0] } },
      folds: rows.indices.map { folds.folds[$0 % folds.rows.count] },
      judging: SampleFolds.judging(min(moments.effectiveCount, Double(SampleFolds.most))),
      resolution: everything.resolution, rows: rows, hasRepeats: folds.haveRepeats)
  }
}
