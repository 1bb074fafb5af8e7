import ParzenCore
import ParzenDistributions
import ParzenPlatform

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
