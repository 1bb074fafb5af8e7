import ParzenCore
import ParzenDistributions

/// Estimates of a group that compete on its samples held out.
struct CandidateContest: Sendable {
  /// An estimate, with the samples that are taken to speak for it beside those held out.
  struct Candidate: Sendable {
    let name: EstimateRecord.Candidate
    let fit: CrossFit
    /// The log densities of the judged samples, where those of `fit` are not what is to judge.
    var heldOut: [Double]?
    var prior = 0.0

    /// Whether it has no more components than the likelihood pays for.
    var isFew: Bool {
      switch name {
      case .fewComponents, .pooledComponents, .diagonalComponents, .shrunkGaussian, .student: true
      case .network, .zoom, .adapted, .kernels: false
      }
    }
  }

  private let group: SampleGroup
  private let masses: PointMasses
  private let counts: [Double]
  private var candidates: [Candidate] = []
  /// The log densities of the judged samples, for each candidate.
  private var heldOut: [[Double]] = []

  /// Samples that are taken to speak for every candidate beside those held out.
  private static let anyPrior = 0.5
  /// Samples that are taken to speak for few components where these are ahead of all others: one for so many
  /// of the group, and at most so many.
  private static let (samplesForOne, mostForFew) = (200.0, 5.0)
  /// Weights below this are dropped.
  private static let smallestWeight = 0.02

  init(_ group: SampleGroup, masses: PointMasses) {
    (self.group, self.masses) = (group, masses)
    counts = group.judged.map(group.count)
  }

  mutating func enter(_ candidate: Candidate) throws(ParzenError) {
    let values = if let values = candidate.heldOut { values } else { try candidate.fit.heldOut(group) }
    heldOut.append(masses.limited(values))
    candidates.append(candidate)
  }

  /// Enters a candidate that stands a test against all others, by what is quick to find, although it has seen
  /// the samples held out, and then by what has not.
  ///
  /// - Parameters:
  ///   - seen: the log densities of the judged samples under the estimate that has seen them.
  ///   - unseen: those under the ones that have not, and the fit; nil where there is none.
  ///   - test: whether the gains over all candidates are good enough.
  mutating func enter(
    _ name: EstimateRecord.Candidate, seen: [Double],
    unseen: () throws(ParzenError) -> (heldOut: [Double], fit: () throws(ParzenError) -> CrossFit)?,
    where test: ([HeldOutGain]) -> Bool
  ) throws(ParzenError) {
    guard test(gains(masses.limited(seen))), let unseen = try unseen() else { return }
    let values = masses.limited(unseen.heldOut)
    guard test(gains(values)) else { return }
    candidates.append(Candidate(name: name, fit: try unseen.fit()))
    heldOut.append(values)
  }

  /// By how much an estimate is better than each of the candidates.
  private func gains(_ values: [Double]) -> [HeldOutGain] {
    heldOut.map { HeldOutGain(values, over: $0, counts: counts) }
  }

  /// The best convex combination, and the candidates in it with their weights.
  func combined() throws(ParzenError) -> (fit: CrossFit, parts: [EstimateRecord.Part]) {
    var candidates = candidates
    if let best = candidates.indices.first(where: {
      candidates[$0].isFew && gains(heldOut[$0]).allSatisfy { $0.mean >= 0 }
    }) {
      candidates[best].prior += min(Self.mostForFew, group.total / Self.samplesForOne)
    }
    let weights = StackingWeights(
      heldOut: heldOut, counts: counts, prior: candidates.map { Self.anyPrior + $0.prior }
    ).weights
    let kept = weights.indices.filter { weights[$0] >= Self.smallestWeight }
    return (
      try .combining(kept.map { candidates[$0].fit }, weights: kept.map { weights[$0] }),
      kept.map { .init(candidate: candidates[$0].name, weight: weights[$0]) }
    )
  }
}
