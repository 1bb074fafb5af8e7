import ParzenCore
import ParzenEstimators

/// A way to estimate a density: n samples (n x d) and the most threads to use, to a density that can be
/// drawn from.
///
/// For instance `{ (samples, threads) throws(ParzenError) in try MixtureTransformer(samples: samples,
/// threads: threads) }`.
public typealias DensityFit =
  @Sendable (_ samples: Matrix, _ threads: Int) throws(ParzenError) ->
  any Distribution

/// A way to estimate a density from samples that may have weights (`DensityFit` for those that have none).
public typealias WeightedDensityFit =
  @Sendable (_ samples: Matrix, _ sampleWeights: SampleWeights?, _ threads: Int) throws(ParzenError) ->
  any Distribution

/// A fit that passes weights by, for samples that have none.
func withoutWeights(_ fit: @escaping DensityFit) -> WeightedDensityFit {
  { (samples, _, threads) throws(ParzenError) in try fit(samples, threads) }
}

extension SampleWeights {
  /// The weights of some of the samples.
  func selecting(_ indices: some Sequence<Int>) -> SampleWeights {
    switch self {
    case .counts(let values): .counts(indices.map { values[$0] })
    case .proportions(let values): .proportions(indices.map { values[$0] })
    }
  }

  /// Factors of a weighted mean over the samples: their sum is 1.
  var shares: [Double] {
    let values = self.values
    let sum = values.reduce(0, +)
    return values.map { $0 / sum }
  }

  /// The number of equal samples that these are worth: the sum of counts, Kish's effective number of
  /// proportions.
  public var effectiveCount: Double {
    let values = self.values
    let sum = values.reduce(0, +)
    switch self {
    case .counts: return sum
    case .proportions: return sum * sum / values.reduce(0) { $0 + $1 * $1 }
    }
  }

  private var values: [Double] {
    switch self {
    case .counts(let values), .proportions(let values): values
    }
  }
}
