import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

/// Properties that hold for every data set: symmetries, mass one, a score that is the gradient.
@Suite struct MixtureTransformerTests {
  static let dimensions = [1, 2, 5, 10]

  /// Two clusters and a tail, n x d, with queries around them.
  private func data(_ d: Int, seed: UInt64) -> (samples: Matrix, queries: Matrix) {
    var generator = Xoshiro256(seed: seed, stream: d)
    func points(_ count: Int) -> Matrix {
      var result = Matrix(rows: count, columns: d)
      for p in 0..<count {
        let (shift, width) = p % 3 == 0 ? (2.5, 0.5) : (0, p % 7 == 0 ? 2 : 1)
        for i in 0..<d {
          result[p, i] = shift + width * generator.nextNormal() + (i > 0 ? 0.4 * result[p, i - 1] : 0)
        }
      }
      return result
    }
    return (points(240), points(32))
  }

  private func relativeError(_ a: [Double], _ b: [Double]) -> Double {
    let scale = b.reduce(0) { max($0, abs($1)) }
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
  }

  @Test(arguments: dimensions) func orderOfSamplesDoesNotMatter(d: Int) throws {
    for seed in UInt64(1)...3 {
      let (x, y) = data(d, seed: seed)
      var generator = Xoshiro256(seed: seed)
      let permuted = x.selectingRows(generator.nextPermutation(of: x.rows))
      let a = try MixtureTransformer(samples: x).evaluate(at: y)
      let b = try MixtureTransformer(samples: permuted).evaluate(at: y)
      #expect(relativeError(a.logDensity, b.logDensity) < 1e-6, "seed \(seed)")
      #expect(relativeError(a.score.elements, b.score.elements) < 1e-6, "seed \(seed)")
    }
  }

  @Test(arguments: dimensions) func rotationsRotateTheScore(d: Int) throws {
    for seed in UInt64(1)...3 {
      let (x, y) = data(d, seed: seed)
      var generator = Xoshiro256(seed: seed)
      let rotation = Matrix.randomOrthogonal(d, using: &generator)
      try expectEquivariance(x, y, rotation, logDeterminant: 0, tolerance: 1e-5)
    }
  }

  @Test(arguments: dimensions) func affineMapsOfConditionNumber1000(d: Int) throws {
    for seed in UInt64(1)...3 {
      let (x, y) = data(d, seed: seed)
      var generator = Xoshiro256(seed: seed)
      var stretched = Matrix.randomOrthogonal(d, using: &generator)
      var logDeterminant = 0.0
      for i in 0..<d {
        let factor = d == 1 ? 1000 : pow(1000, Double(i) / Double(d - 1) - 0.5)
        logDeterminant += log(factor)
        for j in 0..<d { stretched[i, j] *= factor }
      }
      let map = Matrix.randomOrthogonal(d, using: &generator) * stretched
      try expectEquivariance(x, y, map, logDeterminant: logDeterminant, tolerance: 1e-3)
    }
  }

  /// log f(y A + b) = log f(y) - log |det A|, and s(y A + b) A^T = s(y).
  private func expectEquivariance(
    _ x: Matrix, _ y: Matrix, _ map: Matrix, logDeterminant: Double, tolerance: Double
  ) throws {
    func image(_ points: Matrix) -> Matrix {
      var result = points * map
      for index in result.elements.indices { result.elements[index] += 3 }
      return result
    }
    let plain = try MixtureTransformer(samples: x, policy: .equivariant).evaluate(at: y)
    let mapped = try MixtureTransformer(samples: image(x), policy: .equivariant).evaluate(at: image(y))
    #expect(relativeError(mapped.logDensity.map { $0 + logDeterminant }, plain.logDensity) < tolerance)
    #expect(relativeError((mapped.score * map.transposed).elements, plain.score.elements) < tolerance)
  }

  @Test func totalMassIsOneInOneDimension() throws {
    let (x, _) = data(1, seed: 4)
    let estimate = try MixtureTransformer(samples: x)
    let step = 0.005
    let grid = Matrix(rows: 12_000, columns: 1, elements: (0..<12_000).map { -30 + step * Double($0) })
    let mass = try estimate.density(at: grid).reduce(0, +) * step
    #expect(abs(mass - 1) < 1e-5)
  }

