import Foundation
import Testing

@testable import ParzenCore
@testable import ParzenDistributions

@Suite struct EdgedLawTests {
  static let laws: [EdgedLaw] = [
    .gamma(shape: 1), .gamma(shape: 0.5), .gamma(shape: 5), .beta(a: 1, b: 1), .beta(a: 0.5, b: 0.5),
    .beta(a: 0.7, b: 4), .halfNormal, .logNormal(sigma: 0.3), .logNormal(sigma: 1.2), .pareto(shape: 1.5),
  ]

  @Test(arguments: laws.indices, [0.003, 0.1]) func quartilesAndEdgesAreInPlace(index: Int, blur: Double)
    throws
  {
    let law = Self.laws[index]
    var generator = Xoshiro256(seed: 31, stream: index)
    let n = 20_000
    let sorted = law.blurred(blur, location: 5, scale: 2).sample(count: n, using: &generator)
      .elements.sorted()
    #expect(abs(sorted[n / 2] - 5) < 0.15)
    #expect(abs(sorted[3 * n / 4] - sorted[n / 4] - 2 * 1.349) < 0.25)
    let mirrored = law.blurred(blur, location: 5, scale: -2)
    let points = Matrix(rows: 3, columns: 1, elements: [4, 5, 6.5])
    let reflected = Matrix(rows: 3, columns: 1, elements: [6, 5, 3.5])
    let (plain, mirror) = try (
      law.blurred(blur, location: 5, scale: 2).evaluate(at: points), mirrored.evaluate(at: reflected)
    )
    for p in 0..<3 {
      #expect(abs(plain.logDensity[p] - mirror.logDensity[p]) < 1e-9)
      #expect(abs(plain.score[p, 0] + mirror.score[p, 0]) < 1e-6 * (1 + abs(plain.score[p, 0])))
    }
  }

  @Test func exponentialAndUniformLawsHaveTheirDensityAwayFromTheEdge() throws {
    // Median log 2 and interquartile range log 3 of the exponential law; 1/2 and 1/2 of the uniform one.
    let exponential = EdgedLaw.gamma(shape: 1).blurred(0.003, location: log(2), scale: log(3) / 1.349)
    let uniform = EdgedLaw.beta(a: 1, b: 1).blurred(0.003, location: 0.5, scale: 0.5 / 1.349)
    for x in [0.1, 0.3, 0.5, 0.9] {
      let point = Matrix(rows: 1, columns: 1, elements: [x])
      #expect(try abs(exponential.logDensity(at: point)[0] + x) < 0.04)
      // Its quartiles are in place to a step of the grid, 7 % of the interquartile range.
      #expect(try abs(uniform.logDensity(at: point)[0]) < 0.1)
    }
    let outside = Matrix(rows: 1, columns: 1, elements: [-0.05])
    #expect(try exponential.logDensity(at: outside)[0] < -30)
    #expect(try uniform.logDensity(at: outside)[0] < -30)
  }

  @Test(arguments: [1, 3]) func priorHasItsShares(d: Int) {
    var generator = Xoshiro256(seed: 32, stream: d)
    let draws = (0..<2000).map { _ in EdgedLawPrior().draw(dimension: d, using: &generator) }
    #expect(!draws.contains { $0 is GaussianMixture })
    let warped = Double(draws.filter { $0 is SmoothWarp }.count) / 2000
    #expect(abs(warped - (d == 1 ? 0 : 0.2)) < 0.04)
    let plain = draws.compactMap { $0 as? MixtureDistribution }
    let alone = Double(plain.filter { $0.components.count == 1 }.count) / Double(plain.count)
    #expect(abs(alone - 0.6) < 0.06)
  }

  @Test func independentColumnsAreAProduct() throws {
    let laws: [UnivariateLaw] = [.normal, .studentT(degrees: 4), .blurredExponential(blur: 0.2)]
    let factors = try laws.enumerated().map { i, law in
      try UnivariateDistribution(law, location: Double(i), scale: 1 + Double(i))
    }
    let (product, columns) = try (ProductDistribution(factors), IndependentColumns(factors))
    var generator = Xoshiro256(seed: 33)
    let points = product.sample(count: 50, using: &generator)
    #expect(try columns.evaluate(at: points) == product.evaluate(at: points))
    let draws = columns.sample(count: 20_000, using: &generator)
    for i in 0..<3 {
      let sorted = draws[column: i].sorted()
      let median = i == 2 ? 2 + 3 * log(2) : Double(i)
      #expect(abs(sorted[10_000] - median) < 0.15)
    }
  }
}
