import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// The multivariate Student t law of a group by maximum likelihood, as the mixture of Gaussians about one
/// centre that it is, with scales in geometric progression: for tails in all directions that are heavier than
/// any Gaussian's, and beyond the samples as well.
///
/// C. Liu, D. B. Rubin, ML estimation of the t distribution using EM and its extensions, ECM and ECME,
/// Statistica Sinica 5, 1995; with the covariance over the sum of the weights, as in J. T. Kent, D. E. Tyler,
/// Y. Vardi, A curious likelihood identity for the multivariate t-distribution, Commun. Statist. B 23, 1994.
struct StudentLaw: Sendable {
  /// In the units of the group.
  let mixture: GaussianMixture

  /// Mean fourth powers of the distance from the mean, over those of a normal law, from which the law is
  /// tried, and the samples for every parameter of a covariance that it needs.
  private static let (heavy, fewest) = (1.1, 4.0)
  private static let (steps, tolerance) = (60, 1e-6)
  private static let degrees = 0.3...60.0
  /// Scales up to this multiple of the middle one, and down to weights of this.
  private static let (widest, lightest) = (1e6, 1e-15)

  /// The law of the samples of a frame; nil where their tails are not heavy, or the samples too few.
  ///
  /// - Throws: `ParzenError.cancelled`.
  /// - Complexity: O(n d^2) time for each of at most 60 steps; O(n d) memory.
  init?(_ frame: NetworkFrame) throws(ParzenError) {
    let columns = frame.columns
    let d = columns.dimension
    guard columns.total >= Self.fewest * Double(MixtureCovariance.full.parameterCount(dimension: d)),
      Self.kurtosis(columns) > Self.heavy,
      let law = try Self.fitted(columns, leastVariance: frame.leastVariance)
    else { return nil }
    let mixture = try attempt(
      law.mixture().affineImage(frame.whitening.unwhiteningMatrix, shift: frame.whitening.mean))
    guard let mixture else { return nil }
    self.mixture = mixture
  }

  /// The log density of a group's judged samples under the law that has seen them.
  func heldOutAsSeen(_ group: SampleGroup) throws(ParzenError) -> [Double] {
    try mixture.logDensity(at: group.points.selectingRows(group.judged))
  }

  /// This law, with those of the frames without each judging fold; nil where one of them has none.
  func fit(_ frames: [NetworkFrame]) throws(ParzenError) -> CrossFit? {
    var folds: [GaussianMixture] = []
    for frame in frames {
      guard let law = try StudentLaw(frame) else { return nil }
      folds.append(law.mixture)
    }
    return CrossFit(full: mixture, folds: folds)
  }

  /// Mardia's measure over that of a normal law, of whitened samples.
  private static func kurtosis(_ columns: SampleColumns<Double>) -> Double {
    let d = columns.dimension
    let sum = (0..<columns.count).reduce(0.0) { sum, row in
      let square = (0..<d).reduce(0) { $0 + columns[row, $1] * columns[row, $1] }
      return sum + columns.weight(of: row) * square * square
    }
    return sum / columns.total / Double(d * (d + 2))
  }

  private struct Parameters {
    var degrees: Double
    var centre: [Double]
    var scatter: Matrix

    /// The trapezoidal rule in the logarithm t of the precision u, which has a gamma law of shape and rate
    /// nu / 2: a step of the deviation of t behind the law's density errs by less than 1e-4 of it.
    func mixture() throws(ParzenError) -> GaussianMixture {
      let (half, d) = (degrees / 2, Double(centre.count))
      let step = min(1, 1.4 * (2 / (degrees + d)).squareRoot())
      var (weights, covariances) = ([Double](), [Matrix]())
      // From five deviations beyond where the density at the centre has its weight.
      var t = log1p(d / degrees) + 5 * (2 / (degrees + d)).squareRoot()
      while t > -2 * log(StudentLaw.widest) {
        let logWeight = half * log(half) - lgamma(half) + half * (t - exp(t)) + log(step)
        if logWeight > log(StudentLaw.lightest) {
          weights.append(exp(logWeight))
          var covariance = scatter
          for place in covariance.elements.indices { covariance.elements[place] *= exp(-t) }
          covariances.append(covariance)
        }
        t -= step
      }
      let total = weights.reduce(0, +)
      return try GaussianMixture(
        weights: weights.map { $0 / total },
        means: Matrix(
          rows: weights.count, columns: centre.count, elements: weights.flatMap { _ in centre }),
        covariances: covariances)
    }

