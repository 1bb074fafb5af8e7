import ParzenCore
import ParzenDistributions

extension EvaluationMethod {
  /// One Gaussian with a shrunk covariance: what to do no worse than with very few samples.
  ///
  /// Columns are divided by their standard deviations; their covariance S becomes (1 - r) S + r m I with m
  /// the mean of its diagonal and r = min(1, sum_i |z_i z_i^T - S|^2 / (n^2 |S - m I|^2)), which estimates
  /// the share with the least expected squared error.
  ///
  /// O. Ledoit, M. Wolf, A well-conditioned estimator for large-dimensional covariance matrices, J.
  /// Multivariate Analysis 88, 2004.
  package static let shrunkGaussian = EvaluationMethod(name: "gaussian") { try shrunkGaussian(of: $0) }

  /// - Throws: `ParzenError` for fewer than two samples or constant columns.
  private static func shrunkGaussian(of samples: Matrix) throws(ParzenError) -> GaussianMixture {
    let (n, d) = (samples.rows, samples.columns)
    let (mean, scale) = (samples.columnMeans, samples.columnVariances.map { $0.squareRoot() })
    var centred = samples
    for i in 0..<d {
      guard n > 1, scale[i] > 0 else { throw .unusableSamples("column \(i + 1) of the samples never varies") }
      for row in 0..<n { centred[row, i] = (samples[row, i] - mean[i]) / scale[i] }
    }
    var covariance = centred.transposed * centred
    for place in covariance.elements.indices { covariance.elements[place] /= Double(n) }
    // The diagonal is one, so that m = 1; sum_i |z_i z_i^T - S|^2 = sum_i |z_i|^4 - n |S|^2.
    let size = covariance.elements.reduce(0) { $0 + $1 * $1 }
    let fourth = (0..<n).reduce(0.0) { sum, row in
      let square = centred[row: row].reduce(0) { $0 + $1 * $1 }
      return sum + square * square
    }
    let distance = size - Double(d)
    let share = distance > 0 ? min(1, (fourth / Double(n) - size) / Double(n) / distance) : 1
    for i in 0..<d {
      for j in 0..<d {
        covariance[i, j] *= scale[i] * scale[j] * (i == j ? 1 : 1 - share)
      }
    }
    return try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: d, elements: mean), covariances: [covariance])
  }
}
