import ParzenCore
import ParzenDistributions

/// The choice of the coordinates in which columns are modelled, by held-out likelihood.
///
/// Where a column's domain is told, it is mirrored at its edges, or has the logarithm or logit that ends
/// there. Where it is not, its values decide what is tried beside the column as it is: a soft edge where the
/// values begin or end abruptly, what is a logarithm of all of them where they are positive and skewed, the
/// inverse hyperbolic sine about the median where tails are heavy. Each that a kernel density gains by is
/// judged by the network's estimate of the column alone, with groups apart read by themselves, on samples
/// held out, and taken where its gain is clear (`HeldOutGain.isClear`), by six nats, or eight for a guessed
/// edge. One that was taken is tried again on finer scales, for three nats: an edge that is no sharper than
/// it must be is seldom seen where there is none, and makes no larger scores than it must. Shares have
/// their odds, too. What becomes of several columns is the matter of `CoordinateContest`.
struct CoordinateChoice: Sendable {
  let network: MixtureTransformerWeights
  let threads: Int

  private static let folds = 3
  static let fewest = GroupEstimator.fewestJudged
  /// The nats that are enough for a coordinate, for one with an edge that is guessed, for a finer one, and
  /// for one with an edge that is told.
  static let (nats, natsForEdge, natsForFiner, natsForTold) = (6.0, 8.0, 3.0, 3.0)
  private static let most = 4096
  /// More columns than these are not mirrored at edges: each doubles the samples.
  private static let mostMirrored = 2
  /// Kernels look at no more samples than these.
  static let mostScreened = 1024

  /// Coordinates that are tried.
  struct Candidate {
    let columns: [ColumnTransformation]
    /// The nats that are enough for them; the first ones, which others are tried beside, need none.
    var enough = nats
  }

  /// Coordinates of all columns, and the estimate in them where it was made on the way.
  typealias Choice = (columns: [ColumnTransformation], estimate: GroupEstimator.Result?)

  /// The coordinates of all columns.
  ///
  /// - Parameters:
  ///   - prepared: samples in their domains.
  ///   - domains: d domains.
  ///   - guesses: whether columns of unknown domain are transformed, too.
  /// - Throws: `ParzenError.cancelled`.
  /// - Complexity: three passes of the network over each column and transformation tried, of at most 4,096
  ///   samples; for several columns, the contest of their coordinates.
  func choose(
    _ prepared: PreparedSamples, domains: [ColumnDomain], guesses: Bool
  ) throws(ParzenError) -> Choice {
    let columns = try concurrentResults(domains.count, threads: threads) { (column) throws(ParzenError) in
      let values = DistinctSamples(prepared.samples, column: column, counts: prepared.counts)
      // Values whose ties were spread can lie inside where the ones given do not.
      let range = prepared.ranges[column]
      return try alone(values, domains[column], guesses: guesses, isOnly: domains.count == 1) {
        $0.contains(range.lowerBound) && $0.contains(range.upperBound)
      }
    }
    var told = columns.map(\.told)
    if told.mirrored > Self.mostMirrored {
      for (column, own) in columns.enumerated() where domains[column] != .unbounded {
        told[column] = own.bijection ?? own.told
      }
    }
    guard guesses, domains.count > 1, columns.contains(where: { $0.margin != nil }) else {
      return (told, nil)
    }
    let estimator = GroupEstimator(network: network, policy: .automatic, threads: threads)
    guard let contest = try attempt(CoordinateContest(prepared, told: told, estimator: estimator)) else {
      return (told, nil)
    }
    // Zero may mean nothing in a single column of one sign.
    let all = columns.map { $0.natural?.column }
    let likely = columns.map { $0.natural.flatMap { $0.isLikely ? $0.column : nil } }
    let natural = all.contains { $0 == nil } ? [likely] : [all, likely]
    return try contest.best(
      margins: columns.map(\.margin), bijections: columns.map(\.bijection), natural: natural)
  }

  /// What a column is modelled in where nothing speaks for more, in what its own estimate can have normal
  /// scores, what is no mirror, and the scale on which untold values are at home; nil where that is nothing.
  private typealias Coordinates = (
    told: ColumnTransformation, margin: ColumnTransformation?, bijection: ColumnTransformation?,
    natural: (column: ColumnTransformation, isLikely: Bool)?
  )

  /// The coordinate of a column by itself: one that must be told apart from the column as it is by the
  /// network's estimate or, beside other columns, which make more of it, by kernels.
  ///
  /// - Parameter isDefined: whether a coordinate has a place for all values.
  private func alone(
    _ values: DistinctSamples, _ domain: ColumnDomain, guesses: Bool, isOnly: Bool,
    isDefined: (ColumnTransformation) -> Bool
  ) throws(ParzenError) -> Coordinates {
    func refined(_ candidates: [Candidate]) throws(ParzenError) -> ColumnTransformation {
      let coarse = try self.best(of: candidates, values)[0]
      let finer = Self.finer(than: coarse).map { Candidate(columns: [$0], enough: Self.natsForFiner) }
      return try self.best(of: [Candidate(columns: [coarse])] + finer, values)[0]
    }
    guard domain == .unbounded else {
      let columns = Self.coordinates(domain, values).filter(isDefined)
      // Beside other columns, the contest judges again.
      let enough = isOnly ? Self.natsForTold : Self.nats
      let told = try self.best(of: columns.map { Candidate(columns: [$0], enough: enough) }, values)[0]
      let bijection = columns.first(where: \.isBijection)
      // A mirrored margin has no score for samples on an edge, either.
      return (told, bijection == nil ? nil : told, bijection, nil)
    }
    guard guesses else { return (.identity, nil, nil, nil) }
    let (suggested, best) = try promising(
      Self.suggested(values).filter { isDefined($0.columns[0]) }, values)
    let own = try refined([Candidate(columns: [.identity])] + suggested)
    guard !isOnly else { return (own, nil, nil, nil) }
    return (.identity, own == .identity ? best ?? .identity : own, nil, Self.natural(values))
  }