    /// The weighted mean, and the covariance about it, of points, given as they lie about the centre.
    mutating func update(_ centred: Matrix, weights: [Double]) {
      let (n, d, total) = (centred.rows, centre.count, weights.reduce(0, +))
      var shift = [Double](repeating: 0, count: d)
      var scaled = centred
      scaled.withUnsafeMutableElements { elements in
        for row in 0..<n {
          let root = (weights[row] / total).squareRoot()
          for i in 0..<d {
            elements[row * d + i] *= root
            shift[i] += root * elements[row * d + i]
          }
        }
      }
      scatter = scaled.columnProducts
      for i in 0..<d { for j in 0..<d { scatter[i, j] -= shift[i] * shift[j] } }
      for i in 0..<d { centre[i] += shift[i] }
    }
  }

  /// Steps of expectation-maximisation, each followed by the likeliest degrees of freedom; nil where the
  /// scatter becomes singular.
  ///
  /// - Parameter leastVariance: added to all variances after every step.
  private static func fitted(
    _ columns: SampleColumns<Double>, leastVariance: Double
  ) throws(ParzenError) -> Parameters? {
    let (n, d) = (columns.count, columns.dimension)
    let points = columns.points
    let counts = (0..<n).map(columns.weight)
    var law = Parameters(
      degrees: 4, centre: [Double](repeating: 0, count: d), scatter: .identity(d))
    var last = -Double.infinity
    for _ in 0..<steps {
      try WorkPhase.checkCancellation()
      guard let factor = Cholesky(law.scatter) else { return nil }
      var centred = points
      centred.withUnsafeMutableElements { elements in
        for row in 0..<n { for i in 0..<d { elements[row * d + i] -= law.centre[i] } }
      }
      let whitened = centred * factor.inverseLower.transposed
      let distances = (0..<n).map { row in whitened[row: row].reduce(0) { $0 + $1 * $1 } }
      let (degrees, logLikelihood) = likeliest(distances, counts, dimension: d)
      let gain = logLikelihood - factor.logDeterminant / 2 * columns.total - last
      last += gain
      law.degrees = degrees
      if gain < tolerance * columns.total { break }
      let weights = zip(distances, counts).map { $1 * (degrees + Double(d)) / (degrees + $0) }
      law.update(centred, weights: weights)
      for i in 0..<d { law.scatter[i, i] += leastVariance }
    }
    return law
  }

  /// The degrees of freedom for squared distances from the centre, by golden section, and the log likelihood
  /// but for the scatter's determinant.
  private static func likeliest(
    _ distances: [Double], _ counts: [Double], dimension: Int
  ) -> (degrees: Double, logLikelihood: Double) {
    let (d, n) = (Double(dimension), counts.reduce(0, +))
    func logLikelihood(_ logDegrees: Double) -> Double {
      let nu = exp(logDegrees)
      let tails: Double = zip(distances, counts).reduce(0) { $0 + $1.1 * log1p($1.0 / nu) }
      let constant: Double = lgamma((nu + d) / 2) - lgamma(nu / 2) - d / 2 * log(nu * Double.pi)
      return n * constant - (nu + d) / 2 * tails
    }
    let search = GoldenSection(
      from: log(degrees.lowerBound), to: log(degrees.upperBound), tolerance: 0.02, value: logLikelihood)
    return (exp(search.best.point), search.best.value)
  }
}
