import ParzenCore
import ParzenDistributions

/// The choice among coordinates of all columns, by what is then used: all candidates together estimate the
/// samples in each of them, and samples held out say which is best.
///
/// | coordinates | what is left to the candidates |
/// |---|---|
/// | as told | the samples as they are, but for columns whose domains are known |
/// | normal scores of all columns | how columns depend on each other: their copula |
/// | normal scores of some | the same for columns with edges, skewness or heavy tails |
///
/// Under normal scores the margin of a column is its own default estimate.
/// Clusters that stand apart in several columns are plainer in columns as they are, edges, tails and spikes
/// of single columns in normal scores. These are taken where their gain is clear by six nats, held-out
/// samples being under margins that have not seen them either. Values that some samples share exactly, as
/// codes for what is missing, have no density that could be compared: their samples do not judge.
struct CoordinateContest: Sendable {
  private let estimator: GroupEstimator
  private let told: [ColumnTransformation]
  /// The samples that judge.
  private let prepared: PreparedSamples
  /// Whether these are all.
  private let isAll: Bool
  /// The judging samples in told coordinates, mirror images among them, with their folds.
  private let group: SampleGroup
  /// The fold of every judging sample.
  private let folds: [Int]
  /// How many samples each judging one stands for, none where it shares a value.
  private let votes: [Double]

  /// The most samples that judge.
  private static let most = 4096
  /// The nats by which other coordinates must be better than those told.
  private static let nats = 6.0

  /// Coordinates of all columns, and what they are without the samples of each fold; nil where these play no
  /// part.
  private struct Entrant {
    let columns: [ColumnTransformation]
    var unseen: [[ColumnTransformation]]?
  }

  /// An estimate in some coordinates, those without each judging fold, and the log densities of the samples
  /// in these folds, fold by fold.
  private typealias Found = (
    result: GroupEstimator.Result, unseen: [TransformedMixture?], heldOut: [Double]
  )

  /// - Parameter told: the coordinates that need no proof.
  /// - Throws: `ParzenError.unusableSamples` for samples that allow no estimate in these.
  init(
    _ prepared: PreparedSamples, told: [ColumnTransformation], estimator: GroupEstimator
  ) throws(ParzenError) {
    (self.estimator, self.told) = (estimator, told)
    isAll = prepared.samples.rows <= Self.most
    self.prepared = isAll ? prepared : prepared.thinned(to: Self.most)
    let image = try self.prepared.image(told)
    try image.standard.checkRegularity()
    group = try estimator.folded(
      .whole(image.points, counts: image.counts, resolution: self.prepared.resolution(in: image)))
    var folds = [Int](repeating: 0, count: self.prepared.samples.rows)
    for (row, fold) in zip(group.rows, group.folds) { folds[row % folds.count] = fold }
    self.folds = folds
    votes = Self.votes(self.prepared)
  }

  private static func votes(_ prepared: PreparedSamples) -> [Double] {
    var votes = prepared.counts ?? [Double](repeating: 1, count: prepared.samples.rows)
    for column in 0..<prepared.samples.columns {
      let values = prepared.samples[column: column]
      let order = ascendingOrder(values)
      for place in order.indices.dropFirst(fewestShared - 1) {
        let alike = order[(place - fewestShared + 1)...place]
        if values[alike.first!] == values[alike.last!] { for row in alike { votes[row] = 0 } }
      }
    }
    return votes
  }

  /// The normal score beyond which a value that gaps set apart is no part of the column's law.
  private static let wild = 8.0
  /// So many different samples share a value; so few that gaps set apart are wild.
  private static let fewestShared = 3

  /// The best coordinates, with the estimate in them where all samples have judged.
  ///
  /// - Parameter margins: the coordinate in which each column's own estimate is made; nil for columns that
  ///   stay as told.
  /// - Throws: `ParzenError.cancelled`.
  /// - Complexity: one estimate of at most 4,096 samples; two or three, and three to six estimates of every
  ///   column, where normal scores are not plainly worse on the first fold.
  func best(margins: [ColumnTransformation?]) throws(ParzenError) -> CoordinateChoice.Choice {
    guard group.total >= GroupEstimator.fewestJudged,
      let reference = try attempt(found(Entrant(columns: told)))
    else { return (told, nil) }
    let standing: CoordinateChoice.Choice = (told, isAll ? reference.result : nil)
    let isMarked = margins.map { $0 != nil && $0 != .identity }
    let isOpen = if isMarked.contains(true) { true } else { try isOpen(margins, reference) }
    guard isOpen else { return standing }
    guard let scored = try attempt(entrant(margins)) else { return standing }
    var entrants = [scored]
    if isMarked.contains(true), zip(isMarked, margins).contains(where: { !$0 && $1 != nil }) {
      func some(_ columns: [ColumnTransformation]) -> [ColumnTransformation] {
        columns.indices.map { isMarked[$0] ? columns[$0] : told[$0] }
      }
      entrants.append(Entrant(columns: some(scored.columns), unseen: scored.unseen?.map(some)))
    }
    let others = try concurrentResults(entrants.count, threads: estimator.threads) {
      [entrants] (index) throws(ParzenError) in try attempt(found(entrants[index]))
    }
    let judged = (0..<group.judging).flatMap(rows)
    var best = (choice: standing, gain: 0.0)
    for (entrant, one) in zip(entrants, others) {
      guard let one else { continue }
      let gain = gain(one.heldOut, over: reference.heldOut, judged)
      if gain.isClear(enough: Self.nats), gain.mean > best.gain {
        best = ((entrant.columns, isAll ? one.result : nil), gain.mean)
      }
    }
    return best.choice
  }

