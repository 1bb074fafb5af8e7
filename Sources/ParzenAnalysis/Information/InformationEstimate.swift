/// An estimate of a functional of one or two densities, T(f), from samples.
///
/// ```swift
/// let entropy = try SampleInformation(samples: samples) { (samples, threads) throws(ParzenError) in
///   try MixtureTransformer(samples: samples, threads: threads)
/// }.entropy
/// let interval = (entropy.value - 2 * entropy.standardError)...(entropy.value + 2 * entropy.standardError)
/// ```
public struct InformationEstimate: Sendable, Equatable, Codable {
  /// The estimate: the sample mean of the estimated integrand, less its bias, or scaled by it.
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
  ///   - scale: what corrects a bias that is a part of the functional, as that of a variance is; nil for one
  ///     that is taken away.
  ///   - least: the functional's least value, and that of the estimate.
  init(
    inSample: Double, crossFitted: Double, replicates: [(estimate: Double, truth: Double)],
    scale: Double? = nil, least: Double = -.infinity
  ) {
    let count = Double(replicates.count)
    let mean = replicates.reduce(0) { $0 + $1.estimate } / count
    let squares = replicates.reduce(0) { $0 + ($1.estimate - mean) * ($1.estimate - mean) }
    ofFit = replicates.reduce(0) { $0 + $1.truth } / count
    value = max(scale.map { inSample * $0 } ?? (inSample - (mean - ofFit)), least)
    self.crossFitted = crossFitted
    // The bias has a Monte Carlo error of its own, at most the spread over sqrt(B).
    let variance = squares / (count - 1) * (1 + 1 / count)
    let doubt = (value - crossFitted) / 2
    standardError = (variance + doubt * doubt).squareRoot()
  }
}
