import Foundation
import ParzenCore
import ParzenDistributions

/// A random mixture with full covariances of a given condition number.
func randomMixture(
  components: Int, dimension d: Int, condition: Double = 100, offset: Double = 0,
  using generator: inout Xoshiro256
) throws -> GaussianMixture {
  let means = Matrix(
    rows: components, columns: d,
    elements: (0..<components * d).map { _ in generator.nextUniform(-2, 2) + offset })
  let covariances = (0..<components).map { _ in
    let rotation = Matrix.randomOrthogonal(d, using: &generator)
    var scaled = rotation
    for i in 0..<d {
      let variance = d == 1 ? 0.5 : pow(condition, -Double(i) / Double(d - 1))
      for j in 0..<d { scaled[i, j] *= variance }
    }
    return rotation.transposed * scaled
  }
  return try GaussianMixture(
    weights: generator.nextDirichlet(count: components), means: means, covariances: covariances)
}

/// A random mixture with diagonal covariances.
func randomDiagonalMixture(
  components: Int, dimension d: Int, using generator: inout Xoshiro256
) throws -> GaussianMixture {
  func matrix(_ low: Double, _ high: Double) -> Matrix {
    Matrix(
      rows: components, columns: d,
      elements: (0..<components * d).map { _ in generator.nextUniform(low, high) })
  }
  let (means, variances) = (matrix(-2, 2), matrix(0.2, 1))
  return try GaussianMixture(
    weights: generator.nextDirichlet(count: components), means: means, variances: variances)
}
