import ParzenCore
import ParzenPlatform

/// How wide the kernels of a kernel density estimate are.
///
/// Every rule but `fixed` gives kernels of covariance factor^2 * S, where S is a covariance of the samples
/// (weighted; divided by n - 1 when the weights are equal), as `KernelCovariance` says. In the factor, d is
/// the dimension and n the effective number of samples, 1 / sum_i w_i^2: their number, when their weights w_i
/// are equal. With `KernelCovariance.full` these are the conventions of SciPy's `gaussian_kde`.
///
/// ```swift
/// let narrow = try KernelDensity(samples: samples, bandwidth: .fixed(0.1))
/// let chosen = try KernelDensity(samples: samples, bandwidth: .crossValidation)
/// ```
public enum Bandwidth: Sendable, Hashable {
  /// Scott's rule: factor = n^(-1/(d+4)).
  ///
  /// D. W. Scott, Multivariate Density Estimation, 1992, section 6.3.
  case scott
  /// Silverman's rule: factor = (n (d+2) / 4)^(-1/(d+4)), the best one when the samples come from a Gaussian.
  ///
  /// B. W. Silverman, Density Estimation for Statistics and Data Analysis, 1986, equation 4.14.
  case silverman
  /// Likelihood cross-validation: the factor that maximises sum_i w_i log f_-i(x_i), where f_-i is estimated
  /// from all samples but those equal to x_i. That is the usual leave-one-out likelihood, except that tied
  /// samples are left out together; left in, the others would make the likelihood of ever narrower kernels
  /// grow without bound.
  ///
  /// Found to a relative 1e-3. Takes O(n^2 d) time, about 25 times the evaluation at all n samples, and O(n
  /// d) memory.
  ///
  /// R. P. W. Duin, On the choice of smoothing parameters for Parzen estimators, IEEE Trans. Computers 25,
  /// 1976.
  case crossValidation
  /// Kernels of covariance h^2 I, with this h, in the units of the data.
  case fixed(Double)
}

extension Bandwidth: LosslessStringConvertible {
  /// The bandwidth of a name, `scott`, `silverman` or `cross-validation`, or of a positive number; nil for
  /// other texts.
  public init?(_ description: String) {
    if let rule = Self.rules.first(where: { $0.description == description }) {
      self = rule
    } else {
      guard let width = Double(description), width > 0, width.isFinite else { return nil }
      self = .fixed(width)
    }
  }

  /// The name of the rule, or the number.
  public var description: String {
    switch self {
    case .scott: "scott"
    case .silverman: "silverman"
    case .crossValidation: "cross-validation"
    case .fixed(let width): "\(width)"
    }
  }

  private static let rules: [Bandwidth] = [.scott, .silverman, .crossValidation]

  /// What can be given, for messages.
  package static var choices: String {
    rules.map(\.description).joined(separator: ", ") + " or a positive number in the units of the data"
  }
}

/// The shape of the kernels that a rule for the bandwidth scales.
///
/// ```swift
/// let estimate = try KernelDensity(samples: samples, bandwidth: .silverman, covariance: .full)
/// ```
public enum KernelCovariance: Sendable, Hashable {
  /// Kernels along the axes, of a width in proportion to the lesser of each column's standard deviation and
  /// its interquartile range over 1.34, which are the same for a normal law: neither far values nor clusters
  /// far apart widen all kernels. Where half the samples are one value, the standard deviation.
  ///
  /// B. W. Silverman, Density Estimation for Statistics and Data Analysis, 1986, equation 3.30.
  case robust
  /// The diagonal of the samples' covariance: kernels along the axes, as wide as the standard deviations say.
  case diagonal
  /// The samples' covariance: the estimate follows any affine map of the data.
  case full
}

extension Bandwidth {
  /// The kernels that this rule gives.
  ///
  /// - Throws: `ParzenError.invalidOption` for a fixed bandwidth that is not positive and finite;
  ///   `ParzenError.unusableSamples` where a rule needs the spread of samples that have none.
  func kernels(
    _ moments: SampleMoments, covariance: KernelCovariance, threads: Int
  ) throws(ParzenError) -> KernelShape {
    if case .fixed(let value) = self {
      guard value > 0, value.isNormal else {
        throw .invalidOption("the bandwidth is \(value): it must be positive and finite")
      }
      return KernelShape(
        centre: moments.mean, bandwidths: [Double](repeating: value, count: moments.mean.count))
    }
    let shape = try KernelShape(moments, covariance: covariance)
    let d = Double(moments.mean.count)
    switch self {
    case .scott: return shape.scaled(by: pow(moments.effectiveCount, -1 / (d + 4)))
    case .silverman: return shape.scaled(by: pow(moments.effectiveCount * (d + 2) / 4, -1 / (d + 4)))
    case .crossValidation, .fixed:
      let likelihood = LeaveOneOutLikelihood(moments, shape: shape, threads: threads)
      return shape.scaled(by: try likelihood.bestFactor())
    }
  }
}
