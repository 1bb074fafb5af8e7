import ParzenCore
import ParzenDistributions
import ParzenEstimators
import ParzenPlatform

/// The mutual information of two groups of columns, or the conditional one given a third:
///
///     I(X; Y | Z) = E log f(x, y, z) - log f(x, z) - log f(y, z) + log f(z).
///
/// It does not change when columns are mapped one by one, so every density is estimated in several forms: of
/// the samples as they are and of their scores (the quantiles of their ranks under a normal law and a heavy
/// one), by the given fit, by the fit's marginals where it has them, and by one Gaussian. What counts is the
/// copula part, log f(x_S) less the sum of the columns' own log densities: by its mean at samples held out
/// the forms are weighted, as one mixture of densities that maximises the held-out likelihood.
///
/// Ties are spread at random, in such a way that information stays what it is: of columns with few values it
/// is that of their table of frequencies.
///
/// A figure at the samples of a fit is too high, one at samples held out too low, to leading order by the
/// same amount: the estimate is their mean, and half the distance, which says how much is not known, goes
/// into the standard error. So does what the second half of the samples has added to the estimate, times 2.4,
/// since a dependence that is still being found is not found to the end, and how far the estimate was below
/// zero, where no information is.
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

  /// By how much the second half of the samples, every other one, raised the estimate; nil where half of them
  /// are too few for a fit.
  public let gain: Double?

  /// What is left after n samples of an error that falls as n^(-1/2), in units of what the second half took
  /// off it.
  private static let rest = 1 / (2.0.squareRoot() - 1)

  /// Estimates from n samples (n x d).
  ///
  /// - Parameters:
  ///   - first: the columns of X.
  ///   - second: the columns of Y, none of them in X.
  ///   - given: the columns of Z, in neither; empty for the mutual information.
  ///   - fit: makes densities.
  /// - Throws: `ParzenError.invalidOption` where the groups are empty or overlap, and for fewer than 2 folds
  ///   or more folds than samples; `ParzenError.unusableSamples` for values that are not finite or beyond
  ///   1e300; what the fit throws for the samples as they are, if it fails for their scores, too.
  /// - Complexity: for each of up to four groups of columns, 3 (folds + 1) fits, and as many of half the
  ///   samples.
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
    let terms = try Terms(samples, first, second, given, fit, options)
    let half = samples.selectingRows(stride(from: 0, to: samples.rows, by: 2))
    gain = try attempt(Terms(half, first, second, given, fit, options)).map { before in
      before.mean.enumerated().reduce(0) { $0 + terms.mean[2 * $1.offset] - $1.element } / Double(half.rows)
    }
    let n = Double(samples.rows)
    crossFitted = terms.heldOut.reduce(0, +) / n
    inSample = terms.inSample.reduce(0, +) / n
    let mean = (crossFitted + inSample) / 2
    value = max(mean, 0)
    let variance = terms.mean.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    let doubt = (inSample - crossFitted) / 2
    // Information is not negative: an estimate that is, is wrong by as much.
    let impossible = min(mean, 0)
    let unknown = [doubt / 2, Self.rest * (gain ?? 0), impossible]
    standardError = unknown.reduce(variance / n) { $0 + $1 * $1 }.squareRoot()
  }
}

/// What every sample adds to the information.
private struct Terms {
  /// By fits that it had no part in, and by the fits to all samples.
  let heldOut: [Double]
  let inSample: [Double]
  /// The mean of both.
  let mean: [Double]

  init(
    _ samples: Matrix, _ first: [Int], _ second: [Int], _ given: [Int], _ fit: @escaping WeightedDensityFit,
    _ options: AnalysisOptions
  ) throws(ParzenError) {
    let forms = try CopulaForms(samples, columns: first + second + given, fit: fit, options: options)
    let whole = try forms.copula(first + second + given)
    let left = try forms.copula(first + given)
    let right = try forms.copula(second + given)
    let common = try forms.copula(given)
    let terms = { (part: KeyPath<CopulaForms.Values, [Double]>) -> [Double] in
      (0..<samples.rows).map {
        whole[keyPath: part][$0] - left[keyPath: part][$0] - right[keyPath: part][$0]
          + common[keyPath: part][$0]
      }
    }
    (heldOut, inSample) = (terms(\.heldOut), terms(\.inSample))
    mean = zip(heldOut, inSample).map { ($0 + $1) / 2 }
  }
}
