import ParzenCore
import ParzenDistributions

/// Some of the samples, or shares of them, that are estimated together, each with the fold that it is held
/// out in.
struct SampleGroup: Sendable {
  /// n x d.
  let points: Matrix
  /// How many samples each row stands for, a share where a row belongs to several groups; nil for one each.
  let counts: [Double]?
  /// The fold of every row.
  let folds: [Int]
  /// The number of folds that judge: 0, 1, ...
  let judging: Int
  /// The widths below which nothing is resolved, one for each column.
  let resolution: [Double]
  /// The rows of the samples that these are.
  let rows: [Int]
  /// The same in coordinates that are known without each fold; nil where all are.
  var unseen: UnseenCoordinates?
  /// Whether samples, of this group or the one around it, are equal: a component could have no width.
  var hasRepeats = false
  /// That of the group around this one: see `PointMasses`.
  var logMassIntensity = -Double.infinity

  /// All samples, which none judges.
  static func whole(_ points: Matrix, counts: [Double]?, resolution: [Double]? = nil) -> SampleGroup {
    SampleGroup(
      points: points, counts: counts, folds: [Int](repeating: 0, count: points.rows), judging: 0,
      resolution: resolution ?? [Double](repeating: 1e-4, count: points.columns), rows: Array(0..<points.rows)
    )
  }

  /// The number of samples that the rows stand for.
  var total: Double { counts?.reduce(0, +) ?? Double(points.rows) }

  /// How many samples a row stands for.
  func count(_ row: Int) -> Double { counts?[row] ?? 1 }

  /// What is to be added to the log density of a row in the coordinates that are known without its fold.
  func logSlope(_ row: Int) -> Double { unseen?.logSlopes[row] ?? 0 }

  /// The rows in a fold.
  func heldOut(_ fold: Int) -> [Int] { folds.indices.filter { folds[$0] == fold } }

  /// The rows in a judging fold.
  var judged: [Int] { folds.indices.filter { folds[$0] < judging } }

  /// The group without a fold, in the coordinates that are known without it.
  func training(without fold: Int) -> SampleGroup {
    SampleGroup(
      points: points(without: fold), counts: counts, folds: folds, judging: judging, resolution: resolution,
      rows: rows, hasRepeats: hasRepeats
    ).selecting(folds.indices.filter { folds[$0] != fold })
  }

  /// The points in the coordinates that are known without a fold; without none, in those known to all.
  func points(without fold: Int?) -> Matrix {
    if let fold, let unseen { unseen.points[fold] } else { points }
  }

  /// The rows of which more than a hundredth belongs to a part, with their shares of it.
  ///
  /// - Parameter memberships: the share of each row, at most 1.
  func part(_ memberships: [Double]) -> SampleGroup {
    let kept = memberships.indices.filter { memberships[$0] > 0.01 }
    let whole = kept.allSatisfy { memberships[$0] > 0.99 }
    return selecting(kept, counts: whole ? nil : kept.map { count($0) * memberships[$0] })
  }

  /// Some of the rows.
  func selecting(_ kept: [Int]) -> SampleGroup { selecting(kept, counts: nil) }

  private func selecting(_ kept: [Int], counts: [Double]?) -> SampleGroup {
    SampleGroup(
      points: points.selectingRows(kept),
      counts: counts ?? self.counts.map { counts in kept.map { counts[$0] } }, folds: kept.map { folds[$0] },
      judging: judging, resolution: resolution, rows: kept.map { rows[$0] },
      unseen: unseen?.selecting(kept), hasRepeats: hasRepeats, logMassIntensity: logMassIntensity)
  }
}

extension SampleGroup {
  /// Whether the samples vary enough in all directions for their covariance to have an inverse.
  var isRegular: Bool { points.rows > 0 && SampleDiagnosis(points).isRegular }

  /// The points with a little noise in columns that do not vary within the group, or that others determine
  /// there.
  var regular: Matrix {
    guard points.rows > 0 else { return points }
    let diagnosis = SampleDiagnosis(points)
    guard !diagnosis.isRegular else { return points }
    var deviations = diagnosis.noise(beside: points[row: 0]).deviations
    for column in diagnosis.constantColumns { deviations[column] = resolution[column] }
    return points.adding(SampleNoise(deviations: deviations))
  }

  /// The diagonal matrix of the columns' variances within parts.
  static func covarianceWithin(_ parts: [SampleGroup]) -> Matrix {
    let d = parts[0].points.columns
    let total = parts.reduce(0) { $0 + $1.total }
    var result = Matrix(rows: d, columns: d)
    for part in parts {
      for i in 0..<d {
        let mean = (0..<part.points.rows).reduce(0) { $0 + part.count($1) * part.points[$1, i] } / part.total
        for row in 0..<part.points.rows {
          let deviation = part.points[row, i] - mean
          result[i, i] += part.count(row) / total * deviation * deviation
        }
      }
    }
    for i in 0..<d { result[i, i] = max(result[i, i], parts[0].resolution[i] * parts[0].resolution[i]) }
    return result
  }

  /// One Gaussian with the samples' moments, for groups too small or too narrow for anything else.
  ///
  /// - Parameter around: the covariance that d + 2 more samples have.
  func gaussian(_ around: Matrix) throws(ParzenError) -> GaussianMixture {
    let (n, d) = (total, points.columns)
    var mean = [Double](repeating: 0, count: d)
    for row in 0..<points.rows { for i in 0..<d { mean[i] += count(row) / n * points[row, i] } }
    var covariance = around
    let prior = Double(d + 2)
    for i in 0..<d {
      for j in 0..<d {
        let sum = (0..<points.rows).reduce(0) {
          $0 + count($1) * (points[$1, i] - mean[i]) * (points[$1, j] - mean[j])
        }
        covariance[i, j] = (sum + prior * around[i, j]) / (n + prior)
      }
      covariance[i, i] += resolution[i] * resolution[i]
    }
    return try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: d, elements: mean), covariances: [covariance])
  }
}
