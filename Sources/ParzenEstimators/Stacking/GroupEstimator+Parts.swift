import ParzenCore
import ParzenDistributions

/// Parts of a group that stand apart, each estimated by itself.
extension GroupEstimator {
  /// Parts of groups with more numbers are estimated one by one.
  private static let mostAtOnce = 1 << 14
  /// With fewer samples for each part and dimension, and one, what stands apart is partly chance.
  private static let surelyApart = 10.0

  /// A part, the covariance that few samples have around them, and the level of the part below the whole.
  private typealias Part = (samples: SampleGroup, around: Matrix, depth: Int)

  /// The network's estimate where nothing stands apart, else that of the parts, without a competition.
  func zoomed(_ group: SampleGroup, depth: Int = 0) throws(ParzenError) -> GaussianMixture {
    switch try division(group, depth: depth) {
    case .whole(let mixture): mixture
    case .parts(let parts): try zoomed(parts)
    }
  }

  /// The network's estimate where nothing stands apart, else that of the competition.
  ///
  /// - Parameter samples: the number of samples, beside mirror images.
  func judgedWhereDivided(_ group: SampleGroup, samples: Int) throws(ParzenError) -> GaussianMixture {
    switch try division(group, depth: 0) {
    case .whole(let mixture): mixture
    case .parts: try estimate(folded(group, samples: samples)).fit.full
    }
  }

  /// A group estimated by its parts.
  struct Split {
    let fit: CrossFit
    /// The log densities of the judged samples, where those of `fit` are not what is to judge.
    var heldOut: [Double]?
    /// The rows of the samples in each part.
    let groups: [[Int]]
  }

  private enum Division {
    case whole(GaussianMixture)
    case parts([Part])
  }

  private func division(_ group: SampleGroup, depth: Int) throws(ParzenError) -> Division {
    if depth < Self.deepest, let parts = gapParts(group, depth: depth) { return .parts(parts) }
    let mixture = try frame(group, .rounded, threads: threads).mixture
    guard canSplit(group, depth: depth), let parts = try parts(group, mixture, depth: depth) else {
      return .whole(mixture)
    }
    return .parts(parts)
  }

  private func zoomed(_ parts: [Part]) throws(ParzenError) -> GaussianMixture {
    try .combining(
      parts.map { (part) throws(ParzenError) in
        if isEnough(part.samples), let mixture = try attempt(zoomed(part.samples, depth: part.depth)) {
          return mixture
        }
        return try part.samples.gaussian(surroundings(part))
      },
      weights: shares(parts))
  }

  /// The parts that gaps divide, each estimated by itself; nil where there are none.
  func splitAtGaps(_ group: SampleGroup, depth: Int) throws(ParzenError) -> Split? {
    guard let parts = gapParts(group, depth: depth) else { return nil }
    return Split(fit: try crossFit(parts, of: group), groups: parts.map(\.samples.rows))
  }

  /// The groups of the network's components that stand apart, each estimated by itself; nil where there is
  /// only one.
  ///
  /// Samples held out do not judge a division that they had a part in. Where parts have so few samples that
  /// it is partly chance, each fold is divided anew without it, and what the samples lose by that, in the
  /// network's estimates of the parts, is taken from what they say for the parts.
  func split(
    _ group: SampleGroup, _ network: CrossFit, depth: Int
  ) throws(ParzenError) -> Split? {
    guard let parts = try parts(group, network.full, depth: depth) else { return nil }
    let (fit, rows) = (try crossFit(parts, of: group), parts.map(\.samples.rows))
    guard group.total < Self.surelyApart * Double((group.points.columns + 1) * parts.count) else {
      return Split(fit: fit, groups: rows)
    }
    let divided = try concurrentResults(group.judging, threads: threads) {
      (fold) throws(ParzenError) -> (asWhole: GaussianMixture, anew: GaussianMixture)? in
      guard let mixture = network.folds[fold] else { return nil }
      let kept = parts.map { ($0.samples.training(without: fold), $0.around, $0.depth) as Part }
      let found = try self.parts(group.training(without: fold), mixture, depth: depth)
      return (
        try zoomed(kept.filter { $0.samples.points.rows > 0 }), try found.map(zoomed) ?? mixture
      )
    }
    let anew = CrossFit(full: fit.full, folds: divided.map { $0?.anew })
    let asWhole = try CrossFit(full: fit.full, folds: divided.map { $0?.asWhole }).heldOut(group)
    let losses = try zip(asWhole, anew.heldOut(group)).map { $0 > $1 ? $0 - $1 : 0 }
    return Split(
      fit: anew, heldOut: try zip(fit.heldOut(group), losses).map { $0 - $1 }, groups: rows)
  }

