import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenDynamics

@Suite struct EquationTests {
  @Test func landauVelocityIsTheMeanOverPairs() throws {
    let positions = Matrix([[0, 0, 0], [1, 2, -1], [0.5, -1, 2]])
    let score = Matrix([[1, -1, 0.5], [0.3, 0.2, -2], [-1, 0.4, 0.1]])
    let equation = try LandauEquation(exponent: -3, strength: 0.7)
    let velocity = equation.velocity(at: positions, score: score, threads: 2)
    for i in 0..<3 {
      var expected = [0.0, 0, 0]
      for j in 0..<3 where j != i {
        let z = (0..<3).map { positions[i, $0] - positions[j, $0] }
        let square = z.reduce(0) { $0 + $1 * $1 }
        for a in 0..<3 {
          for b in 0..<3 {
            let kernel = 0.7 * pow(square, -1.5) * ((a == b ? square : 0) - z[a] * z[b])
            expected[a] -= kernel * (score[i, b] - score[j, b]) / 3
          }
        }
      }
      for a in 0..<3 { #expect(abs(velocity[i, a] - expected[a]) < 1e-14) }
    }
    #expect(equation.energy(of: positions) == (6 + 5.25) / 6)
  }

  /// The Bobylev-Krook-Wu density solves the equation: with P = I the velocity for Maxwell molecules is
  /// u = -(Abar s + (d - 1) C v), Abar = C ((|v|^2 + d) I - v v^T - I), and d(log f)/dt = -div u - u . s.
  @Test(arguments: [2, 3])
  func bobylevDensitySolvesLandau(d: Int) throws {
    let equation = try LandauEquation(exponent: 0, strength: 0.1)
    let start = try BobylevDensity(dimension: d, width: 0.7)
    let (time, step) = (0.4, 1e-4)
    func density(_ time: Double) throws -> any Density {
      try #require(equation.exactDensity(after: time, from: start))
    }
    func velocity(_ point: [Double]) throws -> [Double] {
      let score = Array(try density(time).score(at: Matrix([point])).elements)
      let square = point.reduce(0) { $0 + $1 * $1 }
      let along = zip(point, score).reduce(0) { $0 + $1.0 * $1.1 }
      return (0..<d).map {
        -0.1 * ((square + Double(d) - 1) * score[$0] - along * point[$0] + Double(d - 1) * point[$0])
      }
    }
    for point in [[0.3, -0.8, 0.5], [1.5, 0.2, -1], [2.5, -2, 1]].map({ Array($0.prefix(d)) }) {
      let query = Matrix([point])
      let change =
        (try density(time + step).logDensity(at: query)[0] - density(time - step).logDensity(at: query)[0])
        / (2 * step)
      var divergence = 0.0
      for i in 0..<d {
        var (left, right) = (point, point)
        left[i] -= step
        right[i] += step
        divergence += (try velocity(right)[i] - velocity(left)[i]) / (2 * step)
      }
      let score = try density(time).score(at: query).elements
      let flow = zip(try velocity(point), score).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(change + divergence + flow) < 1e-6)
    }
  }

  @Test func bobylevDrawsHaveItsMoments() throws {
    var generator = Xoshiro256(seed: 4)
    for d in [2, 3] {
      let density = try BobylevDensity(dimension: d, width: 0.7)
      let moments = try ParticleMoments(density.sample(count: 100_000, using: &generator))
      for i in 0..<d { #expect(abs(moments.covariance[i, i] - 1) < 0.02) }
      #expect(abs(moments.fourthMoment / density.fourthMoment - 1) < 0.03)
    }
    #expect(throws: ParzenError.self) { try BobylevDensity(dimension: 3, width: 0.59) }
  }

  /// Second moments of Maxwell molecules: their exact rates from the definition, as sums over pairs of a
  /// Gaussian.
  @Test func momentRelaxationHasTheKnownRate() throws {
    let equation = try LandauEquation(exponent: 0)
    let start = ParticleMoments(
      mean: [1, -1], covariance: Matrix([[1.6, 0.3], [0.3, 0.4]]), fourthMoment: 0)
    let later = try #require(equation.exactMoments(after: 2, from: start))
    #expect(later.mean == [1, -1])
    // C = 1/16: deviations fall as e^(-t/2).
    #expect(abs(later.covariance[0, 0] - (1 + 0.6 * exp(-1))) < 1e-12)
    #expect(abs(later.covariance[0, 1] - 0.3 * exp(-1)) < 1e-12)
    #expect(try LandauEquation(exponent: -3).exactMoments(after: 2, from: start) == nil)
    // A Gaussian sample with its exact score gives the rate at time zero.
    var generator = Xoshiro256(seed: 6)
    let gaussian = try GaussianMixture(
      weights: [1], means: Matrix([[0, 0]]), covariances: [start.covariance])
    let positions = gaussian.sample(count: 4000, using: &generator)
    let velocity = equation.velocity(at: positions, score: try gaussian.score(at: positions), threads: 2)
    let rate = (0..<4000).reduce(0) { $0 + 2 * positions[$1, 0] * velocity[$1, 0] } / 4000
    #expect(abs(rate / -0.3 - 1) < 0.1)
  }

  @Test func ornsteinUhlenbeckKeepsMixtures() throws {
    let equation = try FokkerPlanckEquation.ornsteinUhlenbeck(rate: 1.5, diffusion: 0.7)
    let start = try ParticleStart.twoModes.density(dimension: 2)
    let mixture = try #require(start as? GaussianMixture)
    let later = try #require(equation.exactDensity(after: 0.8, from: start) as? GaussianMixture)
    let moments = ParticleMoments(mean: mixture.mean, covariance: mixture.covariance, fourthMoment: 0)
    let exact = try #require(equation.exactMoments(after: 0.8, from: moments))
    for (found, expected) in zip(later.covariance.elements, exact.covariance.elements) {
      #expect(abs(found - expected) < 1e-12)
    }
    // The density satisfies df/dt = div(f (grad V + D s)) at a point, by central differences.
    let (point, step) = ([0.7, -0.4], 1e-4)
    func velocity(_ x: [Double]) throws -> [Double] {
      let query = Matrix([x])
      return equation.velocity(at: query, score: try later.score(at: query), threads: 1).elements
    }
    func logDensity(_ time: Double) throws -> Double {
      try #require(equation.exactDensity(after: time, from: start)).logDensity(at: Matrix([point]))[0]
    }
    let change = (try logDensity(0.8 + step) - logDensity(0.8 - step)) / (2 * step)
    let divergence =
      (try velocity([0.7 + step, -0.4])[0] - velocity([0.7 - step, -0.4])[0]
        + velocity([0.7, -0.4 + step])[1] - velocity([0.7, -0.4 - step])[1]) / (2 * step)
    let score = try later.score(at: Matrix([point])).elements
    let flow = zip(try velocity(point), score).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(change + divergence + flow) < 1e-6)
  }

