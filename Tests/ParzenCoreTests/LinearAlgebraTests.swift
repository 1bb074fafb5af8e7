import Foundation
import Testing

@testable import ParzenCore

@Suite struct LinearAlgebraTests {
  /// A random symmetric positive definite matrix with a given condition number.
  func positiveDefinite(_ d: Int, condition: Double, using generator: inout Xoshiro256) -> Matrix {
    let rotation = Matrix.randomOrthogonal(d, using: &generator)
    var scaled = rotation
    for i in 0..<d {
      let value = d == 1 ? 1 : pow(condition, -Double(i) / Double(d - 1))
      for j in 0..<d { scaled[i, j] *= value }
    }
    return rotation.transposed * scaled
  }

  /// The largest absolute difference of two matrices.
  func distance(_ first: Matrix, _ second: Matrix) -> Double {
    zip(first.elements, second.elements).map { abs($0 - $1) }.max() ?? 0
  }

  @Test(arguments: [1, 2, 3, 5, 12, 13, 40], [1.0, 1e3, 1e8])
  func choleskyInvertsAndSolves(d: Int, condition: Double) throws {
    var generator = Xoshiro256(seed: 1, stream: d)
    let matrix = positiveDefinite(d, condition: condition, using: &generator)
    let factor = try #require(Cholesky(matrix))
    let bound = 10 * Double(d) * Double.ulpOfOne
    #expect(distance(factor.lower * factor.lower.transposed, matrix) < bound)
    #expect(distance(factor.lower * factor.inverseLower, .identity(d)) < bound * condition)
    #expect(distance(factor.inverse * matrix, .identity(d)) < bound * condition)
    #expect(factor.inverse == factor.inverse.transposed)
    // Eigenvalues are powers of the condition number with exponents 0, ..., -1, of sum -d/2.
    let expected = d == 1 ? 0 : -Double(d) / 2 * log(condition)
    #expect(abs(factor.logDeterminant - expected) < bound * condition)
    let solution = (0..<d).map { _ in generator.nextNormal() }
    let right = matrix * Matrix(rows: d, columns: 1, elements: solution)
    for (x, y) in zip(factor.solve(right.elements), solution) { #expect(abs(x - y) < 4 * bound * condition) }
  }

  @Test func choleskyRefusesWhatIsNotPositiveDefinite() {
    #expect(Cholesky(Matrix([[1, 2], [2, 1]])) == nil)
    #expect(Cholesky(Matrix([[0, 0], [0, 0]])) == nil)
    #expect(Cholesky(Matrix([[1, .nan], [.nan, 1]])) == nil)
    #expect(Cholesky(Matrix([[.infinity]])) == nil)
    // The same beyond the order from which LAPACK is called.
    var large = Matrix.identity(40)
    large[30, 30] = -1
    #expect(Cholesky(large) == nil)
    large[30, 30] = .nan
    #expect(Cholesky(large) == nil)
  }

  @Test(arguments: [1, 2, 3, 7, 30, 100])
  func eigendecompositionReconstructs(d: Int) throws {
    var generator = Xoshiro256(seed: 2, stream: d)
    let gaussian = Matrix(rows: d, columns: d, elements: (0..<d * d).map { _ in generator.nextNormal() })
    var matrix = gaussian
    for i in 0..<d { for j in 0..<d { matrix[i, j] += gaussian[j, i] } }
    let eigen = try #require(SymmetricEigendecomposition(matrix))
    let scale = eigen.values.map(abs).max()!
    let bound = 10 * Double(d) * Double.ulpOfOne
    #expect(eigen.values == eigen.values.sorted())
    #expect(distance(eigen.vectors.transposed * eigen.vectors, .identity(d)) < bound)
    #expect(distance(eigen.map { $0 }, matrix) < bound * scale)
    #expect(distance(eigen.map { $0 * $0 }, matrix * matrix) < bound * scale * scale)
  }

  @Test func eigendecompositionRefusesValuesThatAreNotFinite() {
    #expect(SymmetricEigendecomposition(Matrix([[1, .nan], [.nan, 1]])) == nil)
  }

  @Test func lqDecompositionIsTheFactorOfTheProduct() throws {
    var generator = Xoshiro256(seed: 5)
    for (c, d) in [(1, 1), (1, 3), (3, 3), (4, 9), (20, 20)] {
      let matrix = Matrix(rows: c, columns: d, elements: (0..<c * d).map { _ in generator.nextNormal() })
      let decomposition = try #require(LQDecomposition(matrix))
      #expect(distance(decomposition.lower * decomposition.orthonormal, matrix) < 1e-13)
      #expect(
        distance(decomposition.orthonormal * decomposition.orthonormal.transposed, .identity(c)) < 1e-14)
      let factor = try #require(Cholesky(matrix * matrix.transposed))
      #expect(distance(decomposition.lower, factor.lower) < 1e-10)
      #expect(!decomposition.isRankDeficient)
    }
    #expect(LQDecomposition(Matrix([[1, 2], [2, 4]]))?.isRankDeficient != false)
    #expect(LQDecomposition(Matrix([[1, 2], [1, 2 + 1e-12]]))?.isRankDeficient == false)
    #expect(LQDecomposition(Matrix([[0, 0]])) == nil)
    #expect(LQDecomposition(Matrix([[.nan, 0]])) == nil)
  }

