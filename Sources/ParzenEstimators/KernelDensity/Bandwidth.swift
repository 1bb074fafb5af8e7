/// How wide the kernels of a kernel density estimate are.
///
/// With s_k the standard deviation of column k (weighted, divided by n - 1; see `SampleMoments`), n the effective
/// number of samples 1 / sum_i w_i^2 (the number of samples, when their weights w_i are equal) and d the dimension,
/// the rules give the kernel the standard deviations h_k = factor * s_k, or, with `KernelCovariance.full`, the covariance
/// factor^2 * S, S being the covariance of the samples.
public enum Bandwidth: Sendable, Hashable {
  /// Scott's rule: factor = n^(-1/(d+4)).
  ///
  /// D. W. Scott, Multivariate Density Estimation, 1992, section 6.3.
  case scott
  /// Silverman's rule: factor = (n (d+2) / 4)^(-1/(d+4)).
  ///
  /// B. W. Silverman, Density Estimation for Statistics and Data Analysis, 1986, equation 4.14: the best one when the
  /// samples come from a Gaussian.
  case silverman
  /// h_k = this value for every k, in the units of the data.
  case fixed(Double)
}

/// The shape of the kernels.
public enum KernelCovariance: Sendable, Hashable {
  /// A diagonal covariance: every column has its own bandwidth, and kernels lie along the axes.
  case diagonal
  /// The covariance of the samples, scaled: SciPy's `gaussian_kde`.
  case full
}
