import Foundation
import ParzenCore
import Testing

@testable import ParzenDistributions

/// Quantiles and probabilities of mixtures against quadrature.
@Suite struct ProbabilityTests {
  /// A mixture of three components with correlations.
  private func mixture(_ d: Int, seed: UInt64) throws -> GaussianMixture {
    var generator = Xoshiro256(seed: seed)
    let covariances = (0..<3).map { _ in
      var root = Matrix(rows: d, columns: d)
      for i in 0..<d {
        for j in 0...i { root[i, j] = generator.nextNormal() * 0.7 + (i == j ? 0.6 : 0) }
        root[i, i] = abs(root[i, i]) + 0.3
      }
      return root * root.transposed
    }
    let means = Matrix(rows: 3, columns: d, elements: (0..<3 * d).map { _ in 1.5 * generator.nextNormal() })
    return try GaussianMixture(weights: [0.5, 0.3, 0.2], means: means, covariances: covariances)
  }

  /// The integral of a function over an interval, by Simpson's rule.
  private func integral(_ a: Double, _ b: Double, _ count: Int = 4000, _ f: (Double) throws -> Double)
    rethrows -> Double
  {
    let step = (b - a) / Double(count)
    var sum = try f(a) + f(b)
    for index in 1..<count { sum += try f(a + Double(index) * step) * (index.isMultiple(of: 2) ? 2 : 4) }
    return sum * step / 3
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func distributionFunctionIsTheIntegral(seed: UInt64) throws {
    let law = try mixture(1, seed: seed)
    for x in [-3.0, -0.5, 0.2, 2, 5] {
      let exact = try integral(-30, x, 20_000) { try law.density(at: Matrix([[$0]]))[0] }
      #expect(try abs(law.cumulativeProbability(at: x) / exact - 1) < 1e-9)
      #expect(try abs(law.tailProbability(at: x) + exact - 1) < 1e-9)
    }
    for p in [1e-300, 1e-12, 0.01, 0.3, 0.5, 0.9, 1 - 1e-12] {
      let x = try law.quantile(p)
      let found = try p < 0.5 ? law.cumulativeProbability(at: x) / p : law.tailProbability(at: x) / (1 - p)
      #expect(abs(found - 1) < 1e-9, "\(p): \(found)")
    }
    #expect(try law.quantile(0) == -.infinity && law.quantile(1) == .infinity)
    #expect(throws: ParzenError.self) { try law.quantile(1.5) }
  }

  @Test func farTailsKeepTheirDigits() throws {
    let law = try GaussianMixture(weights: [1], means: Matrix([[0]]), variances: Matrix([[1]]))
    #expect(try abs(law.cumulativeProbability(at: -30) / 4.906713927148187e-198 - 1) < 1e-12)
    #expect(try abs(law.probability(of: 10...11) / 7.619661958203077e-24 - 1) < 1e-9)
    #expect(abs(try law.quantile(1e-100) + 21.273453560958) < 1e-9)
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func boxesInThePlaneAreIntegrals(seed: UInt64) throws {
    let law = try mixture(2, seed: seed)
    let boxes: [(lower: [Double], upper: [Double])] = [
      ([-1, -2], [1, 0.5]), ([0.5, -.infinity], [3, 1]), ([-0.1, 0.2], [0.1, 0.3]),
    ]
    for (lower, upper) in boxes {
      // The inner integral from the conditional, the outer by quadrature.
      let first = law.marginal(of: [0])
      let exact = try integral(lower[0], upper[0]) { x in
        let conditional = try law.conditional(on: [0], equalTo: [x])
        let inside =
          try conditional.cumulativeProbability(at: upper[1])
          - conditional.cumulativeProbability(at: lower[1])
        return try first.density(at: Matrix([[x]]))[0] * inside
      }
      let found = try law.probability(lower: lower, upper: upper)
      #expect(found.standardError == 0)
      #expect(abs(found.value / exact - 1) < 1e-7, "\(found.value), should be \(exact)")
    }
  }

  @Test func boxesInThreeDimensionsAreIntegrals() throws {
    let law = try mixture(3, seed: 9)
    let (lower, upper): ([Double], [Double]) = ([-1, -.infinity, -1.5], [1.5, 1, .infinity])
    let first = law.marginal(of: [0])
    let exact = try integral(lower[0], upper[0], 1000) { x in
      let conditional = try law.conditional(on: [0], equalTo: [x])
      return try first.density(at: Matrix([[x]]))[0]
        * conditional.probability(lower: [lower[1], lower[2]], upper: [upper[1], upper[2]]).value
    }
    let found = try law.probability(lower: lower, upper: upper)
    #expect(abs(found.value / exact - 1) < 1e-6 && found.standardError < 1e-6, "\(found), should be \(exact)")
  }

  @Test(arguments: [-0.99999, -0.95, -0.5, 0, 0.3, 0.8, 0.93, 0.999])
  func bivariateNormalIsTheIntegral(correlation: Double) {
    let root = (1 - correlation * correlation).squareRoot()
    for (h, k) in [(0.0, 0.0), (1, -1), (-2, 0.5), (2.5, 2.4), (-1, -1.1)] {
      let exact = integral(h, 12, 40_000) { x in
        exp(-x * x / 2) / (2 * .pi).squareRoot() * NormalProbability.below(-(k - correlation * x) / root)
      }
      let found = BivariateNormalProbability.above(h, k, correlation: correlation)
      #expect(abs(found - exact) < 1e-9, "\(h), \(k): \(found), should be \(exact)")
    }
  }

  @Test func normalQuantilesInvert() {
    for p in [1e-300, 1e-30, 1e-5, 0.02, 0.2, 0.5, 0.7, 0.99, 1 - 1e-9] {
      #expect(abs(NormalProbability.below(NormalProbability.quantile(p)) / p - 1) < 1e-11)
    }
  }
}
