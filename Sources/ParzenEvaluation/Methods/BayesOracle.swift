import Foundation
import ParzenCore
import ParzenDistributions

/// The limit that the information in the samples sets to the relative squared error of the score: the Bayes estimate under
/// the very prior that the target was drawn from, of which even the number of components is told.
///
/// Queries y are draws from the target f, so that y itself tells something about f: of all estimates, the one with the least
/// expected error E w(f) |s_hat(y) - s_f(y)|^2, w(f) = 1 / E_f |s_f|^2, is the mean of the scores s_f(y) with weights
/// w(f) f(y) over the posterior of f given the samples. Up to w that is the score of the posterior predictive density.
///
/// For targets of the family `gmm` (means uniform on [-3, 3]^d, variances uniform on [0.2, 1], weights uniform on the
/// simplex; in one dimension `gmm-rotated` is the same). Gibbs sampling of components' memberships, weights, means and
/// variances (Diebolt & Robert, J. R. Statist. Soc. B 56, 1994), begun at the true parameters: given the samples these
/// are a draw from the posterior already, so that there is no burn-in. An average over M independent draws has 1 + 1/M
/// times the least error; chains that stay near the truth err on the optimistic side.
///
/// - Complexity: O(sweeps * K d (n + m)).
struct BayesOracle: Score {
  /// Draws of the posterior, each a mixture with the logarithm of its weight w.
  private let draws: [(mixture: GaussianMixture, logWeight: Double)]

  var dimension: Int { draws[0].mixture.dimension }

  /// - Throws: `ParzenError.invalidOption` for a target that is no mixture of Gaussians with diagonal covariances.
  init(_ context: EvaluationContext, sweeps: Int = 600, thinning: Int = 5) throws(ParzenError) {
    guard let target = context.target as? GaussianMixture, let start = GibbsState(target) else {
      throw .invalidOption("the method bayes is for targets of the family gmm: give --targets gmm")
    }
    var state = start
    var generator = Xoshiro256(seed: 0, stream: context.samples.rows, state.weights.count)
    var draws: [(GaussianMixture, Double)] = []
    for sweep in 1...sweeps {
      state.sweep(context.samples, using: &generator)
      guard sweep % thinning == 0 else { continue }
      let mixture = try state.mixture()
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
      let logs = zip(draws, values).map { $0.logWeight + $1.logDensity[row] }
      let highest = logs.max()!
      let weights = logs.map { exp($0 - highest) }
      let total = weights.reduce(0, +)
      for (weight, value) in zip(weights, values) {
        for i in 0..<dimension { mean[row, i] += weight / total * value.score[row, i] }
      }
    }
    return mean
  }
}

/// Parameters of a mixture with diagonal covariances under the prior of `gmm`.
private struct GibbsState {
  var weights: [Double]
  /// K x d.
  var means: Matrix
  var variances: Matrix

  private static let meanRange = -3.0...3.0
  private static let varianceGrid = (0...400).map { 0.2 + 0.8 * Double($0) / 400 }

  init?(_ mixture: GaussianMixture) {
    let d = mixture.dimension
    weights = mixture.weights
    means = mixture.means
    variances = Matrix(rows: weights.count, columns: d)
    for k in weights.indices {
      let covariance = mixture.covariance(of: k)
      for i in 0..<d {
        for j in 0..<d where i != j && abs(covariance[i, j]) > 1e-9 { return nil }
        variances[k, i] = covariance[i, i]
      }
    }
  }

  func mixture() throws(ParzenError) -> GaussianMixture {
    try GaussianMixture(
      weights: weights, means: means,
      covariances: weights.indices.map { k in
        var covariance = Matrix(rows: means.columns, columns: means.columns)
        for i in 0..<means.columns { covariance[i, i] = variances[k, i] }
        return covariance
      })
  }

