import ParzenCore
import ParzenDistributions

/// The estimate of a group of samples: estimates of several kinds, among them those of the parts that stand
/// apart, each for itself, compete on samples held out, and their best convex combination is taken.
///
/// | candidate | what it is |
/// |---|---|
/// | network | one pass of the network |
/// | zoom | groups of components that stand apart, each estimated by itself, this one in turn |
/// | few components | maximum likelihood from the network's components merged, as many as BIC says |
/// | | with full covariances, pooled weakly and strongly, and along the columns |
/// | adapted | some steps of expectation-maximisation from as many as Akaike's criterion says |
/// | Student | the multivariate Student t law, as a mixture of Gaussians about one centre, where tails are |
/// | | heavy and it is not worse than the others |
/// | kernels | a kernel density of cross-validated bandwidth, for up to 2,000 samples, where it is |
/// | | clearly ahead of all others |
struct GroupEstimator: Sendable {
  let network: MixtureTransformerWeights
  let policy: EstimationPolicy
  let threads: Int

  /// Samples that are taken to speak for every candidate, and for the network and the zoom besides, beside
  /// those held out.
  private static let (anyPrior, prior) = (0.5, 2.0)
  /// Samples that are taken to speak for few components where these are ahead of all others: one for so many
  /// of the group, and at most so many.
  private static let (samplesForOne, mostForFew) = (200.0, 5.0)
  /// Weights below this are dropped.
  private static let smallestWeight = 0.02
  /// Below so many samples, held-out ones tell nothing.
  static let fewestJudged = 40.0
  static let deepest = 8
  private static let mostKernels = 2000.0
  /// The nats by which kernels must be ahead.
  private static let natsForKernels = 6.0

  /// What a group's estimate is made of.
  struct Result: Sendable {
    var fit: CrossFit
    /// The candidates that were kept, with their weights.
    var parts: [EstimateRecord.Part]
    /// The groups that the zoom found, as the rows of the samples in each; empty where it was not taken.
    var groups: [[Int]]
  }

  /// An estimate that competes, with the samples that are taken to speak for it beside those held out.
  struct Candidate {
    let name: EstimateRecord.Candidate
    let fit: CrossFit
    var prior = 0.0

    /// Whether it has no more components than the likelihood pays for.
    var isFew: Bool { [.fewComponents, .pooledComponents, .diagonalComponents, .student].contains(name) }
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
    let frames = try concurrentResults(group.judging, threads: threads) { (fold) throws(ParzenError) in
      let training = group.training(without: fold)
      return try attempt(frame(training, .rounded, threads: 1))
    }
    var candidates = [
      Candidate(name: .network, fit: CrossFit(full: whole.mixture, folds: frames.map { $0?.mixture }))
    ]
    let masses = try PointMasses(group, whole.mixture)
    var group = group
    group.logMassIntensity = masses.logIntensity
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
    let unseen = frames.compactMap(\.self)
    candidates += try likelihoodCandidates(whole, unseen)
    var heldOut: [[Double]] = []
    for candidate in candidates { heldOut.append(masses.limited(try candidate.fit.heldOut(group))) }
    let counts = group.judged.map(group.count)
    /// By how much an estimate is better than each of the candidates.
    func gains(_ values: [Double]) -> [HeldOutGain] {
      heldOut.map { HeldOutGain(values, over: $0, counts: counts) }
    }
    func areClearlyAhead(_ values: [Double]) -> Bool {
      gains(values).allSatisfy { $0.isClear(enough: Self.natsForKernels) }
    }
    func areLevel(_ values: [Double]) -> Bool { gains(values).allSatisfy { $0.mean + $0.error > 0 } }
    if let quick = try StudentLaw(whole),
      areLevel(masses.limited(try quick.heldOutAsSeen(group))),
      let fit = try quick.fit(unseen)
    {
      let values = masses.limited(try fit.heldOut(group))
      if areLevel(values) {
        candidates.append(Candidate(name: .student, fit: fit))
        heldOut.append(values)
      }
    }
    if group.total <= Self.mostKernels, let kernels = try CrossFitKernels(group, threads: threads) {
      // What is quick to find is asked first, although it has seen the samples held out.
      if areClearlyAhead(masses.limited(kernels.heldOut(group))),
        let kernels = try CrossFitKernels(seenOnly: kernels, group)
      {
        let values = masses.limited(kernels.heldOut(group))
        if areClearlyAhead(values) {
          candidates.append(Candidate(name: .kernels, fit: try kernels.fit(group)))
          heldOut.append(values)
        }
      }
    }
    if let best = candidates.indices.first(where: {
      candidates[$0].isFew && gains(heldOut[$0]).allSatisfy { $0.mean >= 0 }
    }) {
      candidates[best].prior += min(Self.mostForFew, group.total / Self.samplesForOne)
    }
    let weights = StackingWeights(
      heldOut: heldOut, counts: counts,
      prior: candidates.map { Self.anyPrior + $0.prior }
    ).weights
    let kept = weights.indices.filter { weights[$0] >= Self.smallestWeight }
    return Result(
      fit: try .combining(kept.map { candidates[$0].fit }, weights: kept.map { weights[$0] }),
      parts: kept.map { .init(candidate: candidates[$0].name, weight: weights[$0]) },
      groups: kept.contains { candidates[$0].name == .zoom } ? split?.groups ?? [] : [])
  }

