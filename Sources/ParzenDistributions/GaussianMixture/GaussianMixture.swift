import ParzenCore
import ParzenKernels
import ParzenPlatform

/// A mixture of K Gaussians in d dimensions: f(y) = sum over k of w_k N(y; mu_k, Sigma_k).
///
/// It is an exact distribution and also what the mixture transformer fits: sampling, log density, score,
/// moments, marginals, conditionals and affine images are all in closed form. What evaluation and sampling
/// need of the covariances is computed once, when the mixture is made.
///
/// ```swift
/// let mixture = try GaussianMixture(
///   weights: [0.3, 0.7], means: Matrix([[-2, 0], [1, 1]]),
///   covariances: [.identity(2), Matrix([[1, 0.5], [0.5, 2]])])
/// let logDensity = try mixture.logDensity(at: queries)
/// let first = mixture.marginal(of: [0])
/// ```
public struct GaussianMixture: Sendable, Equatable {
  /// The weights w_k: K values that are not negative and sum to 1.
  public let weights: [Double]
  /// The means mu_k, K x d.
  public let means: Matrix
  /// Per component, the Cholesky factor L of its covariance L L^T: the rows of the lower triangle one after
  /// the other, or, if all covariances are diagonal, the standard deviations.
  let spreads: [Double]
  /// The same with the inverses of L, as evaluation needs it.
  let kernel: MixtureKernel<Double>

  /// A mixture with full covariances.
  ///
  /// - Parameters:
  ///   - weights: K weights, finite and not negative, at least one positive. They are divided by their sum.
  ///   - means: the means, K x d.
  ///   - covariances: K symmetric positive definite matrices, d x d, of which the lower triangles are read.
  /// - Throws: `ParzenError.invalidOption` if the shapes do not fit, a value is not finite or a covariance is
  ///   not positive definite.
  /// - Complexity: O(K d^3) time, O(K d^2) memory.
  public init(weights: [Double], means: Matrix, covariances: [Matrix]) throws(ParzenError) {
    let d = means.columns
    guard covariances.allSatisfy({ $0.rows == d && $0.columns == d }) else {
      throw .invalidOption("the covariances of a mixture in \(d) dimensions are \(d) x \(d) matrices")
    }
    var factors: [Matrix] = []
    for (index, covariance) in covariances.enumerated() {
      guard let cholesky = Cholesky(covariance) else {
        throw .invalidOption("covariance \(index) of the mixture is not positive definite")
      }
      factors.append(cholesky.lower)
    }
    try self.init(weights: weights, means: means, covarianceFactors: factors)
  }

  /// A mixture with diagonal covariances.
  ///
  /// - Parameters:
  ///   - weights: K weights, finite and not negative, at least one positive. They are divided by their sum.
  ///   - means: the means, K x d.
  ///   - variances: the diagonals of the covariances, positive, K x d.
  /// - Throws: `ParzenError.invalidOption` if the shapes do not fit or a value is not finite or not positive.
  /// - Complexity: O(K d) time and memory.
  public init(weights: [Double], means: Matrix, variances: Matrix) throws(ParzenError) {
    guard variances.rows == means.rows, variances.columns == means.columns else {
      throw .invalidOption("a mixture with diagonal covariances needs as many variances as means")
    }
    guard variances.elements.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .invalidOption("the variances of a mixture are positive and finite")
    }
    try self.init(
      weights: weights, means: means,
      deviations: Matrix(
        rows: means.rows, columns: means.columns, elements: variances.elements.map { $0.squareRoot() }))
  }

  /// A mixture with diagonal covariances, from the standard deviations, K x d, whose squares may overflow.
  package init(weights: [Double], means: Matrix, deviations: Matrix) throws(ParzenError) {
    guard deviations.elements.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .invalidOption("the standard deviations of a mixture are positive and finite")
    }
    try self.init(
      weights: weights, means: means, isDiagonal: true, spreads: deviations.elements,
      factors: deviations.elements.map { 1 / $0 })
  }

  /// A mixture from the Cholesky factors of its covariances, d x d, lower triangular with positive diagonals.
  package init(weights: [Double], means: Matrix, covarianceFactors: [Matrix]) throws(ParzenError) {
    try self.init(
      weights: weights, means: means, covarianceFactors: covarianceFactors, areNormalised: false)
  }

  init(
    weights: [Double], means: Matrix, covarianceFactors: [Matrix], areNormalised: Bool
  ) throws(ParzenError) {
    try self.init(
      weights: weights, means: means, isDiagonal: false,
      spreads: covarianceFactors.flatMap(\.packedLowerTriangle),
      factors: covarianceFactors.flatMap { Cholesky(lower: $0).inverseLower.packedLowerTriangle },
      areNormalised: areNormalised)
  }

  /// - Parameters:
  ///   - spreads: per component, the rows of the lower triangle of L, or the standard deviations.
  ///   - factors: the same of L^-1.
  ///   - areNormalised: whether the weights are kept as they are, since they are those of another mixture.
  init(
    weights: [Double], means: Matrix, isDiagonal: Bool, spreads: [Double], factors: [Double],
    areNormalised: Bool = false
  ) throws(ParzenError) {
    let (count, d) = (weights.count, means.columns)
    guard count > 0, d > 0 else {
      throw .invalidOption("a mixture has at least one component and one dimension")
    }
    let size = isDiagonal ? d : d * (d + 1) / 2
    guard means.rows == count, spreads.count == count * size else {
      throw .invalidOption("a mixture with \(count) weights needs as many means and covariances")
    }
    let total = weights.reduce(0, +)
    guard weights.allSatisfy({ $0 >= 0 }), total > 0, total.isFinite else {
      throw .invalidOption(
        "the weights of a mixture are finite and not negative, and at least one is positive")
    }
    guard means.elements.allSatisfy(\.isFinite) else {
      throw .invalidOption("the means of a mixture are finite")
    }
    guard spreads.allSatisfy(\.isFinite), factors.allSatisfy(\.isFinite) else {
      throw .invalidOption(
        "the spreads of a mixture, and their inverses, are finite numbers: give the columns other units")
    }
    let normalized = areNormalised ? weights : weights.map { $0 / total }
    self.weights = normalized
    self.means = means
    self.spreads = spreads
    let constants = (0..<count).map { k in
      let logDeterminant = (0..<d).reduce(0) { sum, i in
        sum + log(factors[k * size + (isDiagonal ? i : i * (i + 3) / 2)])
      }
      return log(normalized[k]) + logDeterminant - Double(d) / 2 * log(2 * Double.pi)
    }
    kernel = MixtureKernel(
      dimension: d, isDiagonal: isDiagonal, means: means.elements, factors: factors, constants: constants)
  }

  /// The number K of components.
  public var componentCount: Int { weights.count }

  /// Whether the covariances are known to be diagonal, and stored so.
  public var isDiagonal: Bool { kernel.isDiagonal }
}

