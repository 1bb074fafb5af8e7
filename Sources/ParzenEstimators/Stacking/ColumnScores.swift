import ParzenCore
import ParzenDistributions

/// The normal scores of columns under their own estimates, from all samples or from those of other folds.
struct ColumnScores: Sendable {
  /// The samples.
  let prepared: PreparedSamples
  /// The fold of each.
  let folds: [Int]
  /// The coordinates of columns that have no normal scores.
  let told: [ColumnTransformation]
  let estimator: GroupEstimator

  /// The normal score beyond which a value that gaps set apart is no part of the column's law.
  private static let wild = 8.0

  /// - Parameters:
  ///   - margins: the coordinate in which each column's own estimate is made; nil for columns that stay as
  ///     told.
  ///   - fold: the one whose samples play no part; nil where all do.
  ///   - isQuick: whether the network alone estimates.
  /// - Throws: `ParzenError.unusableSamples` for a column that allows no estimate; `ParzenError.cancelled`.
  /// - Complexity: an estimate of every column, or two where values are wild.
  func callAsFunction(
    of margins: [ColumnTransformation?], without fold: Int?, isQuick: Bool = false
  ) throws(ParzenError) -> [ColumnTransformation] {
    let rows = folds.indices.filter { folds[$0] != fold }
    return try concurrentResults(margins.count, threads: estimator.threads) { (column) throws(ParzenError) in
      guard let margin = margins[column] else { return told[column] }
      let values = DistinctSamples(
        Matrix(rows: rows.count, columns: 1, elements: rows.map { prepared.samples[$0, column] }),
        counts: prepared.counts.map { counts in rows.map { counts[$0] } })
      // What is wild in the column is so in its normal scores, too, and not the end of a heavy tail.
      let tame = GapGroups.withoutFew(
        values.points, counts: values.counts, fewest: Double(CoordinateContest.fewestShared))
      let found = try law(values.selecting(tame), margin, isQuick: isQuick)
      guard tame.count < values.counts.count else { return found }
      let scores = found.coordinates(at: values.points.elements)
      let near = Set(tame).union(scores.indices.filter { abs(scores[$0]) < Self.wild }).sorted()
      return near == tame ? found : try law(values.selecting(near), margin, isQuick: isQuick)
    }
  }

  private func law(
    _ values: DistinctSamples, _ margin: ColumnTransformation, isQuick: Bool
  ) throws(ParzenError) -> ColumnTransformation {
    let image = try CoordinateSamples(values.points, counts: values.counts, columns: [margin])
    let group = SampleGroup.whole(image.points, counts: image.counts)
    let mixture =
      try isQuick
      ? estimator.zoomed(group) : estimator.judgedWhereDivided(group, samples: values.counts.count)
    return .normalScores(try NormalScores(image.density(mixture).mixture, of: margin))
  }
}