  /// The transformation with the highest likelihood of samples held out, among those that are so
  /// clearly above the first one as they must be; the first one if there is none.
  private func best(
    of candidates: [Candidate], _ values: DistinctSamples
  ) throws(ParzenError) -> [ColumnTransformation] {
    let values = values.thinned(to: Self.most)
    guard candidates.count > 1, values.total >= Self.fewest else { return candidates[0].columns }
    let weights = RepeatedSamples.limited(values.counts)
    var left = Array(candidates.indices)
    var heldOut = [[Double]](repeating: [], count: candidates.count)
    for fold in 0..<Self.folds {
      let open = left
      let found = try concurrentResults(open.count, threads: threads) { (index) throws(ParzenError) in
        try self.heldOut(values, candidates[open[index]].columns, fold: fold, estimate: networkMixture)
      }
      for (index, values) in zip(open, found) { heldOut[index] += values ?? [] }
      left = zip(open, found).compactMap { $1 == nil ? nil : $0 }
      guard let reference = left.first else { return candidates[0].columns }
      // Those that are behind already need not go on.
      let counts = Self.rows(of: values, to: fold).map { weights[$0] }
      left.removeAll { index in
        let gain = HeldOutGain(heldOut[index], over: heldOut[reference], counts: counts)
        return index != reference && gain.mean + gain.error < 0
      }
      guard left.count > 1 else { return candidates[reference].columns }
    }
    let counts = Self.rows(of: values, to: Self.folds - 1).map { weights[$0] }
    var best = (candidate: candidates[left[0]], gain: 0.0)
    for index in left.dropFirst() {
      let gain = HeldOutGain(heldOut[index], over: heldOut[left[0]], counts: counts)
      if gain.isClear(enough: candidates[index].enough), gain.mean > best.gain {
        best = (candidates[index], gain.mean)
      }
    }
    return best.candidate.columns
  }

  /// The rows of the first folds, fold by fold.
  private static func rows(of samples: DistinctSamples, to last: Int) -> [Int] {
    (0...last).flatMap { fold in samples.counts.indices.filter { $0 % folds == fold } }
  }

  /// The transformations of a column under which kernels by Silverman's rule, which are quick and know
  /// nothing of skewness, tails and edges, fit samples held out better than in the column as it is, and the
  /// best of those that are so clearly.
  private func promising(
    _ candidates: [Candidate], _ values: DistinctSamples
  ) throws(ParzenError) -> (candidates: [Candidate], best: ColumnTransformation?) {
    let part = values.thinned(to: Self.mostScreened)
    func heldOut(_ columns: [ColumnTransformation]) throws(ParzenError) -> [Double]? {
      let folds = try (0..<Self.folds).map { (fold) throws(ParzenError) in
        try self.heldOut(part, columns, fold: fold, estimate: kernelMixture)
      }
      return folds.contains { $0 == nil } ? nil : folds.flatMap { $0! }
    }
    guard !candidates.isEmpty, let reference = try heldOut([.identity]) else { return (candidates, nil) }
    let weights = RepeatedSamples.limited(part.counts)
    let counts = Self.rows(of: part, to: Self.folds - 1).map { weights[$0] }
    var left: [Candidate] = []
    var best: (column: ColumnTransformation?, gain: Double) = (nil, 0)
    for candidate in candidates {
      guard let values = try heldOut(candidate.columns) else { continue }
      let gain = HeldOutGain(values, over: reference, counts: counts)
      guard gain.mean > 0 else { continue }
      left.append(candidate)
      if gain.isClear(enough: candidate.enough), gain.mean > best.gain {
        best = (candidate.columns[0], gain.mean)
      }
    }
    return (left, best.column)
  }

  /// An estimate of standardised columns.
  private typealias Fit = (Matrix, SampleWeights?) throws(ParzenError) -> GaussianMixture

  private func networkMixture(
    _ points: Matrix, _ weights: SampleWeights?
  ) throws(ParzenError) -> GaussianMixture {
    try GroupEstimator(network: network, policy: .untransformed, threads: 1)
      .zoomed(.whole(points, counts: weights?.values))
  }

  private func kernelMixture(
    _ points: Matrix, _ weights: SampleWeights?
  ) throws(ParzenError) -> GaussianMixture {
    try KernelDensity(samples: points, bandwidth: .silverman, sampleWeights: weights, threads: 1).mixture
  }

  /// The log density of the samples in a fold under an estimate from the others; nil where there is none.
  private func heldOut(
    _ samples: DistinctSamples, _ columns: [ColumnTransformation], fold: Int, estimate: Fit
  ) throws(ParzenError) -> [Double]? {
    let all = samples.counts.indices
    let rest = samples.points.selectingRows(all.filter { $0 % Self.folds == fold })
    let training = samples.selecting(all.filter { $0 % Self.folds != fold })
    return try attempt(density(training, columns, estimate).logDensity(at: rest))?.map {
      $0.isNaN ? -.infinity : $0
    }
  }

  private func density(
    _ samples: DistinctSamples, _ columns: [ColumnTransformation], _ estimate: Fit
  ) throws(ParzenError) -> TransformedMixture {
    let image = try CoordinateSamples(samples.points, counts: samples.counts, columns: columns)
    return try image.density(estimate(image.points, image.counts.map(SampleWeights.counts)))
  }
}
