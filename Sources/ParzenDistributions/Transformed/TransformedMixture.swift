import ParzenCore
import ParzenKernels
import ParzenPlatform

/// A mixture of Gaussians g in coordinates y that every column x of a table is mapped to:
///
///     f(x) = g(y) prod_i T_i'(x_i) / s_i,     y_i = (T_i(x_i) - o_i) / s_i,
///
/// with a `ColumnTransformation` T_i, an origin o_i and a scale s_i for each column; where several points of
/// the line are one point of a column, f is the sum over them.
///
/// A true density with an exact score, exact draws, and marginals and conditionals of the same kind. Origins
/// and scales keep what is far from zero, very large or very small as exact as what is not.
///
/// ```swift
/// let mixture = try GaussianMixture(weights: [1], means: Matrix([[0]]), variances: Matrix([[1]]))
/// let lognormal = try TransformedMixture(mixture, columns: [.logarithmAbove(0)])
/// let density = try lognormal.density(at: Matrix([[0.5], [1], [2]]))
/// ```
public struct TransformedMixture: Sendable, Equatable {
  /// The mixture g of the coordinates y.
  public let coordinateMixture: GaussianMixture
  /// How each column is mapped to its coordinate: d transformations.
  public let columns: [ColumnTransformation]
  /// The origin o of every coordinate, d values.
  public let origin: [Double]
  /// The scale s of every coordinate, d positive values.
  public let scale: [Double]
  /// g with a component for every image of one that reaches into the columns' domains.
  let images: GaussianMixture

  /// The density of columns that are mapped to the coordinates of a mixture.
  ///
  /// - Parameters:
  ///   - mixture: a mixture in d dimensions.
  ///   - columns: d transformations; nil for none.
  ///   - origin: d values; zeros when nil.
  ///   - scale: d values; ones when nil.
  /// - Throws: `ParzenError.dimensionMismatch` for other numbers of columns, origins or scales;
  ///   `ParzenError.invalidOption` for edges that are not finite or in the wrong order, and for scales and
  ///   periods that are not positive.
  /// - Complexity: O(K d^2) time and memory, times the images of a component where columns are mirrored or
  ///   wrapped: two or three for each such column, more for components wider than the domain.
  public init(
    _ mixture: GaussianMixture, columns: [ColumnTransformation]? = nil, origin: [Double]? = nil,
    scale: [Double]? = nil
  ) throws(ParzenError) {
    let d = mixture.dimension
    self.columns = columns ?? [ColumnTransformation](repeating: .identity, count: d)
    self.origin = origin ?? [Double](repeating: 0, count: d)
    self.scale = scale ?? [Double](repeating: 1, count: d)
    for count in [self.columns.count, self.origin.count, self.scale.count] where count != d {
      throw .dimensionMismatch(expected: d, found: count)
    }
    for column in self.columns { try column.check() }
    guard self.origin.allSatisfy(\.isFinite), self.scale.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .invalidOption("origins of coordinates are finite, and their scales are positive and finite")
    }
    coordinateMixture = mixture
    _ = try mixture.scaled(by: self.scale, shift: self.origin)
    images = try mixture.unfolded(
      zip(self.columns, zip(self.origin, self.scale)).map { $0.inUnits(origin: $1.0, scale: $1.1) })
  }

  /// The mixture in the units of the columns, where none is transformed; nil elsewhere.
  ///
  /// - Complexity: O(K d^2) time.
  public var gaussianMixture: GaussianMixture? {
    guard columns.allSatisfy({ $0 == .identity }) else { return nil }
    return mixture
  }

  /// The mixture of the columns' values after their transformation, T(x), in their units.
  ///
  /// - Complexity: O(K d^2) time.
  public var mixture: GaussianMixture {
    guard origin.contains(where: { $0 != 0 }) || scale.contains(where: { $0 != 1 }) else {
      return coordinateMixture
    }
    // Units in which there is no mixture are refused from the start.
    return byConstruction { try coordinateMixture.scaled(by: scale, shift: origin) }
  }
}

extension TransformedMixture: Distribution {
  /// The number d of columns.
  public var dimension: Int { columns.count }

  public func logDensity(at queries: Matrix) throws(ParzenError) -> [Double] {
    try check(queries)
    let coordinates = Coordinates(queries, self)
    return coordinates.finish(try images.logDensity(at: coordinates.points))
  }

