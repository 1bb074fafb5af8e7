import ParzenCore
import ParzenDistributions

extension GroupEstimator {
  /// The estimate of all samples, with what it rests on, and the groups that stand apart.
  ///
  /// - Parameters:
  ///   - points: standardised samples, n x d.
  ///   - counts: how many samples each row stands for; nil for one each.
  ///   - resolution: the widths below which nothing is resolved, d values.
  func estimate(
    _ points: Matrix, counts: [Double]?, resolution: [Double]
  ) throws(ParzenError) -> (
    mixture: GaussianMixture, parts: [EstimateRecord.Part], groups: [[Int]]
  ) {
    let everything = SampleGroup.whole(points, counts: counts, resolution: resolution)
    guard policy != .network else {
      let frame = try NetworkFrame(
        everything, network: network, usesAxes: false, precision: .exact, threads: threads)
      return (frame.mixture, [.init(candidate: .network, weight: 1)], [])
    }
    let group = try folded(everything)
    // Of very many samples, the network reads all, and the others are fitted to those that judge.
    let whole =
      group.rows.count == points.rows
      ? nil
      : try NetworkFrame(
        everything, network: network, usesAxes: policy.usesAxes, precision: .exact, threads: threads
      ).replacingSamples(by: group)
    let result = try estimate(group, whole: whole)
    return (result.fit.full, result.parts, result.groups)
  }

  /// The samples, or of very many a part, in the folds that they are held out in.
  func folded(_ everything: SampleGroup) throws(ParzenError) -> SampleGroup {
    let counts = everything.counts
    let moments = try SampleMoments(
      everything.regular, weights: counts.map(SampleWeights.counts), rows: .asGiven)
    let folds = SampleFolds(whitened: try Whitening(moments).whiten(moments.samples))
    return SampleGroup(
      points: everything.points.selectingRows(folds.rows),
      counts: counts.map { counts in folds.rows.map { counts[$0] } },
      folds: folds.folds, judging: SampleFolds.judging(min(moments.effectiveCount, Double(SampleFolds.most))),
      resolution: everything.resolution, rows: folds.rows)
  }
}

/// Columns shifted by their median and divided by the spread of their middle half, so that what is far away,
/// very large or very small is computed with as exactly as what is not, and a few wild values do not matter.
struct StandardColumns: Sendable {
  /// n x d.
  let points: Matrix
  let origin: [Double]
  let scale: [Double]

  init(_ moments: SampleMoments) throws(ParzenError) {
    let deviations = moments.columnDeviations()
    var (origin, scale, points) = ([Double](), [Double](), moments.samples)
    for k in 0..<points.columns {
      let values = moments.samples[column: k]
      let order = ascendingOrder(values)
      let (ascending, counts) = (
        order.map { values[$0] }, moments.counts.map { counts in order.map { counts[$0] } }
      )
      let low = weightedQuantile(0.25, ofOrdered: ascending, counts: counts)
      let high = weightedQuantile(0.75, ofOrdered: ascending, counts: counts)
      let middle = weightedQuantile(0.5, ofOrdered: ascending, counts: counts)
      let spread = high > low ? high / 1.35 - low / 1.35 : deviations[k]
      // What never varies is left as it is, to be named.
      let width = spread > 0 ? spread : 1
      if let row = values.firstIndex(where: { !(abs(($0 - middle) / width) < 1e100) }) {
        throw .unusableSamples(
          """
          a sample has \(values[row]) in column \(k + 1), more than 1e100 times the spread of the others: \
          leave it
          """
            + " out")
      }
      points.withUnsafeMutableElements { elements in
        for row in values.indices { elements[row * deviations.count + k] = (values[row] - middle) / width }
      }
      origin.append(middle)
      scale.append(width)
    }
    (self.points, self.origin, self.scale) = (points, origin, scale)
  }

  /// Throws, with the columns' numbers, where columns are constant or linearly dependent, in the largest part
  /// of the samples where gaps divide them: beside wild values all others look so.
  func checkRegularity() throws(ParzenError) {
    guard !SampleDiagnosis(points).isRegular else { return }
    var largest = points
    while let parts = GapGroups.divide(largest), let part = parts.max(by: { $0.count < $1.count }),
      part.count > largest.columns + 1
    {
      largest = largest.selectingRows(part)
    }
    try SampleDiagnosis(largest).check(
      points, columnNames: (1...points.columns).map { "\($0)" },
      remedy: "regularise, which adds a little noise")
  }
}
