import ParzenCore
import ParzenDistributions

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
      MergedComponents(index == 0 ? whole : frames[index - 1])
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
    func way(_ name: EstimateRecord.Candidate, _ kind: FewComponents, count: Int) -> Way {
      (
        name,
        { (start, threads) throws(ParzenError) in
          try kind.mixture(start, count: count, threads: threads)
        }
      )
    }
    var ways: [Way] = [
      way(.pooledComponents, FewComponents(shape: .full, pooling: 6), count: choices[0].ownCount),
      (.adapted, { (start, threads) in AdaptedComponents().mixture(start, threads: threads) }),
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
