import ParzenCore
import ParzenDistributions

/// The estimate of a group of samples: estimates of several kinds, among them those of the parts that stand
/// apart, each for itself, compete on samples held out, and their best convex combination is taken.
///
/// | candidate | what it is |
/// |---|---|
/// | network | one pass of the network |
/// | zoom | groups of components that stand apart, each estimated by itself, this one in turn |
/// | few components | maximum likelihood from the network's components merged, as many as BIC says: full covariances with weak and strong pooling, and along the columns |
/// | adapted | some steps of expectation-maximisation from as many as Akaike's criterion says |
/// | kernels | a kernel density of cross-validated bandwidth, for up to 2,000 samples, where it is clearly ahead of all others |
struct GroupEstimator: Sendable {
  let network: MixtureTransformerWeights
  let policy: EstimationPolicy
  let threads: Int

  /// Samples that are taken to speak for the network, and for the zoom, beside those held out.
  private static let prior = 2.0
  /// Weights below this are dropped.
  private static let smallestWeight = 0.02
  /// Below so many samples, held-out ones tell nothing.
  private static let fewestJudged = 40.0
  private static let deepest = 8
  /// Parts of larger groups are estimated one by one.
  private static let mostAtOnce = 1 << 13
  private static let mostKernels = 2000.0
  /// No sample counts for more than so many nats where it is asked whether kernels are ahead.
  private static let clip = 4.0

  /// What a group's estimate is made of.
  struct Result: Sendable {
    var fit: CrossFit
    /// The candidates that were kept, with their weights.
    var parts: [EstimateRecord.Part]
    /// The groups that the zoom found, as the rows of the samples in each; empty where it was not taken.
    var groups: [[Int]]
  }

  private struct Candidate {
    let name: EstimateRecord.Candidate
    let fit: CrossFit
    var prior = 0.0
  }

  /// - Parameter whole: the frame of all samples where `group` holds only some of them.
  func estimate(_ group: SampleGroup, whole: NetworkFrame? = nil, depth: Int = 0) throws(ParzenError)
    -> Result
  {
    let gaps = try depth < Self.deepest ? splitAtGaps(group, depth: depth) : nil
    if let gaps, !group.isRegular {
      // Beside the gaps between them, the samples vary too little for anything else.
      return Result(fit: gaps.fit, parts: [.init(candidate: .zoom, weight: 1)], groups: gaps.groups)
    }
    let whole = if let whole { whole } else { try frame(group, .exact, threads: threads) }
    let frames = concurrentValues(group.judging, threads: threads) { (fold) -> NetworkFrame? in
      let training = group.training(without: fold)
      return try? frame(training, .rounded, threads: 1)
    }
    var candidates = [
      Candidate(name: .network, fit: CrossFit(full: whole.mixture, folds: frames.map { $0?.mixture }))
    ]
    let split =
      if let gaps { gaps } else {
        try canSplit(group, depth: depth) ? split(group, whole.mixture, depth: depth) : nil
      }
    if let split { candidates.append(Candidate(name: .zoom, fit: split.fit)) }
    guard group.total >= Self.fewestJudged, frames.allSatisfy({ $0 != nil }) else {
      let last = candidates[candidates.count - 1]
      return Result(
        fit: last.fit, parts: [.init(candidate: last.name, weight: 1)], groups: split?.groups ?? [])
    }
    for index in candidates.indices {
      candidates[index].prior = candidates.count == 1 ? 2 * Self.prior : Self.prior
    }
    candidates += try likelihoodCandidates(whole, frames.compactMap(\.self))
    var heldOut: [[Double]] = []
    for candidate in candidates { heldOut.append(try candidate.fit.heldOut(group)) }
    if let kernels = try kernels(group) {
      let values = try kernels.fit.heldOut(group)
      if isAhead(values, of: heldOut, group) {
        candidates.append(kernels)
        heldOut.append(values)
      }
    }
    let weights = StackingWeights(
      heldOut: heldOut, counts: group.judged.map(group.count), prior: candidates.map(\.prior)
    ).weights
    let kept = weights.indices.filter { weights[$0] >= Self.smallestWeight }
    return Result(
      fit: try .combining(kept.map { candidates[$0].fit }, weights: kept.map { weights[$0] }),
      parts: kept.map { .init(candidate: candidates[$0].name, weight: weights[$0]) },
      groups: kept.contains { candidates[$0].name == .zoom } ? split?.groups ?? [] : [])
  }