  @Test func boltzmannLawIsStationary() throws {
    let potential = Potential.doubleWell(barrier: 1.5, wells: 1.2, stiffness: 2)
    let equation = try FokkerPlanckEquation(potential: potential, diffusion: 0.5)
    let positions = Matrix([[0.3, -0.8], [-1.4, 0.1], [2, 1]])
    var score = positions
    for index in score.elements.indices {
      let x = positions.elements[index]
      let slope =
        (potential.value(x + 1e-5, coordinate: index % 2) - potential.value(x - 1e-5, coordinate: index % 2))
        / 2e-5
      score.elements[index] = -slope / 0.5
    }
    for value in equation.velocity(at: positions, score: score, threads: 1).elements {
      #expect(abs(value) < 1e-8)
    }
  }

  /// The law against sums over many more points; wells of every depth, width and distance.
  @Test(arguments: [0.003, 0.8, 20], [0.02, 1.3, 40])
  func boltzmannLawIsTheIntegral(barrier: Double, wells: Double) {
    let potential = Potential.doubleWell(barrier: barrier, wells: wells, stiffness: barrier)
    for diffusion in [0.01, 0.7, 9] {
      for coordinate in 0..<2 {
        // Up to where the exponent is about 100 in a well, and 72 in the other coordinate.
        let ratio = diffusion / barrier
        let reach =
          coordinate == 0
          ? 1.01 * wells * (1 + (100 * ratio).squareRoot()).squareRoot() : 12 * ratio.squareRoot()
        let width = 2 * reach / 60_000
        var (mass, square, mean) = (0.0, 0.0, 0.0)
        for cell in 0...60_000 {
          let x = Double(cell) * width - reach
          let exponent = potential.value(x, coordinate: coordinate) / diffusion
          mass += exp(-exponent) * width
          square += x * x * exp(-exponent) * width
          mean += exponent * exp(-exponent) * width
        }
        let law = potential.boltzmannLaw(coordinate: coordinate, diffusion: diffusion)
        #expect(abs(law.variance / (square / mass) - 1) < 1e-10)
        #expect(abs(law.entropy - mean / mass - log(mass)) < 1e-9)
      }
    }
  }

  /// In very deep wells the law is two Gaussians, of variance D w^2 / (8 h) at w and -w.
  @Test(arguments: [1e-9, 1e-15, 1e-200]) func deepWellsHaveTwoGaussians(diffusion: Double) {
    let law = Potential.doubleWell(barrier: 2, wells: 1.5, stiffness: 1)
      .boltzmannLaw(coordinate: 0, diffusion: diffusion)
    let entropy = log(2.0) + 0.5 * (1 + log(2 * .pi) + log(diffusion) + log(2.25 / 16))
    #expect(abs(law.variance - 2.25) < 1e-8 && abs(law.entropy - entropy) < 1e-8)
  }

  @Test func badConstantsAreExplained() throws {
    #expect(throws: ParzenError.self) { try LandauEquation(exponent: -3.5) }
    #expect(throws: ParzenError.self) { try LandauEquation(exponent: 0, strength: 0) }
    #expect(throws: ParzenError.self) { try LandauEquation(exponent: 0).check(dimension: 4) }
    #expect(throws: ParzenError.self) { try FokkerPlanckEquation.ornsteinUhlenbeck(rate: 0) }
    #expect(throws: ParzenError.self) { try FokkerPlanckEquation.ornsteinUhlenbeck(diffusion: -1) }
    #expect(throws: ParzenError.self) {
      try FokkerPlanckEquation(potential: .harmonic(stiffness: [1, 2]), diffusion: 1).check(dimension: 3)
    }
  }
}
