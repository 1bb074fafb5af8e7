import Foundation
import Testing

@testable import ParzenCore
@testable import ParzenDistributions

@Suite struct UnivariateTests {
  /// Laws with a smooth density on the whole line.
  static let smooth: [UnivariateLaw] = [
    .normal, .generalizedNormal(shape: 1.5), .generalizedNormal(shape: 4), .studentT(degrees: 2.5),
    .studentT(degrees: 8), .sinhArcsinh(skew: 0.8, tail: 0.7), .sinhArcsinh(skew: -0.5, tail: 1.3),
    .blurredUniform(blur: 0.1), .blurredUniform(blur: 1), .blurredExponential(blur: 0.1),
    .blurredExponential(blur: 2), .logistic, .cauchy,
  ]
  /// Laws with an edge or a kink.
  static let rough: [UnivariateLaw] = [
    .laplace, .generalizedNormal(shape: 0.7), .uniform, .beta(a: 2, b: 3), .beta(a: 1, b: 1),
    .gamma(shape: 1), .gamma(shape: 2.5), .halfNormal, .logNormal, .pareto(shape: 1.5), .pareto(shape: 4.5),
    .weibull(shape: 1.5), .weibull(shape: 3),
  ]

  /// The distribution function of |density|, by quadrature in the variable u of y = sinh(u), at each of
  /// sorted values.
  func distributionFunction(_ law: UnivariateLaw, at values: [Double]) -> [Double] {
    let formulas = law.formulas
    let step = 1e-4
    var (u, sum, result) = (-16.0, 0.0, [Double]())
    for value in values {
      while sinh(u + step) <= value {
        sum += step * exp(formulas.evaluate(at: sinh(u + step / 2)).logDensity) * cosh(u + step / 2)
        u += step
      }
      let middle = (sinh(u) + value) / 2
      result.append(sum + (value - sinh(u)) * exp(formulas.evaluate(at: middle).logDensity))
    }
    return result
  }

  @Test(arguments: smooth + rough) func samplesFollowTheDensity(law: UnivariateLaw) throws {
    var generator = Xoshiro256(seed: 1)
    let n = 100_000
    let samples = try UnivariateDistribution(law).sample(count: n, using: &generator).elements.sorted()
    let chosen = stride(from: 50, to: n, by: 100)
    let expected = distributionFunction(law, at: chosen.map { samples[$0] })
    for (index, probability) in zip(chosen, expected) {
      #expect(abs(probability - (Double(index) + 0.5) / Double(n)) < 2.6 / Double(n).squareRoot())
    }
  }

  @Test(arguments: smooth + rough) func massIsOne(law: UnivariateLaw) {
    #expect(abs(distributionFunction(law, at: [1e6])[0] - 1) < 2e-4)
  }

  @Test(arguments: smooth) func scoreIsTheGradient(law: UnivariateLaw) throws {
    let distribution = try UnivariateDistribution(law, location: 0.3, scale: 2)
    let points = Matrix(stride(from: -12.05, through: 12, by: 0.37).map { [$0] })
    try expectScoreIsGradient(distribution, at: points, tolerance: 1e-5)
  }

  @Test(arguments: [
    UnivariateLaw.beta(a: 2, b: 3), .gamma(shape: 2.5), .laplace, .logNormal, .weibull(shape: 3), .halfNormal,
  ])
  func scoreInsideTheSupportIsTheGradient(law: UnivariateLaw) throws {
    let points = Matrix(stride(from: 0.05, to: 1, by: 0.09).map { [$0] })
    try expectScoreIsGradient(UnivariateDistribution(law), at: points, step: 1e-4)
  }

  @Test(arguments: smooth + rough) func standardDeviationsAreThose(law: UnivariateLaw) throws {
    guard let deviation = law.standardDeviation, law != .studentT(degrees: 2.5) else { return }
    var generator = Xoshiro256(seed: 2)
    let n = 400_000
    let values = try UnivariateDistribution(law).sample(count: n, using: &generator).elements
    let mean = values.reduce(0, +) / Double(n)
    let squares = values.map { ($0 - mean) * ($0 - mean) }
    let variance = squares.reduce(0, +) / Double(n)
    let spread = squares.reduce(0) { $0 + ($1 - variance) * ($1 - variance) } / Double(n)
    #expect(abs(variance - deviation * deviation) < 6 * (spread / Double(n)).squareRoot())
  }

  @Test(arguments: smooth) func farTailsStayFinite(law: UnivariateLaw) throws {
    let points = Matrix([[-1e6], [-1e3], [-60], [60], [1e3], [1e6]])
    let evaluation = try UnivariateDistribution(law).evaluate(at: points)
    #expect(evaluation.logDensity.allSatisfy { $0.isFinite && $0 < 0 })
    #expect(evaluation.score.elements.allSatisfy { $0.isFinite })
  }

  @Test func outsideTheSupportThereIsNothing() throws {
    for law in [
      UnivariateLaw.uniform, .beta(a: 2, b: 2), .gamma(shape: 2), .halfNormal, .logNormal, .pareto(shape: 2),
      .weibull(shape: 2),
    ] {
      let evaluation = try UnivariateDistribution(law).evaluate(at: Matrix([[-1.1], [.nan]]))
      #expect(evaluation.logDensity[0] == -.infinity && evaluation.score[0, 0] == 0)
    }
  }

  @Test func blurredLawsAreConvolutions() throws {
    // Against the integral over the normal part, by the midpoint rule.
    let blur = 0.3
    let cases: [(UnivariateLaw, (Double) -> Double)] = [
      (.blurredUniform(blur: blur), { abs($0) < 1 ? 0.5 : 0 }),
      (.blurredExponential(blur: blur), { $0 > 0 ? exp(-$0) : 0 }),
    ]
    for (law, sharp) in cases {
      for z in [-2.0, -1, -0.2, 0, 0.4, 1, 2.5] {
        let step = 1e-4
        let sum = stride(from: -3 + step / 2, to: 3, by: step).reduce(0) {
          $0 + step * sharp(z - $1) * exp(-$1 * $1 / (2 * blur * blur))
            / (blur * (2 * Double.pi).squareRoot())
        }
        let density = exp(law.formulas.evaluate(at: z).logDensity)
        #expect(abs(density - sum) < 1e-4)
      }
    }
  }

  @Test func scaledComplementaryErrorFunctionIsContinuous() {
    let (below, above) = (scaledComplementaryErrorFunction(20), scaledComplementaryErrorFunction(20.nextUp))
    #expect(abs(below / above - 1) < 3e-13)
    #expect(abs(scaledComplementaryErrorFunction(1e5) * 1e5 * Double.pi.squareRoot() - 1) < 1e-9)
    #expect(scaledComplementaryErrorFunction(0) == 1)
  }
}
