import ParzenCore
import ParzenDistributions

/// Which errors count alike over the points of one target.
enum ErrorScales: Sendable {
  /// Score errors of equal size, wherever the point lies.
  case equal
  /// Score errors of equal size relative to the target's own scale about the point, where that is finer than
  /// the target's mean squared score has it: where scales differ a hundredfold, a point on a rare spike would
  /// count as much as thousands of others. Coarser parts keep the mean's unit: an error relative to theirs
  /// would forbid every sharp edge whose place is not known exactly.
  case local
}

/// The squared errors that count as 1 in the loss of one target.
struct ErrorUnits {
  /// Of the score per dimension, for every point.
  let score: [Double]
  /// Of the log density: sqrt(d), or with local scales a fifth of the log density's own variance if that is
  /// more, as in many dimensions, where a spike that is missed would outweigh a whole step.
  let logDensity: Double

  /// - Parameters:
  ///   - queries: the points, m x d, in the target's coordinates.
  ///   - score: the true score, m x d, in the coordinates in which errors are measured.
  ///   - logDensity: the true log density.
  ///   - kept: the first points, which are draws from the target.
  init(
    _ scales: ErrorScales, target: any Distribution, queries: Matrix, score: Matrix, logDensity: [Double],
    kept: Int
  ) {
    let d = score.columns
    let squares = (0..<score.rows).map { p in
      score[row: p].reduce(0) { $0 + $1 * $1 } / Double(d)
    }
    let mean = squares[..<kept].reduce(0, +) / Double(kept)
    switch scales {
    case .equal:
      self.score = [Double](repeating: mean, count: squares.count)
      self.logDensity = Double(d).squareRoot()
    case .local:
      let mixture = target as? GaussianMixture
      self.score = (mixture.flatMap { try? $0.meanPrecisions(at: queries) } ?? squares).map { max(mean, $0) }
      let level = logDensity[..<kept].reduce(0, +) / Double(kept)
      let variance = logDensity[..<kept].reduce(0) { $0 + ($1 - level) * ($1 - level) } / Double(kept)
      self.logDensity = max(Double(d).squareRoot(), variance / 5)
    }
  }
}

extension GaussianMixture {
  /// The mean precision per dimension of the components that a point may come from, sum over k of r_k(y)
  /// tr(P_k) / d: the mean squared score of those components, taken one by one.
  fileprivate func meanPrecisions(at queries: Matrix) throws(ParzenError) -> [Double] {
    let responsibilities = try responsibilities(at: queries)
    let traces = (0..<componentCount).map { k in
      let inverse = inverseCovarianceFactor(of: k)
      return inverse.elements.reduce(0) { $0 + $1 * $1 } / Double(dimension)
    }
    return (0..<queries.rows).map { p in
      zip(responsibilities[row: p], traces).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }
}