  /// Beyond the order from which LAPACK is called, too, the diagonal is positive and flaws are seen.
  @Test(arguments: [(13, 13), (40, 60)]) func largeMatricesAreDecomposed(rows: Int, columns: Int) throws {
    var generator = Xoshiro256(seed: 8, stream: rows)
    var matrix = Matrix(
      rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in generator.nextNormal() })
    let decomposition = try #require(LQDecomposition(matrix))
    #expect(distance(decomposition.lower * decomposition.orthonormal, matrix) < 1e-13)
    #expect(
      distance(decomposition.orthonormal * decomposition.orthonormal.transposed, .identity(rows)) < 1e-14)
    for i in 0..<rows {
      #expect(decomposition.lower[i, i] > 0)
      for j in i + 1..<max(rows, i + 1) { #expect(decomposition.lower[i, j] == 0) }
    }
    #expect(!decomposition.isRankDeficient)
    for column in 0..<columns { matrix[rows - 1, column] = matrix[0, column] - 2 * matrix[1, column] }
    #expect(LQDecomposition(matrix)?.isRankDeficient != false)
    matrix[3, 2] = .nan
    #expect(LQDecomposition(matrix) == nil)
  }

  @Test(arguments: [1, 2, 3, 10, 100])
  func randomOrthogonalIsOrthogonal(d: Int) {
    var generator = Xoshiro256(seed: 3, stream: d)
    let matrix = Matrix.randomOrthogonal(d, using: &generator)
    #expect(distance(matrix * matrix.transposed, .identity(d)) < 1e-14)
  }

  @Test func randomOrthogonalIsUniform() {
    // In three dimensions every element of a Haar matrix is uniform on [-1, 1], and the determinant is a fair
    // coin.
    var generator = Xoshiro256(seed: 4)
    let n = 20_000
    let draws = (0..<n).map { _ in Matrix.randomOrthogonal(3, using: &generator) }
    for element in 0..<9 {
      let values = draws.map { $0.elements[element] }.sorted()
      let distance = values.enumerated().map { abs(($1 + 1) / 2 - (Double($0) + 0.5) / Double(n)) }.max()!
      #expect(distance < 2.6 / Double(n).squareRoot())
    }
    let positive = draws.filter {
      let e = $0.elements
      return e[0] * (e[4] * e[8] - e[5] * e[7]) - e[1] * (e[3] * e[8] - e[5] * e[6]) + e[2]
        * (e[3] * e[7] - e[4] * e[6]) > 0
    }
    #expect(abs(Double(positive.count) - Double(n) / 2) < 5 * Double(n).squareRoot() / 2)
  }
}