  private func entrant(_ margins: [ColumnTransformation?]) throws(ParzenError) -> Entrant {
    var unseen: [[ColumnTransformation]] = []
    for fold in 0..<group.judging { unseen.append(try scores(margins, without: fold)) }
    return Entrant(columns: try scores(margins, without: nil), unseen: unseen)
  }

  private func gain(_ values: [Double], over reference: [Double], _ rows: [Int]) -> HeldOutGain {
    HeldOutGain(values, over: reference, counts: rows.map { votes[$0] })
  }

  private func rows(of fold: Int) -> [Int] { folds.indices.filter { folds[$0] == fold } }

  /// Whether the columns' own estimates, quick ones, are better by more than a standard error than what the
  /// estimate in told coordinates makes of each column, on the first fold: by as much normal scores can gain.
  private func isOpen(_ margins: [ColumnTransformation?], _ reference: Found) throws(ParzenError) -> Bool {
    guard let density = reference.unseen[0],
      let scores = try attempt(scores(margins, without: 0, isQuick: true))
    else { return false }
    let normal = try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: 1), covariances: [.identity(1)])
    let rows = rows(of: 0)
    var (own, joint) = (rows.map { _ in 0.0 }, rows.map { _ in 0.0 })
    for (column, score) in scores.enumerated() where margins[column] != nil {
      let values = rows.map { prepared.samples[$0, column] }
      let points = Matrix(rows: rows.count, columns: 1, elements: values)
      let margin = try TransformedMixture(normal, columns: [score]).logDensity(at: points)
      let marginal = try density.marginal(of: [column]).logDensity(at: points)
      for place in rows.indices {
        own[place] += margin[place]
        joint[place] += marginal[place]
      }
    }
    let gain = gain(own, over: joint, rows)
    return gain.mean > gain.error
  }

  private func found(_ entrant: Entrant) throws(ParzenError) -> Found {
    let image = try prepared.image(entrant.columns)
    let samples = SampleGroup(
      points: image.points.selectingRows(group.rows), counts: group.counts, folds: group.folds,
      judging: group.judging, resolution: prepared.resolution(in: image), rows: group.rows)
    let result = try estimator.estimate(samples)
    let full = try image.density(result.fit.full)
    let unseen = try result.fit.folds.enumerated().map { (fold, mixture) throws(ParzenError) in
      try mixture.map { (mixture) throws(ParzenError) in
        try image.density(mixture, columns: entrant.unseen?[fold])
      }
    }
    let heldOut = try unseen.enumerated().map { (fold, density) throws(ParzenError) -> [Double] in
      let points = prepared.samples.selectingRows(rows(of: fold))
      let seen = try full.logDensity(at: points)
      guard let density else { return seen.map { _ in -Double.infinity } }
      return zip(try density.logDensity(at: points), seen).map(CrossFit.judging)
    }
    return (result, unseen, heldOut.flatMap(\.self))
  }

  /// The normal scores of columns under their own estimates, from all samples or from those of other folds.
  private func scores(
    _ margins: [ColumnTransformation?], without fold: Int?, isQuick: Bool = false
  ) throws(ParzenError) -> [ColumnTransformation] {
    let rows = folds.indices.filter { folds[$0] != fold }
    let (points, counts) = (prepared.samples, prepared.counts)
    return try concurrentResults(margins.count, threads: estimator.threads) { (column) throws(ParzenError) in
      guard let margin = margins[column] else { return told[column] }
      let all = DistinctSamples(
        Matrix(rows: rows.count, columns: 1, elements: rows.map { points[$0, column] }),
        counts: counts.map { counts in rows.map { counts[$0] } })
      func law(_ rows: [Int]) throws(ParzenError) -> ColumnTransformation {
        let values = all.selecting(rows)
        let image = try CoordinateSamples(values.points, counts: values.counts, columns: [margin])
        let group = SampleGroup.whole(image.points, counts: image.counts)
        let mixture = try isQuick ? estimator.zoomed(group) : estimator.judgedWhereDivided(group)
        return .normalScores(try NormalScores(image.density(mixture).mixture, of: margin))
      }
      // What is wild in the column is so in its normal scores, too, and not the end of a heavy tail.
      let tame = GapGroups.withoutFew(
        all.points, counts: all.counts, fewest: Double(Self.fewestShared))
      let found = try law(tame)
      guard tame.count < all.counts.count else { return found }
      let scores = found.coordinates(at: all.points.elements)
      let near = Set(tame).union(scores.indices.filter { abs(scores[$0]) < Self.wild }).sorted()
      return near == tame ? found : try law(near)
    }
  }
}
