import ParzenCore
import ParzenDistributions

/// A density to start from, by name.
///
/// ```swift
/// let start = try ParticleStart.twoModes.density(dimension: 2)
/// let particles = start.sample(count: 1_000, using: &generator)
/// ```
public enum ParticleStart: String, Sendable, CaseIterable {
  /// Two equal Gaussians of standard deviation 0.5 at -2 and 2 on the first axis.
  case twoModes = "two-modes"
  /// A Gaussian with variances that fall from 1.6 to 0.4 in equal steps, of mean 1.
  case anisotropic
  /// The Bobylev-Krook-Wu density with K = 0.65.
  case bobylev = "bkw"

  /// The density in a dimension.
  ///
  /// - Throws: `ParzenError.invalidOption` if there is none in this dimension.
  public func density(dimension: Int) throws(ParzenError) -> any Distribution {
    guard dimension >= 1 else { throw .invalidOption("the dimension is \(dimension): give 1 or more") }
    switch self {
    case .twoModes:
      var means = Matrix(rows: 2, columns: dimension)
      (means[0, 0], means[1, 0]) = (-2, 2)
      return try GaussianMixture(
        weights: [0.5, 0.5], means: means, variances: Matrix(rows: 2, columns: dimension, repeating: 0.25))
    case .anisotropic:
      guard dimension >= 2 else {
        throw .invalidOption("a start that is anisotropic needs 2 or more dimensions")
      }
      let variances = (0..<dimension).map { 1.6 - 1.2 * Double($0) / Double(dimension - 1) }
      return try GaussianMixture(
        weights: [1], means: Matrix(rows: 1, columns: dimension),
        variances: Matrix(rows: 1, columns: dimension, elements: variances))
    case .bobylev:
      guard dimension == 2 || dimension == 3 else {
        throw .invalidOption("the start bkw is for 2 or 3 dimensions, not \(dimension)")
      }
      return try BobylevDensity(dimension: dimension, width: 0.65)
    }
  }
}