  /// The log density and the score at every query.
  ///
  /// Outside the columns' domains the log density is -infinity and the score 0.
  ///
  /// - Parameter queries: m points, m x d, in the units of the columns.
  /// - Throws: `ParzenError.dimensionMismatch` if `queries` has another number of columns than `dimension`.
  /// - Complexity: that of the mixture (with its images), and O(m d).
  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    let coordinates = Coordinates(queries, self)
    var result = try images.evaluate(at: coordinates.points)
    result.logDensity = coordinates.finish(result.logDensity)
    for i in 0..<dimension {
      for row in 0..<queries.rows { result.score[row, i] /= scale[i] }
      for (row, expansion) in coordinates.expansions[i] {
        result.score[row, i] = result.score[row, i] * exp(expansion.logSlope) + expansion.bend
      }
    }
    for row in 0..<queries.rows where !coordinates.isInside[row] {
      for i in 0..<dimension { result.score[row, i] = 0 }
    }
    return result
  }

  /// The probability that each query came from each component: m x K, rows that sum to 1. Where columns are
  /// mirrored or wrapped, every image of a component within the domain is one of its own.
  ///
  /// - Throws: `ParzenError.dimensionMismatch` if `queries` (m x d) has another number of columns than
  ///   `dimension`.
  /// - Complexity: O(m K d^2).
  public func responsibilities(at queries: Matrix) throws(ParzenError) -> Matrix {
    try check(queries)
    return try images.responsibilities(at: Coordinates(queries, self).points)
  }

  /// Independent draws, count x d, in the units of the columns.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    var draws = coordinateMixture.sample(count: count, using: &generator)
    for (i, column) in columns.enumerated() {
      let values = column.inverses(of: draws[column: i].map { origin[i] + scale[i] * $0 })
      for row in 0..<count { draws[row, i] = values[row] }
    }
    return draws
  }
}

/// Points in the coordinates of a mixture.
private struct Coordinates {
  /// m x d; for points outside, the origin.
  var points: Matrix
  /// Whether each point is in the domain of every column.
  var isInside: [Bool]
  /// For each column that is transformed, the expansions of the points in its domain.
  var expansions: [[(row: Int, ColumnTransformation.Expansion)]] = []
  /// log of the derivative of the coordinates, at each point.
  private var logSlope: [Double]

  init(_ queries: Matrix, _ density: TransformedMixture) {
    points = queries
    isInside = [Bool](repeating: true, count: queries.rows)
    let constant = density.scale.reduce(0) { $0 - log($1) }
    logSlope = [Double](repeating: constant, count: queries.rows)
    for (i, column) in density.columns.enumerated() {
      let (origin, scale) = (density.origin[i], density.scale[i])
      guard column != .identity else {
        for row in 0..<queries.rows {
          let (x, y) = (queries[row, i], (queries[row, i] - origin) / scale)
          // Where the quotient overflows, the density is 0 long since, and a score still points back.
          points[row, i] = x.isFinite ? min(max(y, -1e200), 1e200) : y
        }
        expansions.append([])
        continue
      }
      let values = queries[column: i]
      let within = values.indices.filter { column.contains(values[$0]) }
      for row in values.indices where !column.contains(values[row]) {
        // What is not a number stays so.
        isInside[row] = isInside[row] && values[row].isNaN
        points[row, i] = values[row].isNaN ? .nan : 0
      }
      let found = Array(zip(within, column.expansions(at: within.map { values[$0] })))
      for (row, expansion) in found {
        points[row, i] = (expansion.y - origin) / scale
        logSlope[row] += expansion.logSlope
      }
      expansions.append(found)
    }
  }

  /// Log densities in the units of the columns, of those in the coordinates.
  func finish(_ logDensity: [Double]) -> [Double] {
    logDensity.indices.map { isInside[$0] ? logDensity[$0] + logSlope[$0] : -.infinity }
  }
}

/// A density as its mixture in the coordinates, and for every column its transformation, origin and scale.
/// What is decoded from what was encoded is the same density, to the bit.
extension TransformedMixture: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case mixture, transformations, origin, scale
  }

  /// Decodes a density.
  ///
  /// - Throws: `DecodingError` for missing values, and for numbers that make no density.
  public init(from decoder: any Decoder) throws {
    try decoder.checkKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let mixture = try container.decode(GaussianMixture.self, forKey: .mixture)
    let columns = try container.decode([ColumnTransformation].self, forKey: .transformations)
    let origin = try container.decode([Double].self, forKey: .origin)
    let scale = try container.decode([Double].self, forKey: .scale)
    do {
      try self.init(mixture, columns: columns, origin: origin, scale: scale)
    } catch {
      throw DecodingError.dataCorruptedError(
        forKey: .transformations, in: container, debugDescription: "\(error)")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(coordinateMixture, forKey: .mixture)
    try container.encode(columns, forKey: .transformations)
    try container.encode(origin, forKey: .origin)
    try container.encode(scale, forKey: .scale)
  }
}
