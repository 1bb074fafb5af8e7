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
/// | logarithms and logits | the samples without mirror images at the edges that are told |
/// | ratios and odds | how columns of one sign, and shares, depend on each other by powers |
///
/// Under normal scores the margin of a column is its own default estimate, mirrored at edges that are told or
/// in a logarithm or logit there. Clusters that stand apart in several columns are plainer in columns as they
/// are, edges, tails and spikes of single columns in normal scores. These are taken where their gain is clear
/// by six nats, ratios and odds, whose ends are guessed, by eight, and all by two where the coordinates told
/// are as steep at edges, held-out samples being in coordinates that have not seen them either
/// (`UnseenCoordinates`). Values that some samples share exactly, as codes for what is missing, have no
/// density that could be compared: their samples do not judge. Nor do wild values, which in some coordinates
/// are less so.
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
  /// How many samples each judging one stands for, none where it shares a value or is wild.
  private let votes: [Double]
  private let scores: ColumnScores

  /// The most samples that judge, with mirror images.
  private static let most = 4096
  /// More columns than these that are mirrored do not halve their number.
  private static let mostDoublings = 3
  /// The nats by which other coordinates must be better than those told, but for scales that are guessed,
  /// which need as many as edges, and those in which only columns are others that are as steep at edges as
  /// told.
  private static let (nats, natsForTold) = (6.0, 2.0)

  /// Coordinates of all columns, and what they are without the samples of each fold; nil where these play no
  /// part.
  private struct Entrant {
    let columns: [ColumnTransformation]
    var unseen: [[ColumnTransformation]]?
    /// The nats by which it must be better, if it is not as steep at edges as told.
    var nats = CoordinateContest.nats
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
    let most = Self.most >> min(told.mirrored, Self.mostDoublings)
    isAll = prepared.samples.rows <= most
    self.prepared = isAll ? prepared : prepared.thinned(to: most)
    let image = try self.prepared.image(told)
    try image.standard.checkRegularity()
    group = try estimator.folded(
      .whole(image.points, counts: image.counts, resolution: self.prepared.resolution(in: image)),
      samples: self.prepared.samples.rows)
    var folds = [Int](repeating: 0, count: self.prepared.samples.rows)
    for (row, fold) in zip(group.rows, group.folds) { folds[row % folds.count] = fold }
    self.folds = folds
    votes = Self.votes(self.prepared)
    scores = ColumnScores(prepared: self.prepared, folds: folds, told: told, estimator: estimator)
  }

  private static func votes(_ prepared: PreparedSamples) -> [Double] {
    let counts = prepared.counts ?? [Double](repeating: 1, count: prepared.samples.rows)
    var votes = [Double](repeating: 0, count: counts.count)
    let tame = GapGroups.withoutFew(prepared.samples, counts: prepared.counts, fewest: Double(fewestShared))
    for row in tame { votes[row] = counts[row] }
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

  /// So many different samples share a value; so few that gaps set apart are wild.
  static let fewestShared = 3

  /// The best coordinates, with the estimate in them where all samples have judged.
  ///
  /// - Parameters:
  ///   - margins: the coordinate in which each column's own estimate is made; nil for columns that stay as
  ///     told.
  ///   - bijections: coordinates of columns whose domains are known without mirror images; nil for others.
  ///   - natural: choices of columns, with the scales on which these are at home; nil for the others.
  /// - Throws: `ParzenError.cancelled`.
  /// - Complexity: one estimate of at most 4,096 samples, and one or two of every column by the network; two
  ///   to five, or up to six where domains are known, and three to twelve estimates of every column, where
  ///   other coordinates are not plainly worse on the first fold (`CoordinateScreening`).
  func best(
    margins: [ColumnTransformation?], bijections: [ColumnTransformation?], natural: [[ColumnTransformation?]]
  ) throws(ParzenError) -> CoordinateChoice.Choice {
    guard group.total >= GroupEstimator.fewestJudged,
      let reference = try attempt(found(Entrant(columns: told)))
    else { return (told, nil) }
    let standing: CoordinateChoice.Choice = (told, isAll ? reference.result : nil)
    let isMarked = margins.map { $0 != nil && $0 != .identity }
    let isMixed = isMarked.contains(true) && zip(isMarked, margins).contains { !$0 && $1 != nil }
    let choices = [isMarked.map { _ in true }] + (isMixed ? [isMarked] : [])
    let unmirrored = zip(bijections, margins).map { $0 ?? $1 }
    // Those of which the samples say nothing.
    let given = ([bijections] + natural).map { zip($0, told).map { $0 ?? $1 } }
    let others = given.indices.filter { given[$0] != told && !given[..<$0].contains(given[$0]) }
    var quick: [(margins: [ColumnTransformation?], scores: [ColumnTransformation])] = []
    for margins in unmirrored == margins ? [margins] : [margins, unmirrored] {
      guard let scores = try attempt(scores(of: margins, without: 0, isQuick: true)) else { continue }
      let isOpen = if isMarked.contains(true) { true } else { try canGain(scores, margins, reference) }
      if isOpen { quick.append((margins, scores)) }
    }
    guard !quick.isEmpty || !others.isEmpty else { return standing }
    let screening = try CoordinateScreening(
      prepared, folds: folds, votes: votes, told: told, estimator: estimator)
    var entrants: [Entrant] = []
    for (margins, scores) in quick {
      var open: [[Bool]] = []
      for choice in choices where try screening.isOpen(chosen(choice, of: scores)) { open.append(choice) }
      guard !open.isEmpty, let entrant = try attempt(entrant(margins)) else { continue }
      entrants += open.map { choice in
        Entrant(
          columns: chosen(choice, of: entrant.columns),
          unseen: entrant.unseen?.map { chosen(choice, of: $0) })
      }
    }
    for index in others where try screening.isOpen(given[index]) {
      let nats = index == 0 ? Self.nats : CoordinateChoice.natsForEdge
      entrants.append(Entrant(columns: given[index], nats: nats))
    }
    let found = try concurrentResults(entrants.count, threads: estimator.threads) {
      [entrants] (index) throws(ParzenError) in try attempt(self.found(entrants[index]))
    }
    let judged = (0..<group.judging).flatMap(rows)
    var best = (choice: standing, gain: 0.0)
    for (entrant, one) in zip(entrants, found) {
      guard let one else { continue }
      let gain = gain(one.heldOut, over: reference.heldOut, judged)
      let changed = told.indices.filter { entrant.columns[$0] != told[$0] }
      let isSteeper = changed.contains { told[$0] == .identity || !told[$0].isBijection }
      if gain.isClear(enough: isSteeper ? entrant.nats : Self.natsForTold), gain.mean > best.gain {
        best = ((entrant.columns, isAll ? one.result : nil), gain.mean)
      }
    }
    return best.choice
  }

  private func entrant(_ margins: [ColumnTransformation?]) throws(ParzenError) -> Entrant {
    var unseen: [[ColumnTransformation]] = []
    for fold in 0..<group.judging { unseen.append(try scores(of: margins, without: fold)) }
    return Entrant(columns: try scores(of: margins, without: nil), unseen: unseen)
  }

  private func gain(_ values: [Double], over reference: [Double], _ rows: [Int]) -> HeldOutGain {
    HeldOutGain(values, over: reference, counts: rows.map { votes[$0] })
  }

  private func rows(of fold: Int) -> [Int] { folds.indices.filter { folds[$0] == fold } }

  /// The chosen ones of some columns, the others as told.
  private func chosen(_ choice: [Bool], of columns: [ColumnTransformation]) -> [ColumnTransformation] {
    columns.indices.map { choice[$0] ? columns[$0] : told[$0] }
  }

  /// Whether the columns' own estimates, quick ones, are better by more than a standard error than what there
  /// is of each column, on the first fold. Of two columns that is what the estimate in told coordinates makes
  /// of them: by as much normal scores can gain. Of more, scores can be worth having though the margins are
  /// right, if columns depend on each other less than what is made of all together: there they are only
  /// closed to columns that normal laws fit as well.
  private func canGain(
    _ scores: [ColumnTransformation], _ margins: [ColumnTransformation?], _ reference: Found
  ) throws(ParzenError) -> Bool {
    guard let density = reference.unseen[0] else { return false }
    let normal = try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: 1), covariances: [.identity(1)])
    let (rows, rest) = (rows(of: 0), folds.indices.filter { folds[$0] != 0 && votes[$0] > 0 })
    var (own, known) = (rows.map { _ in 0.0 }, rows.map { _ in 0.0 })
    for (column, score) in scores.enumerated() where margins[column] != nil {
      let points = prepared.samples.selectingRows(rows).selectingColumns([column])
      let margin = try TransformedMixture(normal, columns: [score]).logDensity(at: points)
      let values =
        if scores.count > 2 { try attempt(normalLaw(of: column, rest).logDensity(at: points)) } else {
          try density.marginal(of: [column]).logDensity(at: points)
        }
      guard let values else { return true }
      for place in rows.indices {
        own[place] += margin[place]
        known[place] += values[place]
      }
    }
    let gain = gain(own, over: known, rows)
    return gain.mean > gain.error
  }

  private func normalLaw(of column: Int, _ rows: [Int]) throws(ParzenError) -> GaussianMixture {
    let counts = prepared.counts.map { counts in SampleWeights.counts(rows.map { counts[$0] }) }
    let moments = try SampleMoments(
      prepared.samples.selectingRows(rows).selectingColumns([column]), weights: counts)
    let deviation = moments.columnDeviations()[0]
    return try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: 1, elements: moments.mean),
      covariances: [Matrix(rows: 1, columns: 1, elements: [deviation * deviation])])
  }

  private func found(_ entrant: Entrant) throws(ParzenError) -> Found {
    let image = try prepared.image(entrant.columns)
    let unseen = try entrant.unseen?.map { (columns) throws(ParzenError) in try prepared.image(columns) }
    // In other coordinates than those told, there are fewer mirror images, or none.
    let kept = group.rows.indices.filter { group.rows[$0] < image.points.rows }
    let chosen = kept.map { group.rows[$0] }
    let samples = SampleGroup(
      points: image.points.selectingRows(chosen),
      counts: image.counts.map { counts in chosen.map { counts[$0] } }, folds: kept.map { group.folds[$0] },
      judging: group.judging, resolution: prepared.resolution(in: image), rows: chosen,
      unseen: unseen.map { coordinates(unseen: $0, image).selecting(chosen) }, hasRepeats: group.hasRepeats)
    let result = try estimator.estimate(samples)
    let full = try image.density(result.fit.full)
    let densities = try result.fit.folds.enumerated().map { (fold, mixture) throws(ParzenError) in
      try mixture.map { (mixture) throws(ParzenError) in try (unseen?[fold] ?? image).density(mixture) }
    }
    let heldOut = try densities.enumerated().map { (fold, density) throws(ParzenError) -> [Double] in
      let points = prepared.samples.selectingRows(rows(of: fold))
      let seen = try full.logDensity(at: points)
      guard let density else { return seen.map { _ in -Double.infinity } }
      return zip(try density.logDensity(at: points), seen).map(CrossFit.judging)
    }
    return (result, densities, heldOut.flatMap(\.self))
  }

  private func coordinates(unseen: [CoordinateSamples], _ image: CoordinateSamples) -> UnseenCoordinates {
    var logSlopes = [Double](repeating: 0, count: folds.count)
    for (fold, other) in unseen.enumerated() {
      let rows = rows(of: fold)
      let points = prepared.samples.selectingRows(rows)
      for (row, (one, seen)) in zip(rows, zip(other.logSlopes(of: points), image.logSlopes(of: points))) {
        logSlopes[row] = one - seen
      }
    }
    // Mirror images follow the samples.
    return UnseenCoordinates(
      points: unseen.map(\.points),
      logSlopes: (0..<image.points.rows).map { logSlopes[$0 % folds.count] })
  }
}
