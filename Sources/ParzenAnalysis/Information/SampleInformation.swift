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
    let alone = Self.alone(heldOut.logDensity)
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
    let isWeighted = sampleWeights.map { !$0.areOnes } ?? false
    nearestNeighbourEntropy =
      isWeighted ? nil : try attempt(NearestNeighbourEntropy(samples: samples, threads: options.threads))
    entropyDoubt =
      Self.doubt(alone) ?? Self.doubt(ofTies: samples)
      ?? (isWeighted ? nil : Self.doubt(entropy, nearestNeighbourEntropy, dimension: d))
  }

  /// Samples of which the others' estimate knows nothing: so many nats below the one in the middle.
  private static func alone(_ heldOut: [Double]) -> [Int] {
    let least = heldOut.sorted()[heldOut.count / 2] - missed
    return heldOut.indices.filter { !(heldOut[$0] >= least) }
  }

  private static let missed = 50.0

  private static func doubt(_ alone: [Int]) -> SampleMessage? {
    guard let first = alone.first else { return nil }
    let which: SampleMessage =
      alone.count == 1
      ? "\(sample: first) lies" : "\(alone.count) samples, \(sample: first) the first of them, lie"
    return """
      \(which) where the estimate from the others has no density: cross-fitted figures are without \
      \(alone.count == 1 ? "it" : "them")
      """
  }

  /// What ties say against the standard error of an entropy.
  private static func doubt(ofTies samples: Matrix) -> SampleMessage? {
    let n = samples.rows
    for column in 0..<samples.columns {
      let distinct = Set(samples[column: column]).count
      if 10 * distinct < 9 * n {
        return
          """
          \(column: column) has only \(distinct) different values among \(n): where values repeat, the \
          entropy depends on how they were rounded
          """
      }
    }
    return nil
  }

  /// What nearest neighbours say against it.
  private static func doubt(
    _ entropy: InformationEstimate, _ neighbours: NearestNeighbourEntropy?, dimension d: Int
  ) -> SampleMessage? {
    guard let neighbours else {
      return "samples are equal, so that nearest neighbours cannot check the estimate"
    }
    // In many dimensions nearest neighbours are too biased to judge by.
    guard d <= 3 else { return nil }
    let spread =
      (entropy.standardError * entropy.standardError
      + neighbours.standardError * neighbours.standardError / 4).squareRoot()
    let distance = abs(entropy.value - neighbours.value)
    guard distance > spread else { return nil }
    return
      """
      the density estimate and nearest neighbours disagree by \((distance * 1000).rounded(.down) / 1000) \
      nats, \
      as they do at edges and in heavy tails
      """
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

/// An estimate of a functional of one or two densities, T(f), from samples.
///
/// ```swift
/// let entropy = try SampleInformation(samples: samples) { (samples, threads) throws(ParzenError) in
///   try MixtureTransformer(samples: samples, threads: threads)
/// }.entropy
/// let interval = (entropy.value - 2 * entropy.standardError)...(entropy.value + 2 * entropy.standardError)
/// ```
public struct InformationEstimate: Sendable, Equatable, Codable {
  /// The estimate: the sample mean of the estimated integrand, less its bias.
  public var value: Double
  /// Its standard error: the spread of the bootstrap replicates, and half the distance from the cross-fitted
  /// figure for what is not known about the bias, added in squares.
  public var standardError: Double
  /// The sample mean where the integrand at each sample comes from the other samples (`CrossFitting`).
  public var crossFitted: Double
  /// The functional of the estimated densities themselves, by Monte Carlo.
  public var ofFit: Double

  /// Estimates from a parametric bootstrap: B sets of samples are drawn from the fitted densities, and
  /// everything is estimated from each as from the samples.
  ///
  /// In the bootstrap world the fitted densities are the truth, so that the mean difference between a
  /// replicate's estimate and the true integrand's mean over the same draws is the bias, and the spread of
  /// the replicates the standard error. The fitted densities are smoother than the true ones, so the bias is
  /// known to leading order only; cross-fitting treats it in another way, and the difference shows how much
  /// that matters.
  ///
  /// - Parameters:
  ///   - inSample: the sample mean of the integrand estimated from the same samples.
  ///   - crossFitted: the same from other folds.
  ///   - replicates: per replicate, the first of these, and the mean over its draws of the fitted densities'
  ///     own integrand; at least two.
  init(inSample: Double, crossFitted: Double, replicates: [(estimate: Double, truth: Double)]) {
    let count = Double(replicates.count)
    let mean = replicates.reduce(0) { $0 + $1.estimate } / count
    let squares = replicates.reduce(0) { $0 + ($1.estimate - mean) * ($1.estimate - mean) }
    ofFit = replicates.reduce(0) { $0 + $1.truth } / count
    value = inSample - (mean - ofFit)
    self.crossFitted = crossFitted
    // The bias has a Monte Carlo error of its own, at most the spread over sqrt(B).
    let variance = squares / (count - 1) * (1 + 1 / count)
    let doubt = (value - crossFitted) / 2
    standardError = (variance + doubt * doubt).squareRoot()
  }
}
