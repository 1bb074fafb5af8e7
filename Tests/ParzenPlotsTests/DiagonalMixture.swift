import Foundation
import ParzenCore

/// A mixture of Gaussians with diagonal covariances, evaluated by its formula.
struct DiagonalMixture: MarginalizableDensity {
  var weights: [Double]
  var means: [[Double]]
  var deviations: [[Double]]

  var dimension: Int { means[0].count }

  func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    var result = DensityEvaluation(logDensity: [], score: Matrix(rows: queries.rows, columns: dimension))
    for row in 0..<queries.rows {
      let terms = weights.indices.map { k in
        (0..<dimension).reduce(log(weights[k])) { sum, j in
          let z = (queries[row, j] - means[k][j]) / deviations[k][j]
          return sum - z * z / 2 - log(deviations[k][j] * (2 * .pi).squareRoot())
        }
      }
      let largest = terms.max()!
      let logDensity = largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
      result.logDensity.append(logDensity)
      for j in 0..<dimension {
        result.score[row, j] = weights.indices.reduce(0) { sum, k in
          let pull = (means[k][j] - queries[row, j]) / (deviations[k][j] * deviations[k][j])
          return sum + exp(terms[k] - logDensity) * pull
        }
      }
    }
    return result
  }

  func marginal(of columns: [Int]) -> DiagonalMixture {
    DiagonalMixture(
      weights: weights, means: means.map { mean in columns.map { mean[$0] } },
      deviations: deviations.map { deviation in columns.map { deviation[$0] } })
  }

  /// Draws with a linear congruential generator and Box-Muller: the same for the same seed everywhere.
  func samples(_ count: Int, seed: UInt64) -> Matrix {
    var state = seed
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 11) + 0.5) / Double(1 << 53)
    }
    let rows = (0..<count).map { _ in
      var u = uniform() * weights.reduce(0, +)
      let k =
        weights.indices.first {
          u -= weights[$0]
          return u < 0
        } ?? 0
      return (0..<dimension).map {
        means[k][$0] + deviations[k][$0] * (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
      }
    }
    return Matrix(rows)
  }
}

extension DiagonalMixture {
  /// Two components in d dimensions.
  static func example(dimension: Int) -> DiagonalMixture {
    DiagonalMixture(
      weights: [0.4, 0.6],
      means: [(0..<dimension).map { 2 + Double($0) / 4 }, (0..<dimension).map { 4.3 - Double($0 % 3) }],
      deviations: [
        (0..<dimension).map { 0.3 + 0.2 * Double($0 % 2) },
        (0..<dimension).map { 0.5 + 0.3 * Double($0 % 3) },
      ])
  }
}
