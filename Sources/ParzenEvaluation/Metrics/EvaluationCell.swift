/// How one method did on one target family at one dimension and sample size. Where it failed on every
/// context, all figures are missing.
package struct EvaluationCell: MeasuredCell, Equatable, Codable {
  /// The family's name.
  package var target: String
  /// The dimension d.
  package var dimension: Int
  /// The number n of samples.
  package var size: Int
  /// The method's name.
  package var method: String
  /// The number of contexts that the method estimated.
  package var contexts: Int
  /// The number of contexts on which it failed; they count in no figure.
  package var failures: Int
  /// Mean over contexts of the relative score error sum |s_hat - s|^2 / sum |s|^2; the zero predictor has 1.
  /// Missing where the true score is zero.
  package var relativeScoreError: Measurement?
  /// The pooled ratio: both sums over all contexts. Missing where the true score is zero.
  package var pooledScoreError: Measurement?
  /// Mean squared error of the score over points, coordinates and contexts.
  package var scoreError: Measurement?
  /// Mean squared error of the log density over points and contexts. Missing where a method gives a score
  /// alone.
  package var logDensityError: Measurement?
  /// Mean over contexts of the Kullback-Leibler divergence of the estimate from the truth, in nats: the mean
  /// over queries of log f - log f_hat. Infinite where an estimate rules out a query; missing where a method
  /// gives a score alone.
  package var divergence: Measurement?
  /// The mean relative score error over that of the kernel density estimate (Scott's rule, diagonal) on the
  /// same contexts. Missing where the true score is zero.
  package var ratioToKernelDensity: Measurement?
  /// Mean shares of the true log densities, and of the components of the true score, within two of the
  /// estimate's standard errors. Missing where a method has none.
  package var logDensityCoverage: Measurement?
  package var scoreCoverage: Measurement?
  /// Mean time for a context in seconds, from its samples to the estimates at its queries. Missing unless it
  /// was wanted.
  package var seconds: Measurement?

  /// Summarises the errors of a method on all contexts, nil where it failed, beside those of the reference.
  init(
    target: String, dimension: Int, size: Int, method: String, errors: [ContextErrors?],
    reference: [ContextErrors?], seconds: [Double] = []
  ) {
    self.target = target
    self.dimension = dimension
    self.size = size
    self.method = method
    let found = errors.compactMap(\.self)
    contexts = found.count
    failures = errors.count - found.count
    guard !found.isEmpty else { return }
    scoreError = Measurement(meanOf: found.map(\.meanScoreError))
    let logDensityErrors = found.compactMap(\.logDensityError)
    if !logDensityErrors.isEmpty { logDensityError = Measurement(meanOf: logDensityErrors) }
    let divergences = found.compactMap(\.divergence)
    if !divergences.isEmpty { divergence = Measurement(meanOf: divergences) }
    let coverages = found.compactMap { errors in
      errors.logDensityCoverage.flatMap { first in errors.scoreCoverage.map { (first, $0) } }
    }
    if !coverages.isEmpty {
      logDensityCoverage = Measurement(meanOf: coverages.map(\.0))
      scoreCoverage = Measurement(meanOf: coverages.map(\.1))
    }
    if !seconds.isEmpty { self.seconds = Measurement(meanOf: seconds) }
    guard found.allSatisfy({ $0.squaredScore > 0 }) else { return }
    relativeScoreError = Measurement(meanOf: found.map(\.relativeScoreError))
    pooledScoreError = Measurement(
      ratioOf: found.map(\.squaredScoreError), to: found.map(\.squaredScore))
    let pairs = zip(errors, reference).compactMap { error, reference in
      error.flatMap { error in reference.map { (error.relativeScoreError, $0.relativeScoreError) } }
    }
    ratioToKernelDensity = Measurement(ratioOf: pairs.map(\.0), to: pairs.map(\.1))
  }
}

/// What was measured of one method on one target family at one dimension and sample size.
package protocol MeasuredCell: Sendable {
  /// The family's name.
  var target: String { get }
  /// The dimension d.
  var dimension: Int { get }
  /// The number n of samples.
  var size: Int { get }
}
