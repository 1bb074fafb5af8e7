import ParzenCore

/// The errors of one estimate at the queries of one context.
public struct ContextErrors: Sendable, Equatable {
  /// sum over the queries of |s_hat - s|^2.
  public let squaredScoreError: Double
  /// sum over the queries of |s|^2, of the true score s.
  public let squaredScore: Double
  /// Mean over the queries of (log f_hat - log f)^2, natural logarithms; missing for a score alone.
  public let logDensityError: Double?
  /// The number of queries times the dimension.
  public let scoreValues: Int

  /// Compares an estimate with the truth at the same queries.
  public init(_ estimate: DensityEvaluation, truth: DensityEvaluation) {
    self.init(score: estimate.score, logDensity: estimate.logDensity, truth: truth)
  }

  /// Compares the estimate of a method at a context's queries with the truth.
  init(_ estimate: any Score, _ context: EvaluationContext) throws {
    if let density = estimate as? any Density {
      self.init(try density.evaluate(at: context.queries), truth: context.truth)
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
    logDensityError = logDensity.map {
      squaredDistance($0, truth.logDensity) / Double(truth.logDensity.count)
    }
    scoreValues = truth.score.elements.count
  }

  /// The relative score error: 1 for the zero predictor; not a number where the true score is zero.
  public var relativeScoreError: Double { squaredScoreError / squaredScore }

  /// The mean squared error of the score over points and coordinates.
  public var meanScoreError: Double { squaredScoreError / Double(scoreValues) }
}
