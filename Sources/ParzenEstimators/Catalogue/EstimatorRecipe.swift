import ParzenCore
import ParzenKernels

/// An estimate that is its samples, as kernel densities are: how to make it again. Making it again gives
/// the same bits.
///
/// ```swift
/// let recipe = EstimatorRecipe(.kernelDensity, samples: samples, bandwidth: .silverman)
/// let bytes = try JSONEncoder().encode(recipe)
/// let density = try JSONDecoder().decode(EstimatorRecipe.self, from: bytes).density()
/// ```
public struct EstimatorRecipe: Sendable, Codable {
  /// The kind of the estimator (`Estimator.kind`), for instance "kernel density".
  public var estimator: String
  /// n x d.
  public var samples: Matrix
  /// Whole weights, which count samples.
  public var counts: [Double]?
  /// Weights that are proportions.
  public var proportions: [Double]?
  /// The bandwidth of kernels: a rule or a number.
  public var bandwidth: String
  /// The shape of kernels; nil for that which is usual for the estimator.
  public var covariance: MixtureCovariance?
  /// The accepted error of the log density of kernels; nil for the usual one.
  public var tolerance: Double?
  /// Whether the cross-attention transformer makes one pass.
  public var singlePass: Bool

  /// - Parameters:
  ///   - estimator: one that takes no other options than these.
  ///   - bandwidth: of kernels.
  ///   - covariance: of kernels.
  ///   - tolerance: of the log density of kernels.
  ///   - singlePass: whether the cross-attention transformer, with the shipped network, makes one pass.
  public init(
    _ estimator: Estimator, samples: Matrix, sampleWeights: SampleWeights? = nil,
    bandwidth: Bandwidth = .scott, covariance: MixtureCovariance? = nil, tolerance: Double? = nil,
    singlePass: Bool = false
  ) {
    self.estimator = estimator.kind
    self.samples = samples
    switch sampleWeights {
    case .counts(let values): counts = values
    case .proportions(let values): proportions = values
    case nil: break
    }
    self.bandwidth = bandwidth.description
    self.covariance = covariance
    self.tolerance = tolerance
    self.singlePass = singlePass
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case estimator, samples, counts, proportions, bandwidth, covariance, tolerance, singlePass
  }

  public init(from decoder: any Decoder) throws {
    try decoder.checkKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    estimator = try container.decode(String.self, forKey: .estimator)
    samples = try container.decode(Matrix.self, forKey: .samples)
    counts = try container.decodeIfPresent([Double].self, forKey: .counts)
    proportions = try container.decodeIfPresent([Double].self, forKey: .proportions)
    bandwidth = try container.decode(String.self, forKey: .bandwidth)
    covariance = try container.decodeIfPresent(MixtureCovariance.self, forKey: .covariance)
    tolerance = try container.decodeIfPresent(Double.self, forKey: .tolerance)
    singlePass = try container.decodeIfPresent(Bool.self, forKey: .singlePass) ?? false
  }

  /// Makes the estimate.
  ///
  /// - Throws: what the estimator throws; `ParzenError.invalidOption` for a bandwidth that is none, and for
  ///   an estimator that there is not.
  public func density() throws(ParzenError) -> any Density { try estimate().density }

  /// Makes the estimate, with what a report says about it.
  package func estimate() throws(ParzenError) -> Estimate {
    guard let estimator = Estimator.all.first(where: { $0.kind == estimator }) else {
      throw .invalidOption(
        "the estimator is \(estimator), which this version does not have: take a newer Parzen")
    }
    var options = EstimatorOptions()
    if estimator.options.contains(.bandwidth) { options.bandwidth = try rule() }
    if estimator.options.contains(.covariance) { options.covariance = covariance }
    if estimator.options.contains(.tolerance) { options.tolerance = tolerance }
    options.singlePass = singlePass
    let weights = counts.map { SampleWeights.counts($0) } ?? proportions.map { SampleWeights.proportions($0) }
    let fit = try estimator.fitter(options, dimension: samples.columns)
    return try fit(samples, weights, Parallelism.threads)
  }

  private func rule() throws(ParzenError) -> Bandwidth {
    guard let rule = Bandwidth(bandwidth) else {
      throw .invalidOption("the bandwidth is \(bandwidth): give \(Bandwidth.choices)")
    }
    return rule
  }
}
