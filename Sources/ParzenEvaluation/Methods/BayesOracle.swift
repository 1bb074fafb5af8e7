import Foundation
import ParzenCore
import ParzenDistributions

/// The limit that the information in the samples sets to the relative squared error of the score: the Bayes
/// estimate under the very prior that the target was drawn from, of which even the number of components is
/// told.
///
/// Queries y are draws from the target f, so that y itself tells something about f: of all estimates, the one
/// with the least expected error E w(f) |s_hat(y) - s_f(y)|^2, w(f) = 1 / E_f |s_f|^2, is the mean of the
/// scores s_f(y) with weights w(f) f(y) over the posterior of f given the samples. Up to w that is the score
/// of the posterior predictive density.
///
/// For targets of the families `gmm`, of which the oracle knows the axes, `gmm-rotated`, of which it does
/// not, and `gmm-many`. The posterior's draws come from a chain begun at the true parameters
/// (`MixturePosterior`): given the samples these are a draw from the posterior already, so that there is no
/// burn-in. An average over M independent draws has 1 + 1/M times the least error; chains that stay near the
/// truth err on the optimistic side.
///
/// - Complexity: O(sweeps * K d (n + m)).
struct BayesOracle: Score {
  /// Draws of the posterior, each a mixture with the logarithm of its weight w.
  private let draws: [(mixture: GaussianMixture, logWeight: Double)]

  var dimension: Int { draws[0].mixture.dimension }

  /// - Throws: `ParzenError.invalidOption` for a target that is no mixture of Gaussians with common axes and
  ///   means in the cube [-3, 3]^d of these axes.
  init(_ context: EvaluationContext, sweeps: Int = 600, thinning: Int = 5) throws(ParzenError) {
    guard let target = context.target as? GaussianMixture, let start = MixturePosterior(target) else {
      throw .invalidOption("the method bayes is for targets of the families gmm, gmm-rotated and gmm-many")
    }
    var posterior = start
    var generator = Xoshiro256(seed: 0, stream: context.samples.rows, target.componentCount)
    var draws: [(GaussianMixture, Double)] = []
    for sweep in 1...sweeps {
      posterior.sweep(context.samples, using: &generator)
      guard sweep % thinning == 0 else { continue }
      let mixture = try posterior.mixture()
      let score = try mixture.score(at: mixture.sample(count: Self.weighing, using: &generator))
      draws.append((mixture, -log(score.elements.reduce(0) { $0 + $1 * $1 } / Double(Self.weighing))))
    }
    self.draws = draws
  }

  /// Points behind the mean squared score of a draw.
  private static let weighing = 1000

  func score(at queries: Matrix) throws(ParzenError) -> Matrix {
    var values: [DensityEvaluation] = []
    for draw in draws { values.append(try draw.mixture.evaluate(at: queries)) }
    var mean = Matrix(rows: queries.rows, columns: dimension)
    for row in 0..<queries.rows {
      let weights = softmax(zip(draws, values).map { $0.logWeight + $1.logDensity[row] })
      for (weight, value) in zip(weights, values) {
        for i in 0..<dimension { mean[row, i] += weight * value.score[row, i] }
      }
    }
    return mean
  }
}

extension EvaluationMethod {
  /// One Gaussian with a shrunk covariance: what to do no worse than with very few samples.
  ///
  /// Columns are divided by their standard deviations; their covariance S becomes (1 - r) S + r m I with m
  /// the mean of its diagonal and r = min(1, sum_i |z_i z_i^T - S|^2 / (n^2 |S - m I|^2)), which estimates
  /// the share with the least expected squared error.
  ///
  /// O. Ledoit, M. Wolf, A well-conditioned estimator for large-dimensional covariance matrices, J.
  /// Multivariate Analysis 88, 2004.
  public static let shrunkGaussian = EvaluationMethod(name: "gaussian") { try shrunkGaussian(of: $0) }

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
