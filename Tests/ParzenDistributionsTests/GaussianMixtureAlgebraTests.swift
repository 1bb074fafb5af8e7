import Foundation
import Testing

@testable import ParzenCore
@testable import ParzenDistributions

@Suite struct GaussianMixtureAlgebraTests {
  /// Two mixtures of four dimensions, with full and with diagonal covariances.
  func examples() throws -> [GaussianMixture] {
    var generator = Xoshiro256(seed: 1)
    return [
      try randomMixture(components: 3, dimension: 4, using: &generator),
      try randomDiagonalMixture(components: 3, dimension: 4, using: &generator),
    ]
  }

  func expectEqual(_ first: Matrix, _ second: Matrix, _ tolerance: Double) {
    #expect(first.rows == second.rows && first.columns == second.columns)
    for (x, y) in zip(first.elements, second.elements) { #expect(abs(x - y) < tolerance) }
  }

  @Test func marginalsSelectMeansAndCovariances() throws {
    for mixture in try examples() {
      for columns in [[2], [3, 0], [1, 3, 2], [0, 1, 2, 3]] {
        let marginal = mixture.marginal(of: columns)
        #expect(marginal.weights == mixture.weights && marginal.isDiagonal == mixture.isDiagonal)
        expectEqual(marginal.means, mixture.means.selectingColumns(columns), 1e-15)
        for k in 0..<3 {
          expectEqual(
            marginal.covariance(of: k),
            mixture.covariance(of: k).selectingColumns(columns).selectingRows(columns), 1e-14)
        }
      }
      let erased: any MarginalizableDensity = mixture
      let line = Matrix([[0.3]])
      let (first, second) = try (
        erased.marginal(of: [1]).logDensity(at: line), mixture.marginal(of: [1]).logDensity(at: line)
      )
      #expect(first == second)
    }
  }

  @Test func jointIsMarginalTimesConditional() throws {
    var generator = Xoshiro256(seed: 2)
    for mixture in try examples() {
      for given in [[1], [3, 0], [2, 1, 0]] {
        let free = (0..<4).filter { !given.contains($0) }
        let points = mixture.sample(count: 20, using: &generator)
        let joint = try mixture.logDensity(at: points)
        let marginal = try mixture.marginal(of: given).logDensity(at: points.selectingColumns(given))
        for row in 0..<points.rows {
          let point = Array(points[row: row])
          let conditional = try mixture.conditional(on: given, equalTo: given.map { point[$0] })
          #expect(conditional.dimension == free.count)
          let rest = try conditional.logDensity(at: Matrix([free.map { point[$0] }]))[0]
          #expect(abs(marginal[row] + rest - joint[row]) < 1e-11 * (1 + abs(joint[row])))
        }
      }
    }
  }

  @Test func conditionalRefusesValuesBeyondAllComponents() throws {
    let mixture = try examples()[0]
    #expect(throws: ParzenError.self) { try mixture.conditional(on: [0], equalTo: [1e200]) }
  }

  /// A convex combination, with any covariances beside each other, has the densities' convex combination.
  @Test func combinationsAreConvex() throws {
    let (full, diagonal) = (try examples()[0], try examples()[1])
    let points = Matrix(rows: 5, columns: 4, elements: (0..<20).map { sin(Double($0)) })
    for (one, other) in [(full, diagonal), (diagonal, full), (full, full), (diagonal, diagonal)] {
      let mixture = try GaussianMixture.combining([one, other], weights: [0.3, 0.7])
      #expect(mixture.isDiagonal == (one.isDiagonal && other.isDiagonal))
      let found = try mixture.logDensity(at: points)
      let (a, b) = (try one.logDensity(at: points), try other.logDensity(at: points))
      for (row, value) in found.enumerated() {
        #expect(abs(value - log(0.3 * exp(a[row]) + 0.7 * exp(b[row]))) < 1e-12)
      }
      for k in 0..<3 {
        expectEqual(mixture.covariance(of: k), one.covariance(of: k), 1e-15)
        expectEqual(mixture.covariance(of: 3 + k), other.covariance(of: k), 1e-15)
        let product = mixture.covarianceFactor(of: k) * mixture.inverseCovarianceFactor(of: k)
        expectEqual(product, .identity(4), 1e-12)
      }
    }
  }

  @Test func affineImagesTransformDensities() throws {
    var generator = Xoshiro256(seed: 3)
    for mixture in try examples() {
      let matrix = Matrix(rows: 4, columns: 4, elements: (0..<16).map { _ in generator.nextNormal() })
      let shift = [1.0, -2, 30, 0]
      let image = try mixture.affineImage(matrix, shift: shift)
      let points = mixture.sample(count: 20, using: &generator)
      var images = points * matrix.transposed
      for row in 0..<20 { for i in 0..<4 { images[row, i] += shift[i] } }
      let (before, after) = try (mixture.evaluate(at: points), image.evaluate(at: images))
      let logDeterminant = Cholesky(matrix * matrix.transposed)!.logDeterminant / 2
      for row in 0..<20 {
        #expect(abs(after.logDensity[row] - before.logDensity[row] + logDeterminant) < 1e-9)
      }
      // s(x) = A^T s(A x + b)
      expectEqual(after.score * matrix, before.score, 1e-8)
      // A projection is a marginal.
      let projection = try mixture.affineImage(Matrix([[0, 0, 1, 0]]), shift: [0])
      let line = Matrix([[0.2], [1.7]])
      let (x, y) = try (projection.logDensity(at: line), mixture.marginal(of: [2]).logDensity(at: line))
      for (x, y) in zip(x, y) { #expect(abs(x - y) < 1e-12) }
      #expect(throws: ParzenError.self) {
        try mixture.affineImage(Matrix([[0, 0, 0, 0]]), shift: [0])
      }
    }
  }

  @Test func responsibilitiesAreBayes() throws {
    var generator = Xoshiro256(seed: 4)
    for mixture in try examples() {
      let points = mixture.sample(count: 10, using: &generator)
      let responsibilities = try mixture.responsibilities(at: points)
      let total = try mixture.density(at: points)
      for k in 0..<3 {
        let alone = try GaussianMixture(
          weights: [1], means: mixture.means.selectingRows([k]), covariances: [mixture.covariance(of: k)])
        let density = try alone.density(at: points)
        for row in 0..<10 {
          let expected = mixture.weights[k] * density[row] / total[row]
          #expect(abs(responsibilities[row, k] - expected) < 1e-12)
        }
      }
    }
  }

  @Test func momentsAreThoseOfTheParts() throws {
    // Two points' worth of spread plus the spread within: variance 0.25 * 4 + 1 and 0.25 * 0 + 2.
    let mixture = try GaussianMixture(
      weights: [2, 2], means: Matrix([[-1, 5], [1, 5]]), variances: Matrix([[1, 2], [1, 2]]))
    #expect(mixture.mean == [0, 5])
    expectEqual(mixture.covariance, Matrix([[2, 0], [0, 2]]), 1e-15)
  }
}
