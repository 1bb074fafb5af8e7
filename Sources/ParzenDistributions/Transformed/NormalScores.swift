import ParzenCore
import ParzenPlatform

/// Normal scores: the coordinate z = Phi^{-1}(F(T(x))) of a column x, where F is the distribution function of
/// a mixture of Gaussians in a coordinate t = T(x) of the column, and Phi that of the standard normal law.
///
/// Where the mixture is the law of the column, its normal scores are a standard normal variable: what is left
/// to a density of several such columns is how they depend on each other (their copula), whatever edges,
/// spikes, tails and modes each has by itself.
///
/// Exact in the tails, too: far out z is linear in t, as the component that reaches farthest has it.
///
/// ```swift
/// let law = try GaussianMixture(
///   weights: [0.9, 0.1], means: Matrix([[0], [5]]), variances: Matrix([[1], [9]]))
/// let column = ColumnTransformation.normalScores(try NormalScores(law))
/// ```
///
/// A. Sklar, Fonctions de répartition à n dimensions et leurs marges, Publ. Inst. Statist. Univ. Paris 8,
/// 1959.
public struct NormalScores: Sendable, Hashable {
  /// The coordinate t of the column, a bijection onto the line.
  public let coordinate: ColumnTransformation
  /// The weights of the mixture of the coordinate.
  public let weights: [Double]
  /// The means of its components.
  public let means: [Double]
  /// The standard deviations of its components.
  public let deviations: [Double]
  /// The logarithms of the components' densities at their means, times their weights.
  private let logFactors: [Double]

  /// - Parameters:
  ///   - mixture: the law of the coordinate, in one dimension.
  ///   - coordinate: the coordinate of the column that it is the law of.
  /// - Throws: `ParzenError.invalidOption` for a mixture in several dimensions, and for coordinates that are
  ///   no bijections, as mirrored and wrapped ones.
  public init(
    _ mixture: GaussianMixture, of coordinate: ColumnTransformation = .identity
  ) throws(ParzenError) {
    try mixture.checkIsLine("a normal score")
    let kept = mixture.weights.indices.filter { mixture.weights[$0] > 0 }
    try self.init(
      coordinate: coordinate, weights: kept.map { mixture.weights[$0] },
      means: kept.map { mixture.means[$0, 0] },
      deviations: kept.map { mixture.covarianceFactor(of: $0)[0, 0] })
  }

  private init(
    coordinate: ColumnTransformation, weights: [Double], means: [Double], deviations: [Double]
  ) throws(ParzenError) {
    guard coordinate.isBijection else {
      throw .invalidOption("normal scores need a coordinate with one value for each of the column's")
    }
    try coordinate.check()
    (self.coordinate, self.weights, self.means, self.deviations) = (coordinate, weights, means, deviations)
    logFactors = zip(weights, deviations).map { log($0) - log($1) - NormalProbability.halfLogOfTwoPi }
  }

  /// The coordinate z at a value of the column, the logarithm of its derivative, the derivative of that, and
  /// the derivative of this one.
  ///
  /// - Complexity: O(K) for K components.
  func expansion(at x: Double) -> (z: Double, logSlope: Double, bend: Double, bendSlope: Double) {
    let inner = coordinate.expansion(at: x)
    let outer = place(of: inner.y)
    let slope = exp(inner.logSlope)
    return (
      outer.z, outer.logSlope + inner.logSlope, outer.bend * slope + inner.bend,
      outer.bendSlope * slope * slope + outer.bend * slope * inner.bend + coordinate.bendSlope(at: x)
    )
  }

  /// The coordinate z alone, without its derivatives.
  func score(at x: Double) -> Double {
    let t = coordinate.expansion(at: x).y
    let sides = sides(of: t)
    guard sides.distance < Self.farthest else { return farOut(t, sides.nearest).z }
    return score(t, below: sides.below, above: sides.above)
  }

  /// The value of the column with a normal score: Newton's method within a bracket of the components' own
  /// quantiles.
  ///
  /// - Complexity: O(K) for each of about five steps.
  func inverse(_ z: Double) -> Double {
    var (low, high) = (Double.infinity, -Double.infinity)
    for k in means.indices {
      let own = means[k] + deviations[k] * z
      (low, high) = (min(low, own), max(high, own))
    }
    var t = low + (high - low) / 2
    for _ in 0..<200 where low < high {
      let found = place(of: t)
      if found.z == z { break }
      if found.z > z { high = t } else { low = t }
      var next = t - (found.z - z) * exp(-found.logSlope)
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      let isClose = abs(next - t) <= 4e-16 * abs(next) || next == low || next == high
      t = next
      if isClose { break }
    }
    return coordinate.inverse(t)
  }
}

