import ParzenCore
import ParzenKernels
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
  /// The coordinate t of the column: a bijection onto the line, or the column mirrored at edges.
  public let coordinate: ColumnTransformation
  /// The weights of the mixture of the coordinate.
  public let weights: [Double]
  /// The means of its components.
  public let means: [Double]
  /// The standard deviations of its components.
  public let deviations: [Double]
  /// The components and their images.
  let terms: Terms
  /// nil where the column is not mirrored.
  let edges: Edges?
  let kernel: NormalMixtureKernel

  /// - Parameters:
  ///   - mixture: the law of the coordinate, in one dimension.
  ///   - coordinate: the coordinate of the column that it is the law of. Where that is mirrored at edges, the
  ///     law is that of the images together, on the domain without its edges.
  /// - Throws: `ParzenError.invalidOption` for a mixture in several dimensions, and for wrapped coordinates,
  ///   which have no order.
  public init(
    _ mixture: GaussianMixture, of coordinate: ColumnTransformation = .identity
  ) throws(ParzenError) {
    try mixture.checkIsLine("a normal score")
    try self.init(Terms(mixture), of: coordinate)
  }

  private init(_ own: Terms, of coordinate: ColumnTransformation) throws(ParzenError) {
    if case .period = coordinate {
      throw .invalidOption("normal scores need values in an order, which those of a period have not")
    }
    try coordinate.check()
    (self.coordinate, weights, means, deviations) = (coordinate, own.weights, own.means, own.deviations)
    terms = coordinate.isBijection ? own : try own.unfolded(coordinate)
    kernel = NormalMixtureKernel(
      weights: terms.weights, means: terms.means, deviations: terms.deviations)
    edges =
      if case .reflection(let lower, let upper) = coordinate {
        Edges(lower: lower, upper: upper, kernel)
      } else { nil }
  }

  /// The normal scores of values of the column.
  ///
  /// - Complexity: O(m K) for m values and K components.
  func scores(at values: [Double]) -> [Double] {
    let t = coordinate.coordinates(at: values)
    return sums(at: t, density: edges != nil) { sums, place in score(t[place], sides(t[place], sums)) }
  }

  /// The normal scores of values of the column, with their derivatives.
  ///
  /// - Complexity: O(m K) for m values and K components.
  func expansions(at values: [Double]) -> [ColumnTransformation.Expansion] {
    let inner = coordinate.expansions(at: values)
    return zip(inner, expansions(of: inner.map(\.y))).map { inner, outer in
      (outer.y, outer.logSlope + inner.logSlope, outer.bend * exp(inner.logSlope) + inner.bend)
    }
  }
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
      try self.init(Terms(weights: weights, means: means, deviations: deviations), of: coordinate)
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
