import Foundation
import ParzenCore
import ParzenDistributions
import ParzenEstimators
import Testing

@Suite struct SavedFitTests {
  private func samples(_ count: Int, _ d: Int) -> Matrix {
    var generator = Xoshiro256(seed: 11)
    let elements = (0..<count * d).map { _ in generator.nextNormal() * 3 + generator.nextUniform() }
    return Matrix(rows: count, columns: d, elements: elements)
  }

  /// Saves and loads.
  private func again(_ fit: SavedFit) throws -> SavedFit {
    let url = FileManager.default.temporaryDirectory.appending(path: "parzen-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: url) }
    try fit.write(to: url)
    return try SavedFit(contentsOf: url)
  }

  private func expectSameBits(_ first: any Density, _ second: any Density) throws {
    let queries = samples(50, first.dimension)
    let (a, b) = (try first.evaluate(at: queries), try second.evaluate(at: queries))
    #expect(a.logDensity.map(\.bitPattern) == b.logDensity.map(\.bitPattern))
    #expect(a.score.elements.map(\.bitPattern) == b.score.elements.map(\.bitPattern))
  }

  @Test(arguments: [1, 2, 5])
  func mixtureTransformerKeepsItsBits(d: Int) throws {
    let estimate = try MixtureTransformer(samples: samples(80, d))
    let names = (0..<d).map { "column \"\($0)\", µ" }
    let fit = try SavedFit(
      .transformed(estimate.density), columnNames: names,
      origin: .init(method: "m", details: "{a, [b]}", file: "f.csv", samples: samples(80, d)))
    let loaded = try again(fit)
    #expect(loaded.columnNames == names && loaded.origin == fit.origin)
    try expectSameBits(estimate, loaded.density())
  }

  @Test func otherEstimatesKeepTheirBits() throws {
    let samples = samples(60, 2)
    let mixture = try MaximumLikelihoodMixture(samples: samples)
    try expectSameBits(
      mixture, again(SavedFit(.mixture(mixture.mixture), columnNames: ["a", "b"])).density())
    let weights = SampleWeights.proportions((1...60).map { Double($0) / 7 })
    let kernels = try KernelDensity(samples: samples, bandwidth: .silverman, sampleWeights: weights)
    let recipe = EstimatorRecipe(
      .kernelDensity, samples: samples, sampleWeights: weights, bandwidth: .silverman)
    try expectSameBits(kernels, again(SavedFit(.recipe(recipe), columnNames: ["a", "b"])).density())
    let debiased = try ScoreDebiasedKernelDensity(samples: samples, bandwidth: .fixed(0.7))
    let second = EstimatorRecipe(
      .scoreDebiasedKernelDensity, samples: samples, bandwidth: .fixed(0.7))
    try expectSameBits(debiased, again(SavedFit(.recipe(second), columnNames: ["a", "b"])).density())
    // What the catalogue makes is saved with all its options.
    for estimator in [Estimator.kernelDensity, .scoreDebiasedKernelDensity] {
      for covariance in [nil] + MixtureCovariance.allCases {
        var options = EstimatorOptions()
        options.covariance = covariance
        options.tolerance = 1e-3
        let fit = try estimator.fitter(options, dimension: 2)
        let estimate = try fit(samples, nil, 1)
        let content = try #require(estimate.content)
        try expectSameBits(estimate.density, again(SavedFit(content, columnNames: ["a", "b"])).density())
      }
    }
  }

  @Test func otherFilesAreRefused() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "parzen-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: url) }
    let good = try SavedFit(
      .mixture(try GaussianMixture(weights: [1], means: Matrix([[0]]), variances: Matrix([[1]]))),
      columnNames: ["a"])
    try good.write(to: url)
    let text = try String(contentsOf: url, encoding: .utf8)
    for (change, message) in [
      ("\"version\": 1", "\"version\": 7"), ("\"parzen fit\"", "\"other\""), ("[\"a\"]", "[\"a\", \"b\"]"),
      ("{", "["),
    ] {
      try Data(text.replacing(change, with: message).utf8).write(to: url)
      #expect(throws: ParzenError.self, "\(change)") { try SavedFit(contentsOf: url) }
    }
  }
}
