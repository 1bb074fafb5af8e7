import ParzenMixtures

/// The shape of the covariances of a mixture's components.
///
/// ```swift
/// var options = MaximumLikelihoodMixture.Options()
/// options.covariance = .diagonal
/// ```
public enum MixtureCovariance: String, Sendable, Hashable, Codable, CaseIterable {
  /// Any: d (d + 1) / 2 parameters each. The fit follows any affine map of the data.
  case full
  /// Diagonal: d parameters each. Components lie along the axes, and dependences between columns take several
  /// of them.
  case diagonal

  /// The free parameters of a covariance in d dimensions.
  func parameterCount(dimension d: Int) -> Int { self == .full ? d * (d + 1) / 2 : d }

  /// The functions of a point in which the logarithms of such Gaussians are linear.
  var features: PointFeatures { self == .full ? .quadratic : .diagonal }
}
