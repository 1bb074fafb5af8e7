import ParzenCore

/// Log density, score and Hessian of a mixture at single points, and its mean-shift step, in closed form.
///
/// With responsibilities r_k, precisions P_k and g_k = P_k (mu_k - x):
///
///     s = sum_k r_k g_k,     Hessian of log f = sum_k r_k (g_k g_k^T - P_k) - s s^T,
///     mean-shift step = (sum_k r_k P_k)^-1 s.
///
/// The step is one of EM for x, so that it never lowers the density. M. Carreira-Perpinan, Mode-finding for
/// mixtures of Gaussian distributions, IEEE PAMI 22, 2000.
package struct MixtureCurvature: Sendable {
  private let mixture: GaussianMixture
  /// K x d^2: the precisions P_k, row by row; K x d if they are diagonal.
  private let precisions: [Double]

  /// What the closed forms give at a point.
  package struct Expansion {
    /// d values.
    package var score: [Double]
    /// d x d.
    package var hessian: Matrix
    /// d values: the way to the next point of mean shift.
    package var step: [Double]
  }

  /// - Complexity: O(K d^3) time, O(K d^2) memory; O(K d) of both if the covariances are diagonal.
  package init(_ mixture: GaussianMixture) {
    self.mixture = mixture
    let d = mixture.dimension
    precisions = (0..<mixture.componentCount).flatMap { k -> [Double] in
      let factor = mixture.covarianceFactor(of: k)
      if mixture.isDiagonal { return (0..<d).map { 1 / (factor[$0, $0] * factor[$0, $0]) } }
      return Cholesky(lower: factor).inverse.elements
    }
  }

  /// The expansion at a point, d values.
  ///
  /// - Complexity: O(K d^2 + d^3).
  package func callAsFunction(_ point: [Double]) throws(ParzenError) -> Expansion {
    let d = point.count
    let responsibilities = try mixture.responsibilities(
      at: Matrix(rows: 1, columns: d, elements: point)
    ).elements
    var score = [Double](repeating: 0, count: d)
    var pull = score
    var mean = Matrix(rows: d, columns: d)
    var outer = mean
    for (k, share) in responsibilities.enumerated() where share > 1e-30 {
      for i in 0..<d {
        if mixture.isDiagonal {
          pull[i] = precisions[k * d + i] * (mixture.means[k, i] - point[i])
          mean[i, i] += share * precisions[k * d + i]
        } else {
          var sum = 0.0
          for j in 0..<d {
            let precision = precisions[(k * d + i) * d + j]
            sum += precision * (mixture.means[k, j] - point[j])
            mean[i, j] += share * precision
          }
          pull[i] = sum
        }
      }
      for i in 0..<d {
        score[i] += share * pull[i]
        for j in 0..<d { outer[i, j] += share * pull[i] * pull[j] }
      }
    }
    var hessian = outer
    for i in 0..<d { for j in 0..<d { hessian[i, j] -= mean[i, j] + score[i] * score[j] } }
    guard let cholesky = Cholesky(mean) else {
      throw .invalidOption("a component of the mixture is singular to rounding")
    }
    return Expansion(score: score, hessian: hessian, step: cholesky.solve(score))
  }
}
