import Foundation
import ParzenCore
import Testing

@testable import ParzenEstimators

/// The mixture transformer where its layers hold no d x d matrices, and below.
@Suite struct LargeDimensionTests {
  /// Two clusters, n x d.
  private func points(_ n: Int, _ d: Int, _ generator: inout Xoshiro256) -> Matrix {
    var result = Matrix(rows: n, columns: d)
    for p in 0..<n {
      for i in 0..<d { result[p, i] = (p % 3 == 0 ? 1.5 : 0) + generator.nextNormal() }
    }
    return result
  }

  private func relativeError(_ a: [Double], _ b: [Double]) -> Double {
    let scale = b.reduce(0) { max($0, abs($1)) }
    return zip(a, b).reduce(0) { ($1.0 - $1.1).isNaN ? .infinity : max($0, abs($1.0 - $1.1)) } / scale
  }

  @Test(arguments: [20, 33, 50]) func permutationsAndRotations(d: Int) throws {
    var generator = Xoshiro256(seed: 1, stream: d)
    let (x, y) = (points(500, d, &generator), points(16, d, &generator))
    let plain = try MixtureTransformer(samples: x, policy: .equivariant).evaluate(at: y)

    let permuted = x.selectingRows(generator.nextPermutation(of: x.rows))
    let same = try MixtureTransformer(samples: permuted, policy: .equivariant).evaluate(at: y)
    #expect(relativeError(same.logDensity, plain.logDensity) < 1e-6)
    #expect(relativeError(same.score.elements, plain.score.elements) < 1e-6)

    let rotation = Matrix.randomOrthogonal(d, using: &generator)
    let rotated = try MixtureTransformer(samples: x * rotation, policy: .equivariant).evaluate(
      at: y * rotation)
    #expect(relativeError(rotated.logDensity, plain.logDensity) < 1e-5)
    #expect(relativeError(rotated.score.elements, (plain.score * rotation).elements) < 1e-5)
  }

  @Test func finiteInAHundredDimensions() throws {
    var generator = Xoshiro256(seed: 2)
    let x = points(2_048, 100, &generator)
    let estimate = try MixtureTransformer(samples: x).evaluate(at: points(16, 100, &generator))
    for value in estimate.logDensity { #expect(abs(value) < 1e4) }
    for value in estimate.score.elements { #expect(abs(value) < 1e4) }
  }

  @Test func resultDoesNotDependOnThreads() throws {
    var generator = Xoshiro256(seed: 3)
    let x = points(5_000, 40, &generator)
    let one = try MixtureTransformer(samples: x, threads: 1)
    let two = try MixtureTransformer(samples: x, threads: 2)
    #expect(one.density == two.density)
  }
}
