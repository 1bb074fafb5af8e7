import Foundation
import Testing

@testable import ParzenCore
@testable import ParzenDistributions

/// Distributions of two dimensions with smooth densities, each with the box that holds them.
private let planar: [(name: String, distribution: any Distribution, box: ClosedRange<Double>)] = {
  var generator = Xoshiro256(seed: 1)
  let product = try! ProductDistribution([
    .init(.studentT(degrees: 12), location: 0.5, scale: 0.4),
    .init(.sinhArcsinh(skew: 0.3, tail: 1.1), location: -0.3, scale: 0.7),
  ])
  let mixture = try! MixtureDistribution(
    weights: [1, 2, 1],
    components: [
      product, MultivariateStudentT(degrees: 12, location: [1, -1], scales: [0.4, 0.8]),
      ProductDistribution(repeating: .init(.blurredUniform(blur: 0.2)), dimension: 2),
    ])
  let map = Matrix([[0.6, -0.3], [0.5, 0.9]])
  return [
    ("product", product, -30...30),
    (
      "elliptical t", try! MultivariateStudentT(degrees: 12, location: [0.2, 0], scales: [0.5, 1]), -30...30
    ),
    ("ring", try! Ring(dimension: 2, radius: 2, thickness: 0.3), -6...6),
    ("thick ring", try! Ring(dimension: 2, radius: 0.2, thickness: 1), -8...8),
    ("banana", try! Banana(dimension: 2, spread: 1.2, curvature: 0.4), -25...25),
    ("mixture", mixture, -30...30),
    ("affine image", try! AffineImage(mixture, matrix: map, shift: [0.4, -1]), -30...30),
    (
      "warp",
      try! SmoothWarp(
        randomMixture(components: 3, dimension: 2, using: &generator),
        by: Coupling(dimension: 2, strength: 0.7, using: &generator)), -16...16
    ),
    (
      "twist",
      try! Twist(
        randomMixture(components: 3, dimension: 2, condition: 10, using: &generator), strength: 0.02),
      -10...10
    ),
  ]
}()

@Suite struct MultivariateTests {
  @Test(arguments: planar.indices) func massIsOne(index: Int) throws {
    let (name, distribution, box) = planar[index]
    let mass = try totalMass(distribution, over: box, cells: 600)
    #expect(abs(mass - 1) < 1e-5, "\(name): \(mass)")
  }

  @Test(arguments: planar.indices) func samplesFollowTheDensity(index: Int) throws {
    let (_, distribution, box) = planar[index]
    try expectSamplesFollow(distribution, over: box, cells: 300)
  }

  @Test(arguments: planar.indices) func scoreIsTheGradient(index: Int) throws {
    var generator = Xoshiro256(seed: 2)
    let distribution = planar[index].distribution
    try expectScoreIsGradient(
      distribution, at: distribution.sample(count: 100, using: &generator), tolerance: 1e-5)
  }

  @Test(arguments: [3, 4, 7]) func inMoreDimensionsScoresAreGradients(d: Int) throws {
    var generator = Xoshiro256(seed: 3, stream: d)
    let mixture = try randomMixture(components: 3, dimension: d, using: &generator)
    let image = try AffineImage(
      Banana(dimension: d, spread: 1, curvature: 0.5), matrix: .randomOrthogonal(d, using: &generator),
      shift: [Double](repeating: 1, count: d))
    let coupling = try Coupling(dimension: d, strength: 0.6, using: &generator)
    for distribution: any Distribution in [
      try SmoothWarp(mixture, by: coupling), image, try Ring(dimension: d, radius: 2, thickness: 0.4),
      try MultivariateStudentT(
        degrees: 4, location: [Double](repeating: 0, count: d), scales: [Double](repeating: 2, count: d)),
    ] {
      try expectScoreIsGradient(
        distribution, at: distribution.sample(count: 40, using: &generator), tolerance: 1e-5)
    }
  }