  /// One round of draws of memberships, then of weights, means and variances given these.
  mutating func sweep(_ samples: Matrix, using generator: inout Xoshiro256) {
    let (d, components) = (samples.columns, weights.count)
    var counts = [Double](repeating: 0, count: components)
    var sums = Matrix(rows: components, columns: d)
    let members = memberships(samples, using: &generator)
    for (row, k) in members.enumerated() {
      counts[k] += 1
      for i in 0..<d { sums[k, i] += samples[row, i] }
    }
    let gammas = counts.map { generator.nextGamma(shape: 1 + $0) }
    let total = gammas.reduce(0, +)
    weights = gammas.map { max($0 / total, 1e-300) }
    for k in 0..<components {
      for i in 0..<d {
        means[k, i] = drawMean(sums[k, i], counts[k], variances[k, i], using: &generator)
      }
    }
    var squares = Matrix(rows: components, columns: d)
    for (row, k) in members.enumerated() {
      for i in 0..<d {
        let difference = samples[row, i] - means[k, i]
        squares[k, i] += difference * difference
      }
    }
    for k in 0..<components {
      for i in 0..<d { variances[k, i] = drawVariance(squares[k, i], counts[k], using: &generator) }
    }
  }

  private func memberships(_ samples: Matrix, using generator: inout Xoshiro256) -> [Int] {
    let (d, components) = (samples.columns, weights.count)
    let constants = weights.indices.map { k in
      log(weights[k]) - 0.5 * (0..<d).reduce(0) { $0 + log(variances[k, $1]) }
    }
    let halfPrecisions = variances.elements.map { 0.5 / $0 }
    var terms = [Double](repeating: 0, count: components)
    return (0..<samples.rows).map { row in
      for k in 0..<components {
        var term = constants[k]
        for i in 0..<d {
          let difference = samples.elements[row * d + i] - means.elements[k * d + i]
          term -= difference * difference * halfPrecisions[k * d + i]
        }
        terms[k] = term
      }
      let highest = terms.max()!
      var total = 0.0
      for k in 0..<components {
        terms[k] = exp(terms[k] - highest)
        total += terms[k]
      }
      var rest = generator.nextUniform() * total
      for k in 0..<components {
        rest -= terms[k]
        if rest < 0 { return k }
      }
      return components - 1
    }
  }

  /// A normal law cut off at the ends of the range, by rejection; far outside, the nearer end.
  private func drawMean(
    _ sum: Double, _ count: Double, _ variance: Double, using generator: inout Xoshiro256
  ) -> Double {
    let range = Self.meanRange
    guard count > 0 else { return generator.nextUniform(range.lowerBound, range.upperBound) }
    let (centre, deviation) = (sum / count, (variance / count).squareRoot())
    for _ in 0..<1000 {
      let value = centre + deviation * generator.nextNormal()
      if range.contains(value) { return value }
    }
    return min(max(centre, range.lowerBound), range.upperBound)
  }

  /// The law with density v^(-count / 2) exp(-squares / 2 v) on the range, by its distribution function on a grid.
  private func drawVariance(
    _ squares: Double, _ count: Double, using generator: inout Xoshiro256
  ) -> Double {
    let grid = Self.varianceGrid
    let logs = grid.map { -0.5 * (count * log($0) + squares / $0) }
    let highest = logs.max()!
    var cumulative = [0.0]
    for i in 1..<grid.count {
      cumulative.append(
        cumulative[i - 1] + 0.5 * (exp(logs[i - 1] - highest) + exp(logs[i] - highest)))
    }
    let level = generator.nextUniform() * cumulative[grid.count - 1]
    let cell = max(1, cumulative.firstIndex { $0 > level } ?? grid.count - 1)
    let mass = cumulative[cell] - cumulative[cell - 1]
    let part = mass > 0 ? (level - cumulative[cell - 1]) / mass : 0.5
    return grid[cell - 1] + part * (grid[cell] - grid[cell - 1])
  }
}