  @Test func totalMassIsOneInTwoDimensions() throws {
    let (x, _) = data(2, seed: 5)
    let estimate = try MixtureTransformer(samples: x, policy: .untransformed)
    // As far as eight standard deviations of the widest component, as fine as 0.7 of the narrowest one's,
    // where the sum over a grid is the integral to 1e-16.
    let mixture = try #require(estimate.mixture)
    let deviations = mixture.weights.indices.map { k in
      SymmetricEigendecomposition(mixture.covariance(of: k))!.values.map { $0.squareRoot() }
    }
    let reach = mixture.means.elements.map(abs).max()! + 8 * deviations.map { $0[1] }.max()!
    let step = 0.7 * deviations.map { $0[0] }.min()!
    let side = Int(2 * reach / step) + 2
    var grid = Matrix(rows: side * side, columns: 2)
    for i in 0..<side {
      for j in 0..<side {
        grid[i * side + j, 0] = -reach + step * Double(i)
        grid[i * side + j, 1] = -reach + step * Double(j)
      }
    }
    let mass = try estimate.density(at: grid).reduce(0, +) * step * step
    #expect(abs(mass - 1) < 1e-9)
  }

  @Test(arguments: dimensions) func scoreIsTheGradientOfTheLogDensity(d: Int) throws {
    let (x, y) = data(d, seed: 6)
    let estimate = try MixtureTransformer(samples: x)
    let score = try estimate.score(at: y)
    let h = 1e-5
    let largest = score.elements.reduce(0) { max($0, abs($1)) }
    for i in 0..<d {
      var (up, down) = (y, y)
      for p in 0..<y.rows {
        up[p, i] += h
        down[p, i] -= h
      }
      let (above, below) = (try estimate.logDensity(at: up), try estimate.logDensity(at: down))
      for p in 0..<y.rows {
        #expect(abs((above[p] - below[p]) / (2 * h) - score[p, i]) < 1e-3 * largest)
      }
    }
  }

  @Test func mixtureInUnitsOfTheSamplesIsTheEstimate() throws {
    let (x, y) = data(3, seed: 7)
    let estimate = try MixtureTransformer(samples: x, policy: .untransformed)
    let (a, b) = (try estimate.evaluate(at: y), try #require(estimate.mixture).evaluate(at: y))
    #expect(relativeError(a.logDensity, b.logDensity) < 1e-9)
    #expect(relativeError(a.score.elements, b.score.elements) < 1e-9)
  }

  @Test func resultDoesNotDependOnThreads() throws {
    var generator = Xoshiro256(seed: 8)
    let x = Matrix(rows: 9_000, columns: 2, elements: (0..<18_000).map { _ in generator.nextNormal() })
    let one = try MixtureTransformer(samples: x, threads: 1)
    let two = try MixtureTransformer(samples: x, threads: 2)
    #expect(one.density == two.density)
  }

  @Test func extremeScalesAndOffsets() throws {
    let (x, y) = data(2, seed: 9)
    let plain = try MixtureTransformer(samples: x).evaluate(at: y)
    func stretched(_ points: Matrix) -> Matrix {
      var result = points
      for p in 0..<points.rows {
        result[p, 0] *= 1e-150
        result[p, 1] *= 1e150
      }
      return result
    }
    let extreme = try MixtureTransformer(samples: stretched(x)).evaluate(at: stretched(y))
    #expect(relativeError(extreme.logDensity, plain.logDensity) < 1e-5)
    func offset(_ points: Matrix) -> Matrix {
      var result = points
      for index in result.elements.indices { result.elements[index] += 1e8 }
      return result
    }
    let far = try MixtureTransformer(samples: offset(x)).evaluate(at: offset(y))
    #expect(relativeError(far.logDensity, plain.logDensity) < 1e-4)
    #expect(relativeError(far.score.elements, plain.score.elements) < 1e-4)
  }

  @Test func duplicatesAndTies() throws {
    var generator = Xoshiro256(seed: 10)
    let elements = (0..<400).map { _ in Double(generator.nextInteger(below: 4)) }
    let x = Matrix(rows: 200, columns: 2, elements: elements)
    let result = try MixtureTransformer(samples: x).evaluate(at: x)
    #expect(result.logDensity.allSatisfy(\.isFinite) && result.score.elements.allSatisfy(\.isFinite))
  }

  @Test func unusableSamplesAreNamed() throws {
    let (x, _) = data(3, seed: 11)
    var constant = x
    for p in 0..<x.rows { constant[p, 1] = 4 }
    var dependent = x
    for p in 0..<x.rows { dependent[p, 2] = dependent[p, 0] - 2 * dependent[p, 1] }
    func message(_ samples: Matrix) -> String {
      do {
        _ = try MixtureTransformer(samples: samples)
        return ""
      } catch { return error.description }
    }
    #expect(message(constant).contains("column 2 never varies"))
    #expect(message(dependent).contains("linear function"))
    #expect(message(x.selectingRows(0..<4)).contains("too few"))
    #expect(message(Matrix(rows: 20, columns: 3, repeating: 1)).contains("identical"))
    for samples in [constant, dependent] {
      let regularised = try MixtureTransformer(samples: samples, regularise: true)
      #expect(try regularised.logDensity(at: samples).allSatisfy(\.isFinite))
    }
  }
}