extension GaussianMixture: Density {
  /// The number d of dimensions.
  public var dimension: Int { means.columns }

  /// The log density and the score at every query.
  ///
  /// With c the condition number of the covariances, the squared distances in the exponents are accurate to
  /// about d sqrt(c) ulps. Every query's result is independent of the other queries and of the number of
  /// threads.
  ///
  /// - Parameter queries: m points, m x d. Up to 2,048 stay on one thread.
  /// - Throws: `ParzenError.dimensionMismatch` if `queries` has another number of columns than `dimension`.
  /// - Complexity: O(m K d^2) time, O(m K d) if the covariances are diagonal; O(m d + threads K d) memory.
  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    var score = Matrix(rows: queries.rows, columns: dimension)
    let logDensity = score.elements.withUnsafeMutableBufferPointer { score in
      kernel.evaluate(queries, score: score.baseAddress, threads: Parallelism.threads)
    }
    var evaluation = DensityEvaluation(logDensity: logDensity, score: score)
    correctFarQueries(&evaluation, queries)
    return evaluation
  }

  /// Where differences of a query and the means overflow, the log density is -infinity, and the score is that
  /// at 1e150 standard deviations of the first component, instead of not a number.
  private func correctFarQueries(_ evaluation: inout DensityEvaluation, _ queries: Matrix) {
    let size = spreads.count / componentCount
    for row in 0..<queries.rows where !evaluation.score[row: row].allSatisfy(\.isFinite) {
      guard queries[row: row].allSatisfy(\.isFinite) else { continue }
      var nearer = Matrix(rows: 1, columns: dimension)
      for i in 0..<dimension {
        let reach = 1e150 * spreads[isDiagonal ? i : min(i * (i + 3) / 2, size - 1)]
        nearer[0, i] = min(max(queries[row, i], means[0, i] - reach), means[0, i] + reach)
      }
      evaluation.logDensity[row] = -.infinity
      var score = nearer
      _ = score.elements.withUnsafeMutableBufferPointer {
        kernel.evaluate(nearer, score: $0.baseAddress, threads: 1)
      }
      for i in 0..<dimension { evaluation.score[row, i] = score[0, i] }
    }
  }

  public func logDensity(at queries: Matrix) throws(ParzenError) -> [Double] {
    try check(queries)
    return kernel.evaluate(queries, score: nil, threads: Parallelism.threads)
  }

  /// The probability that each query came from each component: m x K, rows that sum to 1.
  ///
  /// - Throws: `ParzenError.dimensionMismatch` if `queries` (m x d) has another number of columns than
  ///   `dimension`.
  /// - Complexity: O(m K d^2).
  public func responsibilities(at queries: Matrix) throws(ParzenError) -> Matrix {
    try check(queries)
    let (m, k) = (queries.rows, componentCount)
    var result = Matrix(rows: m, columns: k)
    var terms = [Double](repeating: 0, count: m * k)
    kernel.evaluateComponents(m, queries: queries.elements, logDensities: &terms)
    result.withUnsafeMutableElements { shares in
      for component in 0..<k {
        for row in 0..<m { shares[row * k + component] = terms[component * m + row] }
      }
      for row in 0..<queries.rows {
        let terms = UnsafeMutableBufferPointer(rebasing: shares[row * k..<(row + 1) * k])
        let largest = terms.max() ?? 0
        var sum = 0.0
        for component in terms.indices {
          terms[component] = exp(terms[component] - largest)
          sum += terms[component]
        }
        for component in terms.indices { terms[component] /= sum }
      }
    }
    return result
  }
}

extension MixtureKernel<Double> {
  /// The log densities of the rows of `queries`; their scores, unless `score` is nil, in memory for as many
  /// values.
  fileprivate func evaluate(
    _ queries: Matrix, score: UnsafeMutablePointer<Double>?, threads: Int
  ) -> [Double] {
    [Double](unsafeUninitializedCapacity: queries.rows) { logDensity, count in
      count = queries.rows
      guard count > 0 else { return }
      evaluate(
        count, queries: queries.elements, logDensity: logDensity.baseAddress!, score: score, threads: threads)
    }
  }
}

extension Matrix {
  /// The rows of the lower triangle, one after the other: d (d + 1) / 2 values.
  fileprivate var packedLowerTriangle: [Double] {
    (0..<rows).flatMap { self[row: $0].prefix($0 + 1) }
  }
}