  /// The network's estimate where nothing stands apart, else that of the parts, without a competition.
  func zoomed(_ group: SampleGroup, depth: Int = 0) throws(ParzenError) -> GaussianMixture {
    if depth < Self.deepest, let rows = GapGroups.divide(group.points) {
      let parts = rows.map(group.selecting)
      let around = Matrix.identity(group.points.columns)
      return try .combining(
        parts.map { (part) throws(ParzenError) in
          try zoomed(part: part, around: around, depth: depth + levels(part, of: group))
        },
        weights: parts.map(\.total))
    }
    let mixture = try frame(group, .rounded, threads: threads).mixture
    guard canSplit(group, depth: depth), let parts = try parts(group, mixture) else { return mixture }
    return try .combining(
      parts.map { (part, around) throws(ParzenError) in
        try zoomed(part: part, around: around, depth: depth + levels(part, of: group))
      },
      weights: parts.map(\.part.total))
  }

  private func zoomed(part: SampleGroup, around: Matrix, depth: Int) throws(ParzenError) -> GaussianMixture {
    if isEnough(part), let mixture = try? zoomed(part, depth: depth) { return mixture }
    return try part.gaussian(surroundings(part, around))
  }

  private func frame(
    _ group: SampleGroup, _ precision: NetworkPrecision, threads: Int
  ) throws(ParzenError) -> NetworkFrame {
    try NetworkFrame(
      group, network: network, usesAxes: policy.usesAxes, precision: precision, threads: threads)
  }

  private func likelihoodCandidates(
    _ whole: NetworkFrame, _ frames: [NetworkFrame]
  ) throws(ParzenError) -> [Candidate] {
    let starts = concurrentValues(1 + frames.count, threads: threads) { index in
      MergedComponents(index == 0 ? whole : frames[index - 1])
    }
    let full = FewComponents(shape: .full, pooling: 0.5)
    let count = try full.count(starts[0], threads: threads)
    typealias Way = (
      name: EstimateRecord.Candidate,
      make: @Sendable (MergedComponents, _ threads: Int) throws(ParzenError) -> GaussianMixture?
    )
    var ways: [Way] = [
      (
        .fewComponents,
        { (start, threads) throws(ParzenError) in
          try full.mixture(start, count: count, threads: threads)
        }
      ),
      (
        .pooledComponents,
        { (start, threads) throws(ParzenError) in
          try FewComponents(shape: .full, pooling: 6).mixture(start, count: count, threads: threads)
        }
      ),
      (.adapted, { (start, threads) in AdaptedComponents().mixture(start, threads: threads) }),
    ]
    if policy.usesAxes, whole.mixture.dimension > 1 {
      let diagonal = FewComponents(shape: .diagonal, pooling: 0.5)
      let count = try diagonal.count(starts[0], threads: threads)
      ways.append(
        (
          .diagonalComponents,
          { (start, threads) throws(ParzenError) in
            try diagonal.mixture(start, count: count, threads: threads)
          }
        ))
    }
    let kinds = ways
    let fits = try concurrentResults(kinds.count * starts.count, threads: threads) {
      (index) throws(ParzenError) in
      try kinds[index / starts.count].make(starts[index % starts.count], Parallelism.threads)
    }
    return kinds.enumerated().compactMap { place, kind in
      let fits = fits[place * starts.count..<(place + 1) * starts.count]
      guard let full = fits.first!, !fits.contains(where: { $0 == nil }) else { return nil }
      return Candidate(name: kind.name, fit: CrossFit(full: full, folds: Array(fits.dropFirst())))
    }
  }

  /// The parts that gaps divide, each estimated by itself; nil where there are none.
  private func splitAtGaps(
    _ group: SampleGroup, depth: Int
  ) throws(ParzenError) -> (fit: CrossFit, groups: [[Int]])? {
    guard let rows = GapGroups.divide(group.points) else { return nil }
    let parts = rows.map(group.selecting)
    let width = group.points.columns
    let fits = try estimates(parts.map { ($0, .identity(width)) }, of: group, depth: depth)
    return (try .combining(fits, weights: parts.map(\.total)), parts.map(\.rows))
  }

  /// The groups of components that stand apart, each estimated by itself; nil where there is only one.
  private func split(
    _ group: SampleGroup, _ mixture: GaussianMixture, depth: Int
  ) throws(ParzenError) -> (fit: CrossFit, groups: [[Int]])? {
    guard let parts = try parts(group, mixture) else { return nil }
    let fits = try estimates(parts, of: group, depth: depth)
    return (try .combining(fits, weights: parts.map(\.part.total)), parts.map(\.part.rows))
  }

  /// The samples of each group of a mixture's components that stand apart, with the components' mean
  /// covariance, or of each part between gaps where these divide them further; nil where there is only one.
  private func parts(
    _ group: SampleGroup, _ mixture: GaussianMixture
  ) throws(ParzenError) -> [(part: SampleGroup, around: Matrix)]? {
    let groups = try ComponentGroups(mixture, group.points)
    // Gaps along the columns are for those who may use them, and who can judge them.
    if policy.usesAxes, group.total >= Self.fewestJudged, let rows = GapGroups.propose(group.points),
      rows.count > groups.count
    {
      let parts = rows.map(group.selecting)
      let around = SampleGroup.covarianceWithin(parts)
      return parts.map { ($0, around) }
    }
    guard groups.count > 1 else { return nil }
    var result: [(part: SampleGroup, around: Matrix)] = []
    for index in 0..<groups.count {
      let part = group.part(groups.memberships(index))
      // A part that is nearly all would be split for ever.
      guard part.total < group.total - 0.5 else { return nil }
      guard part.total > 0.5 else { continue }
      result.append((part, mixture.covarianceWithin(groups.components(index))))
    }
    return result.count > 1 ? result : nil
  }

