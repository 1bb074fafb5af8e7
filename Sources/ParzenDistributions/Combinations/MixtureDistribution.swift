import ParzenCore
import ParzenKernels
import ParzenPlatform

/// A mixture of arbitrary distributions: f(y) = sum over k of w_k f_k(y).
///
/// A mixture of Gaussians is better made as a `GaussianMixture`.
///
/// ```swift
/// let target = try MixtureDistribution(
///   weights: [0.8, 0.2],
///   components: [
///     Ring(dimension: 2, radius: 3, thickness: 0.2), Banana(dimension: 2, spread: 1, curvature: 0.5),
///   ])
/// let draws = target.sample(count: 1_000, using: &generator)
/// ```
public struct MixtureDistribution: Sendable {
  /// The weights w_k: K values that are not negative and sum to 1.
  public let weights: [Double]
  /// The components f_k, all of one dimension.
  public let components: [any Distribution]

  /// A mixture from weights, which are divided by their sum, and components of the same dimension.
  ///
  /// - Throws: `ParzenError.invalidOption` for no component, other numbers of weights and components, and
  ///   weights that are negative, not finite or all zero; `ParzenError.dimensionMismatch` for components of
  ///   different dimensions.
  public init(weights: [Double], components: [any Distribution]) throws(ParzenError) {
    guard !weights.isEmpty, weights.count == components.count else {
      throw .invalidOption(
        "\(weights.count) weights and \(components.count) components make no mixture: give as many"
      )
    }
    let d = components[0].dimension
    for component in components where component.dimension != d {
      throw .dimensionMismatch(expected: d, found: component.dimension)
    }
    let total = weights.reduce(0, +)
    guard total > 0, total.isFinite, weights.allSatisfy({ $0 >= 0 }) else {
      throw .invalidOption(
        "the weights of a mixture are finite and not negative, and at least one is positive")
    }
    self.weights = weights.map { $0 / total }
    self.components = components
  }
}

extension MixtureDistribution: Distribution {
  public var dimension: Int { components[0].dimension }

  /// With r_k the responsibility of component k, the score is the sum of r_k s_k.
  ///
  /// - Complexity: that of all components' evaluations, one after the other.
  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    var result = try components[0].evaluate(at: queries)
    guard components.count > 1 else { return result }
    let logWeight = log(weights[0])
    for row in result.logDensity.indices { result.logDensity[row] += logWeight }
    for k in 1..<components.count where weights[k] > 0 {
      result.mix(try components[k].evaluate(at: queries), logWeight: log(weights[k]))
    }
    return result
  }

  /// Labels are drawn row by row, so that the rows are independent; each component then draws its rows
  /// together.
  ///
  /// - Complexity: that of all components' sampling.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    var generator = Xoshiro256(drawnFrom: &generator)
    if components.count == 1 { return components[0].sample(count: count, using: &generator) }
    let table = AliasTable(weights: weights)
    let labels = (0..<count).map { _ in table.draw(using: &generator) }
    var counts = [Int](repeating: 0, count: components.count)
    for label in labels { counts[label] += 1 }
    let draws = zip(components, counts).map { component, count in
      component.sample(count: count, using: &generator)
    }
    let d = dimension
    var next = [Int](repeating: 0, count: components.count)
    var row = 0
    return Matrix(count: count, dimension: d) { point in
      let label = labels[row]
      for i in 0..<d { point[i] = draws[label].elements[next[label] + i] }
      next[label] += d
      row += 1
    }
  }
}

extension DensityEvaluation {
  /// Adds a component to this unnormalised mixture: log densities by log(e^a + e^b), scores by their shares
  /// of that sum.
  fileprivate mutating func mix(_ component: DensityEvaluation, logWeight: Double) {
    let d = score.columns
    score.elements.withUnsafeMutableBufferPointer { score in
      for row in logDensity.indices {
        let (old, new) = (logDensity[row], component.logDensity[row] + logWeight)
        let ratio = old == new ? 1 : exp(-abs(old - new))
        logDensity[row] = max(old, new) + log1p(ratio)
        let share = (new > old ? 1 : ratio) / (1 + ratio)
        for i in row * d..<(row + 1) * d { score[i] += share * (component.score.elements[i] - score[i]) }
      }
    }
  }
}