  @Test(arguments: [1, 3, 8]) func ringsAreNormalizedInEveryDimension(d: Int) throws {
    // The density along a ray, times the surface of the sphere, integrates to one; the mean distance follows.
    let ring = try Ring(dimension: d, radius: 1.5, thickness: 0.4)
    let step = 1e-3
    let radii = stride(from: step / 2, to: 8, by: step).map { $0 }
    let points = Matrix(radii.map { [$0] + [Double](repeating: 0, count: d - 1) })
    let surface = 2 * pow(Double.pi, Double(d) / 2) / tgamma(Double(d) / 2)
    let masses = zip(radii, try ring.density(at: points)).map { step * surface * pow($0, Double(d - 1)) * $1 }
    #expect(abs(masses.reduce(0, +) - 1) < 1e-5)
    var generator = Xoshiro256(seed: 4)
    let n = 100_000
    let samples = ring.sample(count: n, using: &generator)
    let distances = (0..<n).map { samples[row: $0].reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let expected = zip(radii, masses).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(distances.reduce(0, +) / Double(n) - expected) < 5 * 0.4 / Double(n).squareRoot() + 1e-5)
  }

  @Test func ellipticalStudentIsHeavyTailedAndDependent() throws {
    // In one dimension it is the product law; in two its marginal is the univariate t.
    let line = try MultivariateStudentT(degrees: 3, location: [1], scales: [2])
    let same = try UnivariateDistribution(.studentT(degrees: 3), location: 1, scale: 2)
    let points = Matrix([[-3], [0], [1], [9]])
    let (first, second) = try (line.evaluate(at: points), same.evaluate(at: points))
    for (x, y) in zip(first.logDensity + first.score.elements, second.logDensity + second.score.elements) {
      #expect(abs(x - y) < 1e-13)
    }
    let plane = try MultivariateStudentT(degrees: 3, location: [5, 1], scales: [1, 2])
    #expect(plane.marginal(of: [1]) == line)
    #expect(try ProductDistribution([same, same]).marginal(of: [0]).factors == [same])
  }

  @Test func couplingsAreInvertible() throws {
    // At the image of a point, the warp's log density must be the base's at that point minus the log volume
    // change, here from central differences of the map.
    var generator = Xoshiro256(seed: 5)
    for d in [2, 3, 5] {
      let base = try randomMixture(components: 2, dimension: d, using: &generator)
      let warp = try SmoothWarp(base, by: Coupling(dimension: d, strength: 0.8, using: &generator))
      let points = base.sample(count: 10, using: &generator)
      let images = try warp.map(points)
      let (before, after) = try (base.logDensity(at: points), warp.logDensity(at: images))
      for row in 0..<10 {
        var jacobian = Matrix(rows: d, columns: d)
        for i in 0..<d {
          var pair = points.selectingRows([row, row])
          pair[0, i] += 1e-5
          pair[1, i] -= 1e-5
          let moved = try warp.map(pair)
          for j in 0..<d { jacobian[i, j] = (moved[0, j] - moved[1, j]) / 2e-5 }
        }
        let logVolume = Cholesky(jacobian * jacobian.transposed)!.logDeterminant / 2
        #expect(abs(after[row] - before[row] + logVolume) < 1e-7)
      }
    }
  }

  @Test func singularMapsAreRefused() throws {
    let square = try ProductDistribution(repeating: .init(.uniform), dimension: 2)
    #expect(throws: ParzenError.self) {
      try AffineImage(square, matrix: Matrix([[1, 1], [1, 1]]), shift: [0, 0])
    }
  }

  @Test func mixturesOfBoundedPartsHaveEmptySpace() throws {
    let mixture = try MixtureDistribution(
      weights: [0, 3, 1],
      components: [-9, 0, 5].map { try UnivariateDistribution(.uniform, location: $0) })
    let evaluation = try mixture.evaluate(at: Matrix([[0], [5], [2], [-9]]))
    #expect(abs(evaluation.logDensity[0] - log(0.375)) < 1e-15)
    #expect(abs(evaluation.logDensity[1] - log(0.125)) < 1e-15)
    #expect(evaluation.logDensity[2...] == [-.infinity, -.infinity])
    #expect(evaluation.score.elements == [0, 0, 0, 0])
  }
}
