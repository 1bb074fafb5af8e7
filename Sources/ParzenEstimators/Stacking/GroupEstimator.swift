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
/// | shrunk Gaussian | one, with shrunk correlations, where samples are few for a covariance |
/// | Student | the multivariate Student t law, as a mixture of Gaussians about one centre, where tails are |
/// | | heavy and it is not worse than the others |
/// | kernels | a kernel density of cross-validated bandwidth, for up to 2,000 samples, where it is |
/// | | clearly ahead of all others |
struct GroupEstimator: Sendable {
  let network: MixtureTransformerWeights
  let policy: EstimationPolicy
  let threads: Int

  /// Samples that are taken to speak for the network and the zoom beside those held out.
  private static let prior = 2.0
  /// Below so many samples, held-out ones tell nothing.
  static let fewestJudged = 12.0
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
      try attempt(frame(group.training(without: fold), .rounded, in: whole, threads: 1))
    }
    let network = CrossFit(full: whole.mixture, folds: frames.map { $0?.mixture })
    let masses = try PointMasses(group, whole.mixture)
    var group = group
    group.logMassIntensity = masses.logIntensity
    let split =
      if let gaps { gaps } else {
        try canSplit(group, depth: depth) ? split(group, network, depth: depth) : nil
      }
    guard group.total >= Self.fewestJudged, frames.allSatisfy({ $0 != nil }) else {
      if split == nil, group.total < 2 * Double(group.points.columns),
        let gaussian = try shrunkGaussian(whole, frames)
      {
        // So few hardly determine the axes in which the network reads them.
        return Result(
          fit: try .combining([network, gaussian], weights: [0.5, 0.5]),
          parts: [.init(candidate: .network, weight: 0.5), .init(candidate: .shrunkGaussian, weight: 0.5)],
          groups: [])
      }
      let (fit, name) = split.map { ($0.fit, .zoom) } ?? (network, EstimateRecord.Candidate.network)
      return Result(fit: fit, parts: [.init(candidate: name, weight: 1)], groups: split?.groups ?? [])
    }
    var contest = CandidateContest(group, masses: masses)
    try contest.enter(.init(name: .network, fit: network, prior: (split == nil ? 2 : 1) * Self.prior))
    if let split {
      try contest.enter(.init(name: .zoom, fit: split.fit, heldOut: split.heldOut, prior: Self.prior))
    }
    let unseen = frames.compactMap(\.self)
    for candidate in try likelihoodCandidates(whole, unseen) { try contest.enter(candidate) }
    if let gaussian = try shrunkGaussian(whole, unseen) {
      try contest.enter(.init(name: .shrunkGaussian, fit: gaussian))
    }
    try enterStudentLaw(&contest, group, whole, unseen)
    try enterKernels(&contest, group)
    let (fit, parts) = try contest.combined()
    let isSplit = parts.contains { $0.candidate == .zoom }
    return Result(fit: fit, parts: parts, groups: isSplit ? split?.groups ?? [] : [])
  }

  /// One Gaussian with shrunk correlations, where axes may be used and samples are few for a covariance.
  private func shrunkGaussian(
    _ whole: NetworkFrame, _ frames: [NetworkFrame?]
  ) throws(ParzenError) -> CrossFit? {
    guard policy.usesAxes, let full = try whole.shrunkGaussian() else { return nil }
    let folds = try frames.map { (frame) throws(ParzenError) in try frame?.shrunkGaussian() }
    return CrossFit(full: full, folds: folds)
  }

  /// Student's law, where it is not worse than any other candidate by a standard error.
  private func enterStudentLaw(
    _ contest: inout CandidateContest, _ group: SampleGroup, _ whole: NetworkFrame, _ unseen: [NetworkFrame]
  ) throws(ParzenError) {
    guard let law = try StudentLaw(whole) else { return }
    try contest.enter(
      .student, seen: law.heldOutAsSeen(group),
      unseen: { () throws(ParzenError) in
        guard let fit = try law.fit(unseen) else { return nil }
        return (try fit.heldOut(group), { fit })
      },
      where: { $0.allSatisfy { $0.mean + $0.error > 0 } })
  }

  /// Kernels, where they are clearly ahead of all other candidates.
  private func enterKernels(
    _ contest: inout CandidateContest, _ group: SampleGroup
  ) throws(ParzenError) {
    guard group.total <= Self.mostKernels, let quick = try CrossFitKernels(group, threads: threads) else {
      return
    }
    try contest.enter(
      .kernels, seen: quick.heldOut(group),
      unseen: { () throws(ParzenError) in
        guard let kernels = try CrossFitKernels(seenOnly: quick, group) else { return nil }
        return (kernels.heldOut(group), { () throws(ParzenError) in try kernels.fit(group) })
      },
      where: { $0.allSatisfy { $0.isClear(enough: Self.natsForKernels) } })
  }

  /// - Parameter whole: the frame of all samples where these are some of them: where they do not determine a
  ///   covariance, they take over by how much correlations are best shrunk.
  func frame(
    _ group: SampleGroup, _ precision: NetworkPrecision, in whole: NetworkFrame? = nil, threads: Int
  ) throws(ParzenError) -> NetworkFrame {
    var share: Double?
    if let whole, policy.usesAxes, group.total < Double(group.points.columns + 2) {
      share = whole.shareOfFew
    }
    return try NetworkFrame(
      group, network: network, usesAxes: policy.usesAxes, share: share, precision: precision, threads: threads
    )
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
  ) throws(ParzenError) -> [CandidateContest.Candidate] {
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
      return .init(name: candidate.name, fit: CrossFit(full: full, folds: Array(fits.dropFirst())))
    }
  }
}
