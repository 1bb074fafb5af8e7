import ParzenCore
import ParzenEstimators

/// Differential entropy and Fisher information of a distribution, from its samples:
///
///     H(f) = -E log f(x),     J(f) = E s(x) s(x)^T,     s the score, x from f.
///
/// J is the Fisher information of location: its inverse bounds the covariance of f from below, with
/// equality for Gaussians. Both are in the units of the data: nats, and one over the square of the units.
///
/// The samples serve twice, to estimate the integrand and to average it, and a parametric bootstrap from
/// the estimated density removes the bias of that to leading order (Efron's correction for optimism) and
/// gives the standard errors (see `InformationEstimate`). It is affordable because a pretrained estimator
/// needs milliseconds for a replicate. Cross-fitted figures, each sample's integrand from the other folds,
/// stand beside it: they have no such bias, but that of the estimator remains: for the entropy, the
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
  /// H(f) by nearest neighbours, without a density estimate; nil where too many samples are equal for it, and
  /// for samples with unequal weights, of which it knows nothing.
  public let nearestNeighbourEntropy: NearestNeighbourEntropy?
  /// Why the standard error of the entropy is not to be trusted; nil where it is.
  ///
  /// Wild values, on which the figures would rest alone; ties, since a distribution with point masses has no
  /// entropy of this kind; and estimates that disagree by more than their standard errors: at edges and in
  /// heavy tails densities are smoothed, nearest neighbours are not.
  public let entropyDoubt: SampleMessage?
  /// Why the standard errors of the Fisher information are not to be trusted; nil where they are.
  ///
  /// A few of many samples, or of the bootstrap's replicates, may make half of it. At an edge where a density
  /// does not fall to zero slowly, no matter how many samples there are: there it is infinite.
  public let fisherDoubt: SampleMessage?

  /// Estimates from n samples (n x d).
  ///
  /// - Throws: `ParzenError.invalidOption` for options that make no sense; what the fit throws.
  /// - Complexity: 1 + B + folds fits and 1 + 2 B evaluations at n points, on up to `options.threads`
  ///   threads.
  public init(
    samples: Matrix, fit: @escaping DensityFit, options: AnalysisOptions = AnalysisOptions()
  ) throws(ParzenError) {
    try self.init(samples: samples, sampleWeights: nil, fit: withoutWeights(fit), options: options)
  }

  /// Estimates from n samples (n x d) that may have weights.
  public init(
    samples: Matrix, sampleWeights: SampleWeights?, fit: @escaping WeightedDensityFit,
    options: AnalysisOptions = AnalysisOptions()
  ) throws(ParzenError) {
    try options.validate()
    let worth = try replicateSize(samples, sampleWeights)
    let density = try fit(samples, sampleWeights, options.threads)
    let shares = sampleWeights?.shares
    let evaluation = try Parallelism.limited(to: options.threads) { () throws(ParzenError) in
      try density.evaluate(at: samples)
    }
    let inSample = Integrals(evaluation, shares: shares)
    let heldOut = try CrossFitting(folds: options.folds, seed: options.seed)
      .evaluate(samples, sampleWeights: sampleWeights, fit: fit, threads: options.threads)
    let alone = InformationDoubts.alone(heldOut.logDensity)
    let crossFitted = Integrals(heldOut, shares: shares, without: Set(alone))
    let replicates = try concurrentResults(options.replicates, threads: options.threads) {
      (index) throws(ParzenError) in
      var generator = Xoshiro256(seed: options.seed, stream: index)
      let draws = density.sample(count: worth, using: &generator)
      return (
        estimate: Integrals(try fit(draws, nil, 1).evaluate(at: draws)),
        truth: Integrals(try density.evaluate(at: draws))
      )
    }
    func estimate(scale: Double? = nil, _ value: (Integrals) -> Double) -> InformationEstimate {
      InformationEstimate(
        inSample: value(inSample), crossFitted: value(crossFitted),
        replicates: replicates.map { (value($0.estimate), value($0.truth)) }, scale: scale)
    }
    let d = samples.columns
    entropy = estimate(\.entropy)
    let scales = Self.scales(inSample, replicates)
    let trace = scales.map { scales in
      (0..<d).reduce(0) { $0 + scales[$1] * inSample.information[$1, $1] } / inSample.trace
    }
    fisherTrace = estimate(scale: trace, \.trace)
    var (information, errors) = (Matrix(rows: d, columns: d), Matrix(rows: d, columns: d))
    for i in 0..<d {
      for j in i..<d {
        let scale = scales.map { ($0[i] * $0[j]).squareRoot() }
        let element = estimate(scale: scale) { $0.information[i, j] }
        (information[i, j], information[j, i]) = (element.value, element.value)
        (errors[i, j], errors[j, i]) = (element.standardError, element.standardError)
      }
    }
    fisherInformation = information
    fisherStandardErrors = errors
    let isWeighted = sampleWeights.map { !$0.areOnes } ?? false
    fisherDoubt = InformationDoubts.doubt(
      ofSquares: (0..<samples.rows).map { row in
        (shares?[row] ?? 1) * evaluation.score[row: row].reduce(0) { $0 + $1 * $1 }
      }, replicates: replicates.map(\.estimate.trace))
    nearestNeighbourEntropy =
      isWeighted ? nil : try attempt(NearestNeighbourEntropy(samples: samples, threads: options.threads))
    entropyDoubt =
      InformationDoubts.doubt(alone) ?? InformationDoubts.doubt(ofTies: samples)
      ?? (isWeighted ? nil : InformationDoubts.doubt(entropy, nearestNeighbourEntropy, dimension: d))
  }

  /// What the columns' squared scores are to be scaled by where replicates would take away more than half of
  /// one, as large single ones do at edges: the median of what they say, by which the matrix stays positive.
  /// Nil where they would not.
  private static func scales(
    _ inSample: Integrals, _ replicates: [(estimate: Integrals, truth: Integrals)]
  ) -> [Double]? {
    let columns = 0..<inSample.information.rows
    let isNeeded = columns.contains { i in
      let bias = replicates.reduce(0) { $0 + $1.estimate.information[i, i] - $1.truth.information[i, i] }
      return bias > Double(replicates.count) * inSample.information[i, i] / 2
    }
    guard isNeeded, inSample.trace > 0 else { return nil }
    return columns.map { i in
      replicates.map { replicate in
        let estimate = replicate.estimate.information[i, i]
        return estimate > 0 ? replicate.truth.information[i, i] / estimate : 1
      }.sorted()[replicates.count / 2]
    }
  }

  /// The mean integrands over points.
  private struct Integrals: Sendable {
    var entropy: Double
    var information: Matrix
    var trace: Double { (0..<information.rows).reduce(0) { $0 + information[$1, $1] } }

    /// - Parameters:
    ///   - shares: the points' parts of the mean; equal ones when nil.
    ///   - omitted: points that are left out.
    init(_ evaluation: DensityEvaluation, shares: [Double]? = nil, without omitted: Set<Int> = []) {
      let kept = evaluation.logDensity.indices.filter { !omitted.contains($0) }
      let total = kept.reduce(0) { $0 + (shares?[$1] ?? 1) }
      let (logDensity, score) = (
        kept.map { evaluation.logDensity[$0] }, evaluation.score.selectingRows(kept)
      )
      let shares = kept.map { (shares?[$0] ?? 1) / total }
      entropy = -zip(shares, logDensity).reduce(0) { $0 + $1.0 * $1.1 }
      var weighted = score
      for row in shares.indices {
        for column in 0..<score.columns { weighted[row, column] *= shares[row] }
      }
      information = weighted.transposed * score
    }
  }
}
