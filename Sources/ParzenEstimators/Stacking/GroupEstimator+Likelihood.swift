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
}
