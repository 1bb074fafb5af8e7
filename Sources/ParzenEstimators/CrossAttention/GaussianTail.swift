import ParzenCore

/// How an estimate in whitened coordinates goes on beyond a radius R, where nothing was learned: along
/// every ray as a standard Gaussian,
///
///     log f(y) = log f(R y / |y|) - (|y|^2 - R^2) / 2,
///
/// whose score is -y along the ray and R / |y| times that at the radius across it. So the density falls to
/// zero, and whatever the query, the network is asked within its reach.
struct GaussianTail {
  /// The queries, those beyond the radius moved to it: m x d.
  let nearest: Matrix
  private let queries: Matrix
  private let radius: Double
  /// |y|, m values.
  private let distances: [Double]

  init(of queries: Matrix, beyond radius: Double) {
    self.queries = queries
    self.radius = radius
    distances = (0..<queries.rows).map { row in
      let largest = queries[row: row].reduce(0) { max($0, abs($1)) }
      guard largest > 0, largest.isFinite else { return largest }
      return largest * queries[row: row].reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
    }
    var nearest = queries
    for row in 0..<queries.rows where distances[row] > radius {
      for i in 0..<queries.columns { nearest[row, i] = queries[row, i] / distances[row] * radius }
    }
    self.nearest = nearest
  }

  /// The estimate at the queries, of that at `nearest`.
  func continuing(_ evaluation: DensityEvaluation) -> DensityEvaluation {
    var result = evaluation
    for row in 0..<queries.rows where distances[row] > radius {
      let distance = distances[row]
      result.logDensity[row] -= 0.5 * (distance - radius) * (distance + radius)
      let ray = queries[row: row].map { $0 / distance }
      let along = zip(ray, evaluation.score[row: row]).reduce(0) { $0 + $1.0 * $1.1 }
      for (i, direction) in ray.enumerated() {
        let across = evaluation.score[row, i] - along * direction
        result.score[row, i] = radius / distance * across - queries[row, i]
      }
    }
    return result
  }
}