  private func gapParts(_ group: SampleGroup, depth: Int) -> [Part]? {
    GapGroups.divide(group.points, counts: group.counts)?.map {
      (group.selecting($0), .identity(group.points.columns), depth + 1)
    }
  }

  /// The samples of each group of a mixture's components that stand apart, with the components' mean
  /// covariance, or of each part between gaps where these divide them further; nil where there is only one.
  private func parts(
    _ group: SampleGroup, _ mixture: GaussianMixture, depth: Int
  ) throws(ParzenError) -> [Part]? {
    let groups = try ComponentGroups(mixture, group.points)
    // Masses and gaps along the columns are for those who may use them, and who can judge them.
    if policy.usesAxes, group.total >= Self.fewestJudged,
      let rows = ColumnMasses.propose(group.points, counts: group.counts)
        ?? GapGroups.propose(group.points, counts: group.counts).flatMap({
          $0.count > groups.count ? $0 : nil
        })
    {
      let parts = rows.map(group.selecting)
      let around = SampleGroup.covarianceWithin(parts)
      return parts.map { ($0, around, depth + levels($0, of: group)) }
    }
    guard groups.count > 1 else { return nil }
    var result: [Part] = []
    for index in 0..<groups.count {
      let part = group.part(groups.memberships(index))
      // A part that is nearly all would be split for ever.
      guard part.total < group.total - 0.5 else { return nil }
      guard part.total > 0.5 else { continue }
      result.append(
        (part, mixture.covarianceWithin(groups.components(index)), depth + levels(part, of: group)))
    }
    return result.count > 1 ? result : nil
  }

  /// Whether the groups of components may be read by themselves: not where nothing could judge that. Gaps
  /// between the samples themselves need no judge.
  func canSplit(_ group: SampleGroup, depth: Int) -> Bool {
    depth < Self.deepest && group.total >= Self.fewestJudged
  }

  /// Whether a part is large enough for an estimate of its own.
  private func isEnough(_ part: SampleGroup) -> Bool {
    part.total >= Double(max(8, 2 * part.points.columns + 4))
  }

  /// The covariance that samples have around the one of a part too small for an estimate: none in columns in
  /// which all have one value.
  private func surroundings(_ part: Part) -> Matrix {
    guard part.samples.total > 1.5 else { return part.around }
    var result = part.around
    for column in SampleDiagnosis(part.samples.points).constantColumns {
      for other in 0..<result.rows { (result[column, other], result[other, column]) = (0, 0) }
    }
    return result
  }

  /// The estimates of parts together: large ones are made one after the other, each on all threads, since
  /// they can be of very unequal sizes.
  private func crossFit(_ parts: [Part], of group: SampleGroup) throws(ParzenError) -> CrossFit {
    var fits: [CrossFit] = []
    if group.points.elements.count > Self.mostAtOnce {
      for part in parts { fits.append(try crossFit(part)) }
    } else {
      fits = try concurrentResults(parts.count, threads: threads) { (index) throws(ParzenError) in
        try crossFit(parts[index])
      }
    }
    return try .combining(fits, weights: shares(parts))
  }

  private func shares(_ parts: [Part]) -> [Double] {
    ComponentShares.estimated(parts.map(\.samples.total))
  }

  private func crossFit(_ part: Part) throws(ParzenError) -> CrossFit {
    let samples = part.samples
    if isEnough(samples), let result = try attempt(estimate(samples, depth: part.depth)) {
      return result.fit
    }
    let around = surroundings(part)
    let folds = try (0..<samples.judging).map { (fold) throws(ParzenError) in
      let training = samples.training(without: fold)
      return training.points.rows > 0 ? try training.gaussian(around) : nil
    }
    return CrossFit(full: try samples.gaussian(around), folds: folds)
  }

  /// How many levels a part lies below a group: the more, the larger a share of it the part is, so that what
  /// lies apart sample by sample does not end in as many levels.
  private func levels(_ part: SampleGroup, of group: SampleGroup) -> Int {
    1 + Int(4 * min(1, part.total / group.total))
  }
}
