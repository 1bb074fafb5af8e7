import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// The covariance H of the kernels, as the affine map from the data to kernel units u, in which a kernel is
/// 2^-|u - u_i|^2:
///
///     u = L^-1 D^-1 (x - centre) / sqrt(2 ln 2),   H = D L L^T D,
///
/// with D diagonal and L lower triangular with rows of length 1; L is the identity for kernels along the
/// axes.
struct KernelShape: Sendable {
  /// The origin of kernel units; inside the samples, so that little is lost to rounding.
  let centre: [Double]
  /// The diagonal of D: the standard deviation of the kernels along every axis, in units of the data.
  let bandwidths: [Double]
  /// L and its inverse; nil where they are the identity.
  private let correlation: (lower: Matrix, inverse: Matrix)?

  /// Kernels along the axes.
  init(centre: [Double], bandwidths: [Double]) {
    self.centre = centre
    self.bandwidths = bandwidths
    correlation = nil
  }

  /// The covariance of the samples, or robust variances of their columns.
  ///
  /// - Throws: `ParzenError.unusableSamples` for fewer than two samples; for columns that are constant, or,
  ///   with `KernelCovariance.full`, linearly dependent: the message names them.
  init(_ moments: SampleMoments, covariance: KernelCovariance) throws(ParzenError) {
    centre = moments.mean
    let deviations = try moments.standardDeviations()
    switch covariance {
    case .robust:
      bandwidths = zip(deviations, moments.normalInterquartileRanges()).map { $1 > 0 ? min($0, $1) : $0 }
      correlation = nil
    case .diagonal:
      bandwidths = deviations
      correlation = nil
    case .full:
      bandwidths = deviations
      let matrix = moments.correlation(scale: bandwidths)
      let dependent = Self.linearlyDependentColumns(correlation: matrix)
      guard dependent.isEmpty, let cholesky = Cholesky(matrix) else {
        throw .unusableSamples(
          "\(columns: dependent) of the samples are linearly dependent, so"
            + " their covariance has no inverse: leave one of them out, or use a diagonal covariance")
      }
      correlation = (cholesky.lower, cholesky.inverseLower)
    }
  }

  private init(_ other: KernelShape, correlation: Cholesky) {
    centre = other.centre
    bandwidths = other.bandwidths
    self.correlation = (correlation.lower, correlation.inverseLower)
  }

  private init(_ other: KernelShape, bandwidths: [Double]) {
    centre = other.centre
    self.bandwidths = bandwidths
    correlation = other.correlation
  }

  /// The same kernels, `factor` times as wide.
  func scaled(by factor: Double) -> KernelShape {
    KernelShape(self, bandwidths: bandwidths.map { $0 * factor })
  }

  /// log of (2 pi)^(-d/2) det(H)^(-1/2).
  var logNormaliser: Double {
    var result = -0.5 * Double(centre.count) * log(2 * Double.pi)
    for (k, bandwidth) in bandwidths.enumerated() {
      result -= log(bandwidth)
      if let correlation { result -= log(correlation.lower[k, k]) }
    }
    return result
  }

  /// Points in kernel units. Coordinates beyond 1e200 bandwidths are taken to be there, so that the result is
  /// finite where the points are.
  func kernelUnits(_ points: Matrix) -> Matrix {
    var result = points
    let scale = bandwidths.map { $0 * Self.unit }
    for i in 0..<points.rows {
      for k in scale.indices {
        let coordinate = (points[i, k] - centre[k]) / scale[k]
        result[i, k] = abs(coordinate) > 1e200 ? (coordinate > 0 ? 1e200 : -1e200) : coordinate
      }
    }
    if let correlation { result = result * correlation.inverse.transposed }
    return result
  }

  /// The points whose kernel units are given: the inverse of `kernelUnits`.
  func dataUnits(_ rows: Matrix) -> Matrix {
    var result = rows
    if let correlation { result = result * correlation.lower.transposed }
    for i in 0..<rows.rows {
      for k in bandwidths.indices { result[i, k] = centre[k] + result[i, k] * bandwidths[k] * Self.unit }
    }
    return result
  }

  /// The mixture of kernels about given points, n x d.
  func mixture(means: Matrix, weights: [Double]) -> GaussianMixture {
    guard let correlation else {
      let deviations = (0..<means.rows).flatMap { _ in bandwidths }
      return byConstruction {
        try GaussianMixture(
          weights: weights, means: means,
          deviations: Matrix(rows: means.rows, columns: means.columns, elements: deviations))
      }
    }
    var factor = correlation.lower
    for i in bandwidths.indices { for j in bandwidths.indices { factor[i, j] *= bandwidths[i] } }
    return byConstruction {
      try GaussianMixture(
        weights: weights, means: means, covarianceFactors: [Matrix](repeating: factor, count: means.rows))
    }
  }

  /// The shape of the kernels' marginals, of covariance H restricted to some columns.
  func marginal(of columns: [Int]) -> KernelShape {
    let kept = KernelShape(centre: columns.map { centre[$0] }, bandwidths: columns.map { bandwidths[$0] })
    guard let correlation else { return kept }
    let rows = correlation.lower.selectingRows(columns)
    // A part of a positive definite matrix is positive definite.
    return KernelShape(kept, correlation: Cholesky(rows * rows.transposed)!)
  }

  /// H^-1 v for rows v = x - y that are given in kernel units.
  func precisionTimes(_ rows: Matrix) -> Matrix {
    var result = rows
    if let correlation { result = result * correlation.inverse }
    for i in 0..<rows.rows {
      for k in bandwidths.indices { result[i, k] *= Self.unit / bandwidths[k] }
    }
    return result
  }

  /// H v for rows v in units of one over the data's.
  func covarianceTimes(_ rows: Matrix) -> Matrix {
    var result = rows
    for i in 0..<rows.rows { for k in bandwidths.indices { result[i, k] *= bandwidths[k] } }
    if let correlation { result = result * correlation.lower * correlation.lower.transposed }
    for i in 0..<rows.rows { for k in bandwidths.indices { result[i, k] *= bandwidths[k] } }
    return result
  }

  /// The columns that take part in the strongest linear relation, if that one is exact up to rounding; else
  /// none.
  private static func linearlyDependentColumns(correlation: Matrix) -> [Int] {
    let d = correlation.columns
    guard let eigen = SymmetricEigendecomposition(correlation) else { return Array(0..<d) }
    // The errors of eigenvalues, of which none is divided by: see `Whitening` for where some are.
    guard eigen.values[0] <= 16 * Double(d) * eigen.values[d - 1].ulp else { return [] }
    let relation = eigen.vectors[column: 0].map(abs)
    return relation.indices.filter { relation[$0] > SampleDiagnosis.tolerance * relation.max()! }
  }

  /// sqrt(2 ln 2): 2^-(x / unit)^2 = e^(-x^2 / 2).
  static let unit = (2 * M_LN2).squareRoot()
}
