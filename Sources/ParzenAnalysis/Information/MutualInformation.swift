import ParzenCore
import ParzenDistributions
import ParzenEstimators
import ParzenPlatform

/// The mutual information of two groups of columns, or the conditional one given a third:
///
///     I(X; Y | Z) = E log f(x, y, z) - log f(x, z) - log f(y, z) + log f(z).
///
/// It does not change when columns are mapped one by one, so every density is estimated in several forms:
/// of the samples as they are and of their normal scores (the normal quantiles of their ranks), by the
/// given fit, by the fit's marginals where it has them, and by one Gaussian. What counts is the copula
/// part, log f(x_S) less the sum of the columns' own log densities: by its mean at samples held out the
/// forms are weighted, as one mixture of densities that maximises the held-out likelihood.
///
/// A figure at the samples of a fit is too high, one at samples held out too low, to leading order by the
/// same amount: the estimate is their mean, and half the distance, which says how much is not known, goes
/// into the standard error.
///
/// P. Czyż et al., Beyond normal: on the evaluation of mutual information estimators, NeurIPS 2023, for the
/// task.
///
/// ```swift
/// let information = try MutualInformation(samples: samples, between: [0], and: [1]) {
///   (points, weights, threads) throws(ParzenError) in
///   try MixtureTransformer(samples: points, sampleWeights: weights, threads: threads)
/// }
/// let nats = (information.value, information.standardError)
/// ```
public struct MutualInformation: Sendable, Equatable, Codable {
  /// The estimate in nats.
  public let value: Double
  /// Its standard error.
  public let standardError: Double
  /// The figure at samples that the fits had no part in.
  public let crossFitted: Double
  /// The figure at the fits' own samples.
  public let inSample: Double

  /// Estimates from n samples (n x d).
  ///
  /// - Parameters:
  ///   - first: the columns of X.
  ///   - second: the columns of Y, none of them in X.
  ///   - given: the columns of Z, in neither; empty for the mutual information.
  ///   - fit: makes densities.
  /// - Throws: `ParzenError.invalidOption` where the groups are empty or overlap; what the fit throws for
  ///   the samples as they are and for their normal scores, if it fails for both.
  /// - Complexity: for each of up to four groups of columns, 2 (folds + 1) fits.
  public init(
    samples: Matrix, between first: [Int], and second: [Int], given: [Int] = [],
    fit: @escaping WeightedDensityFit,
    options: AnalysisOptions = AnalysisOptions()
  ) throws(ParzenError) {
    let all = first + second + given
    guard !first.isEmpty, !second.isEmpty, Set(all).count == all.count,
      all.allSatisfy({ (0..<samples.columns).contains($0) })
    else {
      throw .invalidOption(
        "mutual information is between two groups of columns of the samples that do not overlap")
    }
    try options.validate()
    let forms = try CopulaForms(samples, columns: all, fit: fit, options: options)
    let whole = try forms.copula(all)
    let left = try forms.copula(first + given)
    let right = try forms.copula(second + given)
    let common = try forms.copula(given)
    let terms = { (part: KeyPath<CopulaForms.Values, [Double]>) -> [Double] in
      (0..<samples.rows).map {
        whole[keyPath: part][$0] - left[keyPath: part][$0] - right[keyPath: part][$0]
          + common[keyPath: part][$0]
      }
    }
    let (held, own) = (terms(\.heldOut), terms(\.inSample))
    let n = Double(samples.rows)
    crossFitted = held.reduce(0, +) / n
    inSample = own.reduce(0, +) / n
    value = max((crossFitted + inSample) / 2, 0)
    let both = zip(held, own).map { ($0 + $1) / 2 }
    let mean = both.reduce(0, +) / n
    let variance = both.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    let doubt = (inSample - crossFitted) / 2
    standardError = (variance / n + doubt * doubt / 4).squareRoot()
  }
}
