import ParzenCore
import ParzenEstimators

/// How the distribution f of some samples x differs from the distribution g of others:
///
///     KL(f || g) = E log f(x) / g(x),     J(f || g) = E |s_f(x) - s_g(x)|^2,     x from f,
///
/// and the kernelised Stein discrepancy, of the samples from the score of g alone. Bias and standard errors
/// come from a parametric bootstrap that draws both sets of samples anew (see `SampleInformation`).
///
/// ```swift
/// let information = try RelativeInformation(samples: samples, relativeTo: others) {
///   (samples, threads) throws(ParzenError) in try KernelDensity(samples: samples)
/// }
/// ```
public struct RelativeInformation: Sendable {
  /// KL(f || g), the Kullback-Leibler divergence in nats.
  public let divergence: InformationEstimate
  /// J(f || g), the relative Fisher information (Fisher divergence).
  public let fisher: InformationEstimate
  /// Why the standard error of the relative Fisher information is not to be trusted: a few of many samples
  /// make half of it, or a few of many replicates of theirs. Nil where it is.
  public let fisherDoubt: SampleMessage?
  /// The squared kernelised Stein discrepancy of the first samples from the estimated g.
  public let steinDiscrepancy: Double
  /// Its standard error, over samples from f and from g.
  public let steinStandardError: Double
  /// The part of replicates with both sets of samples from the estimated g whose discrepancy is at least as
  /// large: a test of f = g that allows for the error of the estimated score. At least 1 / (B + 1).
  public let steinPValue: Double

  /// Estimates from samples of f (n x d) and of g (m x d).
  ///
  /// - Throws: `ParzenError.dimensionMismatch` if the two have different numbers of columns; otherwise as
  ///   `SampleInformation`.
  /// - Complexity: 2 + 3 B fits and the folds' fits, and O(n d) memory; the discrepancies take O(min(n,
  ///   2000)^2 d) time each.
  public init(
    samples: Matrix, relativeTo others: Matrix, fit: @escaping DensityFit,
    options: AnalysisOptions = AnalysisOptions()
  ) throws(ParzenError) {
    try self.init(
      samples: samples, sampleWeights: nil, relativeTo: others, fit: withoutWeights(fit), options: options)
  }

  /// Estimates from samples of f (n x d) and of g (m x d) that may have weights.
  public init(
    samples: Matrix, sampleWeights: SampleWeights?, relativeTo others: Matrix,
    otherWeights: SampleWeights? = nil,
    fit: @escaping WeightedDensityFit, options: AnalysisOptions = AnalysisOptions()
  ) throws(ParzenError) {
    try options.validate()
    guard samples.columns == others.columns else {
      throw .dimensionMismatch(expected: samples.columns, found: others.columns)
    }
    let m = try otherWeights == nil ? others.rows : replicateSize(others, otherWeights)
    let n = try replicateSize(samples, sampleWeights)
    let f = try fit(samples, sampleWeights, options.threads)
    let g = try fit(others, otherWeights, options.threads)
    let stein = SteinDiscrepancy(scale: Self.equallyWeighted(others, otherWeights, m))
    let (discrepancy, atOwn, atOther) = try Parallelism.limited(to: options.threads) {
      () throws(ParzenError) in
      (
        try stein(Self.equallyWeighted(samples, sampleWeights, n), score: g),
        try f.evaluate(at: samples), try g.evaluate(at: samples)
      )
    }
    let replicates = try concurrentResults(options.replicates, threads: options.threads) {
      (index) throws(ParzenError) in
      var generator = Xoshiro256(seed: options.seed, stream: index)
      let draws = f.sample(count: n, using: &generator)
      let otherDraws = g.sample(count: m, using: &generator)
      let nullDraws = g.sample(count: n, using: &generator)
      let fittedOther = try fit(otherDraws, nil, 1)
      return Replicate(
        estimate: Integrals(try fit(draws, nil, 1).evaluate(at: draws), try fittedOther.evaluate(at: draws)),
        truth: Integrals(try f.evaluate(at: draws), try g.evaluate(at: draws)),
        stein: try stein(draws, score: fittedOther), nullStein: try stein(nullDraws, score: fittedOther))
    }
    let shares = sampleWeights?.shares
    let inSample = Integrals(atOwn, atOther, shares: shares)
    let folds = CrossFitting(folds: options.folds, seed: options.seed)
    let crossFitted = Integrals(
      try folds.evaluate(
        samples, sampleWeights: sampleWeights, fit: fit, threads: options.threads), atOther, shares: shares)
    // What is corrected for its bias may be negative, which neither of the two is.
    func estimate(_ value: (Integrals) -> Double) -> InformationEstimate {
      InformationEstimate(
        inSample: value(inSample), crossFitted: value(crossFitted),
        replicates: replicates.map { (value($0.estimate), value($0.truth)) }, least: 0)
    }
    divergence = estimate(\.divergence)
    fisher = estimate(\.fisher)
    fisherDoubt = InformationDoubts.doubt(
      ofSquares: Self.squares(atOwn, atOther).enumerated().map { (shares?[$0.offset] ?? 1) * $0.element },
      replicates: replicates.map(\.estimate.fisher))
    steinDiscrepancy = discrepancy
    let count = Double(replicates.count)
    let mean = replicates.reduce(0) { $0 + $1.stein } / count
    let squares = replicates.reduce(0) { $0 + ($1.stein - mean) * ($1.stein - mean) }
    steinStandardError = (squares / (count - 1)).squareRoot()
    let larger = replicates.count { $0.nullStein >= discrepancy }
    steinPValue = Double(1 + larger) / (1 + count)
  }

  /// As many samples of equal weight as weighted ones are worth, at even distances along their cumulative
  /// weight.
  private static func equallyWeighted(_ samples: Matrix, _ weights: SampleWeights?, _ count: Int) -> Matrix {
    guard let shares = weights?.shares else { return samples }
    var chosen: [Int] = []
    var sum = 0.0
    for (row, share) in shares.enumerated() {
      sum += share
      while chosen.count < count, (Double(chosen.count) + 0.5) / Double(count) < sum { chosen.append(row) }
    }
    return samples.selectingRows(chosen)
  }

  /// |s_f - s_g|^2 at every point.
  private static func squares(_ f: DensityEvaluation, _ g: DensityEvaluation) -> [Double] {
    (0..<f.score.rows).map { row in
      zip(f.score[row: row], g.score[row: row]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
  }

  private struct Replicate: Sendable {
    var estimate: Integrals
    var truth: Integrals
    var stein: Double
    var nullStein: Double
  }

  /// The mean integrands over points, from both densities there.
  private struct Integrals: Sendable {
    var divergence: Double
    var fisher: Double

    /// - Parameter shares: the points' parts of the mean; equal ones when nil.
    init(_ f: DensityEvaluation, _ g: DensityEvaluation, shares: [Double]? = nil) {
      let count = f.logDensity.count
      let shares = shares ?? [Double](repeating: 1 / Double(count), count: count)
      divergence = (0..<count).reduce(0) { $0 + shares[$1] * (f.logDensity[$1] - g.logDensity[$1]) }
      fisher = zip(shares, squares(f, g)).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }
}
