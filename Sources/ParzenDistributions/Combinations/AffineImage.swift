import ParzenCore

/// The law of A x + b for a column x from another distribution.
///
/// With x = A^-1 (y - b): log f(y) = log f_x(x) - log abs det A and score(y) = A^-T score_x(x).
///
/// ```swift
/// let turned = try AffineImage(
///   Ring(dimension: 2, radius: 1, thickness: 0.1), matrix: Matrix([[2, 0], [1, 1]]), shift: [0, 5])
/// let score = try turned.score(at: queries)
/// ```
public struct AffineImage: Sendable {
  /// The law of x.
  public let base: any Distribution
  /// A, d x d, invertible.
  public let matrix: Matrix
  /// b, d values.
  public let shift: [Double]
  private let inverse: Matrix
  private let logDeterminant: Double

  /// The image of a distribution.
  ///
  /// - Throws: `ParzenError.invalidOption` if A is not d x d, b has not d values, or A is not invertible to
  ///   rounding.
  /// - Complexity: O(d^3).
  public init(_ base: any Distribution, matrix: Matrix, shift: [Double]) throws(ParzenError) {
    let d = base.dimension
    guard matrix.rows == d, matrix.columns == d, shift.count == d, shift.allSatisfy(\.isFinite) else {
      throw .invalidOption(
        "an affine map of \(d) dimensions has a \(d) x \(d) matrix and \(d) finite shifts, not "
          + "\(matrix.rows) x \(matrix.columns) and \(shift.count)")
    }
    // A = L Q, so that A^-1 = Q^T L^-1.
    guard let decomposition = LQDecomposition(matrix), !decomposition.isRankDeficient else {
      throw .invalidOption("the matrix of an affine map must be invertible and finite")
    }
    let triangle = Cholesky(lower: decomposition.lower)
    self.base = base
    self.matrix = matrix
    self.shift = shift
    inverse = decomposition.orthonormal.transposed * triangle.inverseLower
    logDeterminant = triangle.logDeterminant / 2
  }

  /// The image under x -> x + b.
  public init(_ base: any Distribution, shift: [Double]) throws(ParzenError) {
    try self.init(base, matrix: .identity(base.dimension), shift: shift)
  }
}

extension AffineImage: Distribution {
  public var dimension: Int { base.dimension }

  /// - Complexity: O(m d^2) beside the base's evaluation.
  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    let negated = shift.map { -$0 }
    var result = try base.evaluate(at: queries.translated(by: negated) * inverse.transposed)
    for row in result.logDensity.indices { result.logDensity[row] -= logDeterminant }
    result.score = result.score * inverse
    return result
  }

  /// - Complexity: O(count d^2) beside the base's sampling.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    (base.sample(count: count, using: &generator) * matrix.transposed).translated(by: shift)
  }
}

extension Matrix {
  /// Every row plus a vector.
  fileprivate func translated(by shift: [Double]) -> Matrix {
    var result = self
    result.updateRows { _, point in
      for i in shift.indices { point[i] += shift[i] }
    }
    return result
  }
}