extension NormalScores {
  /// The probabilities on both sides of a coordinate t, and the component that is nearest to it in its own
  /// deviations.
  private func sides(of t: Double) -> (below: Double, above: Double, nearest: Int, distance: Double) {
    var (below, above, nearest, least) = (0.0, 0.0, 0, Double.infinity)
    for k in means.indices {
      let u = (t - means[k]) / deviations[k]
      let a = abs(u)
      if a < least { (nearest, least) = (k, a) }
      let tail = a < Self.tailEnd ? NormalProbability.below(-a) : 0
      below += weights[k] * (u < 0 ? tail : 1 - tail)
      above += weights[k] * (u < 0 ? 1 - tail : tail)
    }
    return (below, above, nearest, least)
  }

  /// z at a coordinate t that is not far out.
  private func score(_ t: Double, below: Double, above: Double) -> Double {
    if min(below, above) > Self.leastProbability {
      return below < above ? NormalProbability.quantile(below) : -NormalProbability.quantile(above)
    }
    let size = NormalProbability.distance(logTail: logTail(t))
    return below < above ? -size : size
  }

  /// z at a coordinate t, the logarithm of dz / dt, and the first two derivatives of that.
  private func place(of t: Double) -> (z: Double, logSlope: Double, bend: Double, bendSlope: Double) {
    let sides = sides(of: t)
    guard sides.distance < Self.farthest else { return farOut(t, sides.nearest) }
    let top = means.indices.reduce(-Double.infinity) { top, k in
      let u = (t - means[k]) / deviations[k]
      return max(top, logFactors[k] - 0.5 * u * u)
    }
    // The density relative to that of its largest term, and its derivatives.
    var (sum, first, second) = (0.0, 0.0, 0.0)
    for k in means.indices {
      let u = (t - means[k]) / deviations[k]
      let exponent = logFactors[k] - 0.5 * u * u - top
      guard exponent > -50 else { continue }
      let (term, s) = (exp(exponent), deviations[k])
      sum += term
      first -= term * u / s
      second += term * (u * u - 1) / s / s
    }
    (first, second) = (first / sum, second / sum)
    let z = score(t, below: sides.below, above: sides.above)
    let logSlope = top + log(sum) + 0.5 * z * z + NormalProbability.halfLogOfTwoPi
    let slope = exp(logSlope)
    let bend = first + z * slope
    return (z, logSlope, bend, second - first * first + slope * slope + z * slope * bend)
  }

  /// The logarithm of the probability beyond a place that is far from all components.
  private func logTail(_ t: Double) -> Double {
    var (highest, sum) = (-Double.infinity, 0.0)
    for k in means.indices {
      let term = log(weights[k]) + NormalProbability.logBelow(-abs((t - means[k]) / deviations[k]))
      if term > highest {
        sum = sum * exp(highest - term) + 1
        highest = term
      } else {
        sum += exp(term - highest)
      }
    }
    return highest + log(sum)
  }

  /// So many deviations from all components, where u^2 is nearly z^2 + 2 log w for the one that reaches
  /// farthest: what is left out is below 1 / u^2.
  private func farOut(
    _ t: Double, _ k: Int
  ) -> (z: Double, logSlope: Double, bend: Double, bendSlope: Double) {
    let (u, s) = ((t - means[k]) / deviations[k], deviations[k])
    let lack = -2 * log(weights[k])
    let size = hypot(u, lack.squareRoot())
    let bend = lack / size / size / u / s
    return (u < 0 ? -size : size, log(abs(u) / size) - log(s), bend, -3 * bend / u / s)
  }

  /// Standard deviations beyond which a tail is below the numbers of Float64.
  private static let tailEnd = 38.0
  private static let farthest = 1e6
  /// Below it, probabilities are reckoned by their logarithms.
  private static let leastProbability = 1e-250
}

extension NormalScores: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case coordinate, weights, means, deviations
  }

  /// Decodes normal scores.
  ///
  /// - Throws: `DecodingError` for missing values, and for numbers that make no mixture.
  public init(from decoder: any Decoder) throws {
    try decoder.checkKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let coordinate = try container.decode(ColumnTransformation.self, forKey: .coordinate)
    let weights = try container.decode([Double].self, forKey: .weights)
    let means = try container.decode([Double].self, forKey: .means)
    let deviations = try container.decode([Double].self, forKey: .deviations)
    let isMixture =
      !weights.isEmpty && means.count == weights.count && deviations.count == weights.count
      && abs(weights.reduce(0, +) - 1) < 1e-9 && weights.allSatisfy { $0 > 0 }
      && means.allSatisfy(\.isFinite) && deviations.allSatisfy { $0 > 0 && $0.isFinite }
    guard isMixture else {
      throw DecodingError.dataCorruptedError(
        forKey: .weights, in: container,
        debugDescription:
          "normal scores have as many positive weights, which sum to 1, as means and deviations")
    }
    do {
      try self.init(coordinate: coordinate, weights: weights, means: means, deviations: deviations)
    } catch {
      throw DecodingError.dataCorruptedError(
        forKey: .coordinate, in: container, debugDescription: "\(error)")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(coordinate, forKey: .coordinate)
    try container.encode(weights, forKey: .weights)
    try container.encode(means, forKey: .means)
    try container.encode(deviations, forKey: .deviations)
  }
}