  func frame(
    _ group: SampleGroup, _ precision: NetworkPrecision, threads: Int
  ) throws(ParzenError) -> NetworkFrame {
    try NetworkFrame(
      group, network: network, usesAxes: policy.usesAxes, precision: precision, threads: threads)
  }
}

extension GroupEstimator {
  /// The estimates by maximum likelihood: from all samples, and without each of the judging folds.
  ///
  /// - Parameters:
  ///   - whole: the frame of all samples.
  ///   - frames: those without a fold each.
  func likelihoodCandidates(
    _ whole: NetworkFrame, _ frames: [NetworkFrame]
  ) throws(ParzenError) -> [Candidate] {
    let starts = concurrentValues(1 + frames.count, threads: threads) { index in
      MergedComponents(index == 0 ? whole : frames[index - 1], usesAxes: policy.usesAxes)
    }
    let shapes: [MixtureCovariance] =
      policy.usesAxes && whole.mixture.dimension > 1 ? [.full, .diagonal] : [.full]
    let choices = try concurrentResults(shapes.count, threads: threads) { (index) throws(ParzenError) in
      try FewComponents.chosen(shapes[index], starts[0], threads: Parallelism.threads)
    }
    typealias Way = (
      name: EstimateRecord.Candidate,
      make: @Sendable (MergedComponents, _ threads: Int) throws(ParzenError) -> GaussianMixture?
    )
    func way(_ name: EstimateRecord.Candidate, _ kind: FewComponents, count: FewComponents.Count) -> Way {
      (
        name,
        { (start, threads) throws(ParzenError) in
          try kind.mixture(start, count: count, threads: threads)
        }
      )
    }
    var ways: [Way] = [
      way(
        .pooledComponents, FewComponents(shape: .full, pooling: 6),
        count: choices[0].ownCount),
      (
        .adapted,
        { (start, threads) throws(ParzenError) in
          try AdaptedComponents().mixture(start, threads: threads)
        }
      ),
    ]
    let names: [EstimateRecord.Candidate] = [.fewComponents, .diagonalComponents]
    for (name, choice) in zip(names, choices) { ways.append(way(name, choice.kind, count: choice.count)) }
    let candidates = ways
    let fits = try concurrentResults(candidates.count * starts.count, threads: threads) {
      (index) throws(ParzenError) in
      try candidates[index / starts.count].make(starts[index % starts.count], Parallelism.threads)
    }
    return candidates.enumerated().compactMap { place, candidate in
      let fits = fits[place * starts.count..<(place + 1) * starts.count]
      guard let full = fits.first!, !fits.contains(where: { $0 == nil }) else { return nil }
      return Candidate(name: candidate.name, fit: CrossFit(full: full, folds: Array(fits.dropFirst())))
    }
  }
}
