import ParzenCore

/// An estimate that is its samples, as kernel densities are: how to make it again. Making it again gives
/// the same bits.
public struct EstimatorRecipe: Sendable, Codable {
  /// The estimators that are saved in this way.
  public enum Estimator: String, Sendable, Codable, CaseIterable {
    case kernelDensity = "kernel density"
    case scoreDebiased = "score-debiased kernel density"
    case attentionKernelDensity = "kernel density as attention"
    case crossAttention = "cross-attention transformer"
  }

  public var estimator: Estimator
  /// n x d.
  public var samples: Matrix
  /// Whole weights, which count samples.
  public var counts: [Double]?
  /// Weights that are proportions.
  public var proportions: [Double]?
  /// The bandwidth of kernels: a rule or a number.
  public var bandwidth: String
  /// Whether the cross-attention transformer makes one pass.
  public var singlePass: Bool

  /// - Parameters:
  ///   - bandwidth: of kernels.
  ///   - singlePass: whether the cross-attention transformer, with the shipped network, makes one pass.
  public init(
    _ estimator: Estimator, samples: Matrix, sampleWeights: SampleWeights? = nil,
    bandwidth: Bandwidth = .scott,
    singlePass: Bool = false
  ) {
    self.estimator = estimator
    self.samples = samples
    switch sampleWeights {
    case .counts(let values): counts = values
    case .proportions(let values): proportions = values
    case nil: break
    }
    self.bandwidth =
      switch bandwidth {
      case .scott: "scott"
      case .silverman: "silverman"
      case .crossValidation: "cross-validation"
      case .fixed(let value): "\(value)"
      }
    self.singlePass = singlePass
  }

  /// Makes the estimate.
  ///
  /// - Throws: what the estimator throws; `ParzenError.invalidOption` for a bandwidth that is none.
  public func density() throws(ParzenError) -> any Density {
    let weights = counts.map { SampleWeights.counts($0) } ?? proportions.map { SampleWeights.proportions($0) }
    switch estimator {
    case .kernelDensity:
      return try KernelDensity(samples: samples, bandwidth: try rule(), sampleWeights: weights)
    case .scoreDebiased:
      return try ScoreDebiasedKernelDensity(samples: samples, bandwidth: try rule(), sampleWeights: weights)
    case .attentionKernelDensity:
      if case .fixed(let width) = try rule() {
        return try AttentionKernelDensity(samples: samples, bandwidth: width)
      }
      return try AttentionKernelDensity(samples: samples)
    case .crossAttention:
      return try CrossAttentionTransformer(
        samples: samples, sampleWeights: weights, network: nil, averagesTurns: !singlePass)
    }
  }

  private func rule() throws(ParzenError) -> Bandwidth {
    switch bandwidth {
    case "scott": return .scott
    case "silverman": return .silverman
    case "cross-validation": return .crossValidation
    default:
      guard let value = Double(bandwidth), value > 0, value.isFinite else {
        throw .invalidOption(
          "the bandwidth is \(bandwidth): give scott, silverman, cross-validation or a number")
      }
      return .fixed(value)
    }
  }
}
