import ParzenCore

/// What the weights of samples mean.
///
/// The size n of the sample decides how far an estimate trusts it, so a weight says more than a proportion.
///
/// ```swift
/// let counts = [Double](repeating: 2, count: samples.rows)
/// let estimate = try MixtureTransformer(samples: samples, sampleWeights: .counts(counts))
/// ```
public enum SampleWeights: Sendable, Hashable {
  /// Sample i stands for w_i equal samples: n = sum_i w_i. Whole weights are, to rounding, the repetition of
  /// samples.
  case counts([Double])
  /// The proportions of the samples, known up to a common factor, for instance importance weights: n = (sum_i
  /// w_i)^2 / sum_i w_i^2, L. Kish's effective number of samples, as `KernelDensity` has it. Equal weights
  /// are then no weights.
  case proportions([Double])

  /// Throws `ParzenError.invalidOption` unless these are weights of so many samples: one for each, finite and
  /// not negative, that leave two samples at least and count no more than whole numbers do.
  package func check(rows: Int) throws(ParzenError) { try SampleMoments.check(self, rows: rows) }

  /// The weights themselves, one for each sample.
  package var values: [Double] {
    switch self {
    case .counts(let values), .proportions(let values): values
    }
  }

  /// Those of some samples, by their numbers.
  package func selecting(_ rows: some Sequence<Int>) -> SampleWeights {
    switch self {
    case .counts(let values): .counts(rows.map { values[$0] })
    case .proportions(let values): .proportions(rows.map { values[$0] })
    }
  }
}

extension SampleWeights {
  /// Factors of a weighted mean over the samples: their sum is 1.
  package var shares: [Double] {
    let scaled = scaled
    let sum = scaled.reduce(0, +)
    return scaled.map { $0 / sum }
  }

  /// Whether every sample counts one: these are then no weights.
  package var areOnes: Bool {
    switch self {
    case .counts(let values): values.allSatisfy { $0 == 1 }
    case .proportions(let values): values.allSatisfy { $0 == values[0] }
    }
  }

  /// The number of equal samples that these are worth: the sum of counts, Kish's effective number of
  /// proportions.
  public var effectiveCount: Double {
    let values = self.values
    switch self {
    case .counts: return values.reduce(0, +)
    case .proportions:
      let scaled = scaled
      let sum = scaled.reduce(0, +)
      return sum * sum / scaled.reduce(0) { $0 + $1 * $1 }
    }
  }

  /// The weights in units of a power of two, in which no sum and no square leaves Float64, and which costs no
  /// bit.
  private var scaled: [Double] {
    guard let largest = values.max(), largest > 0, largest.isFinite else { return values }
    let unit = Double(sign: .plus, exponent: min(-largest.exponent, 1000), significand: 1)
    return values.map { $0 * unit }
  }
}

/// The first of n values in order, n > 0, up to which there is more than a share of their weight.
///
/// - Parameter counts: the weights of the values; nil for equal ones.
func weightedQuantile(_ share: Double, ofOrdered values: [Double], counts: [Double]?) -> Double {
  var rest = share * (counts?.reduce(0, +) ?? Double(values.count))
  for (index, value) in values.enumerated() {
    rest -= counts?[index] ?? 1
    if rest < 0 { return value }
  }
  return values[values.count - 1]
}