  /// Whether the groups of components may be read by themselves: not where nothing could judge that. Gaps
  /// between the samples themselves need no judge.
  private func canSplit(_ group: SampleGroup, depth: Int) -> Bool {
    depth < Self.deepest && group.total >= Self.fewestJudged
  }

  /// Whether a part is large enough for an estimate of its own.
  private func isEnough(_ part: SampleGroup) -> Bool {
    part.total >= Double(max(8, 2 * part.points.columns + 4))
  }

  /// The covariance that samples have around the one of a part too small for an estimate: none where all are
  /// one point.
  private func surroundings(_ part: SampleGroup, _ around: Matrix) -> Matrix {
    let d = part.points.columns
    let isPoint = part.total > 1.5 && SampleDiagnosis(part.points).constantColumns.count == d
    return isPoint ? Matrix(rows: d, columns: d) : around
  }

  /// The estimates of parts: large ones one after the other, each on all threads, since they can be of very
  /// unequal sizes.
  private func estimates(
    _ parts: [(part: SampleGroup, around: Matrix)], of group: SampleGroup, depth: Int
  ) throws(ParzenError) -> [CrossFit] {
    @Sendable func estimate(_ index: Int) throws(ParzenError) -> CrossFit {
      let (part, around) = parts[index]
      return try self.estimate(part: part, around: around, depth: depth + levels(part, of: group))
    }
    guard group.points.rows <= Self.mostAtOnce else {
      var fits: [CrossFit] = []
      for index in parts.indices { fits.append(try estimate(index)) }
      return fits
    }
    return try concurrentResults(parts.count, threads: threads) { (index) throws(ParzenError) in
      try estimate(index)
    }
  }

  /// How many levels a part lies below a group: the more, the larger a share of it the part is, so that what
  /// lies apart sample by sample does not end in as many levels.
  private func levels(_ part: SampleGroup, of group: SampleGroup) -> Int {
    1 + Int(4 * min(1, part.total / group.total))
  }

  private func estimate(part: SampleGroup, around: Matrix, depth: Int) throws(ParzenError) -> CrossFit {
    if isEnough(part), let result = try? estimate(part, depth: depth) { return result.fit }
    let around = surroundings(part, around)
    let folds = try (0..<part.judging).map { (fold) throws(ParzenError) in
      let training = part.training(without: fold)
      return training.points.rows > 0 ? try training.gaussian(around) : nil
    }
    return CrossFit(full: try part.gaussian(around), folds: folds)
  }

  /// Whether an estimate's mean log density is above that of each of others by more than two standard errors,
  /// where no sample counts for more than four nats.
  private func isAhead(_ values: [Double], of others: [[Double]], _ group: SampleGroup) -> Bool {
    let counts = group.judged.map(group.count)
    return others.allSatisfy { other in
      var (sum, squares) = (0.0, 0.0)
      for (row, count) in counts.enumerated() {
        let difference = values[row] - other[row]
        let gain = difference.isNaN ? 0 : min(Self.clip, max(-Self.clip, difference))
        sum += count * gain
        squares += count * gain * gain
      }
      return sum > 2 * squares.squareRoot()
    }
  }

  /// A kernel density of cross-validated bandwidth.
  private func kernels(_ group: SampleGroup) throws(ParzenError) -> Candidate? {
    guard group.total <= Self.mostKernels else { return nil }
    let moments = try SampleMoments(group.points, weights: group.counts.map(SampleWeights.counts))
    guard let shape = try? KernelShape(moments, covariance: .full) else { return nil }
    let likelihood = LeaveOneOutLikelihood(moments, shape: shape, threads: threads)
    let kernel = shape.scaled(by: likelihood.bestFactor(tolerance: 0.02))
    func fit(_ part: SampleGroup) throws(ParzenError) -> GaussianMixture? {
      guard part.points.rows > 0 else { return nil }
      let moments = try SampleMoments(part.points, weights: part.counts.map(SampleWeights.counts))
      return kernel.mixture(means: moments.samples, weights: moments.weights)
    }
    guard let full = try fit(group) else { return nil }
    let folds = try (0..<group.judging).map { (fold) throws(ParzenError) -> GaussianMixture? in
      try fit(group.training(without: fold))
    }
    return Candidate(name: .kernels, fit: CrossFit(full: full, folds: folds))
  }
}
