import ParzenCore

/// Differential entropy and Fisher information of a distribution, from its samples:
///
///     H(f) = -E log f(x),     J(f) = E s(x) s(x)^T,     s the score, x from f.
///
/// J is the Fisher information of location: its inverse bounds the covariance of f from below, with equality
/// for Gaussians. Both are in the units of the data: nats, and one over the square of the units.
///
/// The samples serve twice, to estimate the integrand and to average it, and a parametric bootstrap from the
/// estimated density removes the bias of that to leading order (Efron's correction for optimism) and gives
/// the standard errors (see `InformationEstimate`). It is affordable because a pretrained estimator needs
/// milliseconds for a replicate. Cross-fitted figures, each sample's integrand from the other folds, stand
/// beside it: they have no such bias, but that of the estimator remains: for the entropy, the
/// Kullback-Leibler divergence from the estimate.
///
/// B. Efron, How biased is the apparent error rate of a prediction rule?, JASA 81, 1986.
///
/// ```swift
/// let information = try SampleInformation(samples: samples) { (samples, threads) throws(ParzenError) in
///   try MixtureTransformer(samples: samples, threads: threads)
/// }
/// let entropy = information.entropy.value
/// ```
public struct SampleInformation: Sendable {
  /// H(f), in nats.
  public let entropy: InformationEstimate
  /// J(f), d x d.
  public let fisherInformation: Matrix
  /// The standard error of every element of J.
  public let fisherStandardErrors: Matrix
  /// The trace of J, the mean squared norm of the score.
  public let fisherTrace: InformationEstimate
  /// H(f) by nearest neighbours, without a density estimate.
  public let nearestNeighbourEntropy: NearestNeighbourEntropy

  /// Estimates from n samples (n x d).
  ///
  /// - Throws: `ParzenError.invalidOption` for options that make no sense; what the fit throws.
  /// - Complexity: 1 + B + folds fits and 1 + 2 B evaluations at n points, on up to `options.threads`
  ///   threads.
  public init(
    samples: Matrix, fit: @escaping DensityFit, options: AnalysisOptions = AnalysisOptions()
  ) throws(ParzenError) {
    try options.validate()
    let density = try fit(samples, options.threads)
    let inSample = Integrals(try density.evaluate(at: samples))
    let crossFitted = Integrals(
      try CrossFitting(folds: options.folds, seed: options.seed)
        .evaluate(samples, fit: fit, threads: options.threads))
    let replicates = try concurrentResults(options.replicates, threads: options.threads) {
      (index) throws(ParzenError) in
      var generator = Xoshiro256(seed: options.seed, stream: index)
      let draws = density.sample(count: samples.rows, using: &generator)
      return (
        estimate: Integrals(try fit(draws, 1).evaluate(at: draws)),
        truth: Integrals(try density.evaluate(at: draws))
      )
    }
    func estimate(_ value: (Integrals) -> Double) -> InformationEstimate {
      InformationEstimate(
        inSample: value(inSample), crossFitted: value(crossFitted),
        replicates: replicates.map { (value($0.estimate), value($0.truth)) })
    }
    let d = samples.columns
    entropy = estimate(\.entropy)
    fisherTrace = estimate(\.trace)
    var (information, errors) = (Matrix(rows: d, columns: d), Matrix(rows: d, columns: d))
    for i in 0..<d {
      for j in i..<d {
        let element = estimate { $0.information[i, j] }
        (information[i, j], information[j, i]) = (element.value, element.value)
        (errors[i, j], errors[j, i]) = (element.standardError, element.standardError)
      }
    }
    fisherInformation = information
    fisherStandardErrors = errors
    nearestNeighbourEntropy = try NearestNeighbourEntropy(samples: samples, threads: options.threads)
  }

  /// The mean integrands over points.
  private struct Integrals: Sendable {
    var entropy: Double
    var information: Matrix
    var trace: Double { (0..<information.rows).reduce(0) { $0 + information[$1, $1] } }

    init(_ evaluation: DensityEvaluation) {
      let count = Double(evaluation.logDensity.count)
      entropy = -evaluation.logDensity.reduce(0, +) / count
      information = evaluation.score.transposed * evaluation.score
      for index in information.elements.indices { information.elements[index] /= count }
    }
  }
}
