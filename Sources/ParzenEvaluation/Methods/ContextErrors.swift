import ParzenCore

/// The errors of one estimate at the queries of one context.
package struct ContextErrors: Sendable, Equatable {
  /// sum over the queries of |s_hat - s|^2.
  package let squaredScoreError: Double
  /// sum over the queries of |s|^2, of the true score s.
  package let squaredScore: Double
  /// Mean over the queries of (log f_hat - log f)^2, natural logarithms; missing for a score alone.
  package let logDensityError: Double?
  /// Mean over the queries of log f - log f_hat, natural logarithms: the Kullback-Leibler divergence of the
  /// estimate from the truth, in nats; infinite where the estimate rules out a query. Missing for a score
  /// alone.
  package let divergence: Double?
  /// The number of queries times the dimension.
  package let scoreValues: Int
  /// The shares of the true log densities, and of the components of the true score, within two of the
  /// estimate's standard errors; missing where it has none.
  package private(set) var logDensityCoverage: Double?
  package private(set) var scoreCoverage: Double?

  /// Compares an estimate with the truth at the same queries.
  package init(_ estimate: DensityEvaluation, truth: DensityEvaluation) {
    self.init(score: estimate.score, logDensity: estimate.logDensity, truth: truth)
  }

  /// Compares the estimate of a method at a context's queries with the truth.
  init(_ estimate: any Score, _ context: EvaluationContext) throws {
    if let density = estimate as? any Density {
      let evaluation = try density.evaluate(at: context.queries)
      self.init(evaluation, truth: context.truth)
      guard let uncertain = density as? any DensityWithStandardErrors else { return }
      let errors = try uncertain.standardErrors(at: context.queries)
      logDensityCoverage = Self.coverage(
        evaluation.logDensity, errors.logDensity, of: context.truth.logDensity)
      scoreCoverage = Self.coverage(
        evaluation.score.elements, errors.score.elements, of: context.truth.score.elements)
    } else {
      self.init(score: try estimate.score(at: context.queries), logDensity: nil, truth: context.truth)
    }
  }

  private init(score: Matrix, logDensity: [Double]?, truth: DensityEvaluation) {
    func squaredDistance(_ first: [Double], _ second: [Double]) -> Double {
      zip(first, second).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    squaredScoreError = squaredDistance(score.elements, truth.score.elements)
    squaredScore = truth.score.elements.reduce(0) { $0 + $1 * $1 }
    // A draw that rounding took to the edge of the support, where there is no density, says nothing.
    let informative = truth.logDensity.indices.filter { truth.logDensity[$0].isFinite }
    let differences = logDensity.map { estimate in informative.map { truth.logDensity[$0] - estimate[$0] } }
    logDensityError = differences.map { $0.reduce(0) { $0 + $1 * $1 } / Double(informative.count) }
    divergence = differences.map { $0.reduce(0, +) / Double(informative.count) }
    scoreValues = truth.score.elements.count
  }

  /// The share of true values within two standard errors of the estimates.
  private static func coverage(_ estimates: [Double], _ errors: [Double], of truth: [Double]) -> Double {
    let covered = truth.indices.count { abs(estimates[$0] - truth[$0]) <= 2 * errors[$0] }
    return Double(covered) / Double(truth.count)
  }

  /// The relative score error: 1 for the zero predictor; not a number where the true score is zero.
  package var relativeScoreError: Double { squaredScoreError / squaredScore }

  /// The mean squared error of the score over points and coordinates.
  package var meanScoreError: Double { squaredScoreError / Double(scoreValues) }
}
