import Foundation
import Parzen
import Testing

/// A standard Gaussian that knows which of its methods was called.
private struct Watched: Density {
  var dimension: Int { 1 }
  func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    throw .invalidOption("the score was computed though only the log density was asked for")
  }
  func logDensity(at queries: Matrix) throws(ParzenError) -> [Double] {
    queries.elements.map { -($0 * $0 + log(2 * .pi)) / 2 }
  }
}

@Suite struct DensityTests {
  /// Through `any Density` and in generic code, too, a density's own way to its log density is taken.
  @Test func logDensityNeedsNoScore() throws {
    let density: any Density = Watched()
    let queries = Matrix([[0], [1]])
    let expected = [-0.5 * log(2 * Double.pi), -0.5 - 0.5 * log(2 * Double.pi)]
    #expect(try density.logDensity(at: queries) == expected)
    #expect(try density.density(at: queries) == expected.map { exp($0) })
    #expect(throws: ParzenError.self) { try density.score(at: queries) }
  }

  @Test func logDensityIsThatOfTheEvaluation() throws {
    var generator = Xoshiro256(seed: 5)
    let samples = Matrix([[0, 1], [2, -1], [1.5, 0.4], [-0.7, 2], [0.3, 0.1], [1.1, -0.6], [0.2, 1.3]])
    let estimates: [any Density] = [
      try MixtureTransformer(samples: samples), try KernelDensity(samples: samples),
      try ScoreDebiasedKernelDensity(samples: samples), try AttentionKernelDensity(samples: samples),
      try MixtureTransformer(samples: samples).density,
    ]
    let queries = try MixtureTransformer(samples: samples).sample(count: 50, using: &generator)
    for estimate in estimates {
      let whole = try estimate.evaluate(at: queries).logDensity
      for (a, b) in zip(try estimate.logDensity(at: queries), whole) { #expect(abs(a - b) < 1e-4) }
      #expect(throws: ParzenError.dimensionMismatch(expected: 2, found: 3)) {
        try estimate.logDensity(at: Matrix(rows: 1, columns: 3))
      }
    }
  }
}
