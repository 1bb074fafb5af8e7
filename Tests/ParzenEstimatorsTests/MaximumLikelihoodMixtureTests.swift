import Foundation
import ParzenCore
import ParzenDistributions
import Testing

@testable import ParzenEstimators

@Suite struct MaximumLikelihoodMixtureTests {
  private static let truth: GaussianMixture = {
    let covariances = [[1, 0.6, 0.6, 1], [0.5, -0.3, -0.3, 0.4], [0.3, 0, 0, 1.2]].map {
      Matrix(rows: 2, columns: 2, elements: $0)
    }
    return try! GaussianMixture(
      weights: [0.5, 0.3, 0.2], means: Matrix([[0, 0], [6, 2], [-4, 5]]), covariances: covariances)
  }()

  private func samples(_ n: Int, seed: UInt64) -> Matrix {
    var generator = Xoshiro256(seed: seed)
    return Self.truth.sample(count: n, using: &generator)
  }

  private func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test func separateComponentsAreFound() throws {
    let fit = try MaximumLikelihoodMixture(samples: samples(3000, seed: 1))
    #expect(fit.choice.components == 3 && fit.choice.covariance == .full && fit.choice.converged)
    for k in 0..<3 {
      let nearest = (0..<3).min { a, b in
        largestDifference(Array(fit.mixture.means[row: a]), Array(Self.truth.means[row: k]))
          < largestDifference(Array(fit.mixture.means[row: b]), Array(Self.truth.means[row: k]))
      }!
      // Four standard errors of a mean, a variance and a weight, from 600 samples at least.
      let mean = largestDifference(Array(fit.mixture.means[row: nearest]), Array(Self.truth.means[row: k]))
      #expect(mean < 4 * (1.2 / 600).squareRoot())
      let covariance = largestDifference(
        fit.mixture.covariance(of: nearest).elements, Self.truth.covariance(of: k).elements)
      #expect(covariance < 4 * 1.2 * (2.0 / 600).squareRoot())
      #expect(abs(fit.mixture.weights[nearest] - Self.truth.weights[k]) < 4 * (0.25 / 3000).squareRoot())
    }
  }

  @Test func criterionIsWhatItSays() throws {
    let x = samples(300, seed: 2)
    for shape in MixtureCovariance.allCases {
      let fit = try MaximumLikelihoodMixture(samples: x, options: .init(covariance: shape))
      let k = Double(fit.mixture.componentCount)
      let parameters = k - 1 + k * 2 + k * (shape == .full ? 3 : 2)
      let logLikelihood = try fit.logDensity(at: x).reduce(0, +)
      #expect(abs(fit.choice.logLikelihood * 300 - logLikelihood) < 1e-8 * abs(logLikelihood))
      #expect(abs(fit.choice.criterion - (parameters * log(300) - 2 * logLikelihood)) < 1e-6)
      #expect(fit.candidates.allSatisfy { $0.criterion >= fit.choice.criterion })
      #expect(fit.mixture.isDiagonal == (shape == .diagonal))
      // The search went on until three more components in a row had not helped.
      #expect(fit.candidates.map(\.components) == Array(1...fit.choice.components + 3))
    }
    let best = try MaximumLikelihoodMixture(samples: x)
    let parts = try MixtureCovariance.allCases.map {
      try MaximumLikelihoodMixture(samples: x, options: .init(covariance: $0))
    }
    #expect(best.choice.criterion == parts.map(\.choice.criterion).min())
    #expect(best.candidates == parts.flatMap(\.candidates))
  }

  @Test func seedAloneDecides() throws {
    let x = samples(2500, seed: 3)
    let fit = try MaximumLikelihoodMixture(samples: x, options: .init(), threads: 1)
    #expect(try MaximumLikelihoodMixture(samples: x, options: .init(), threads: 4).mixture == fit.mixture)
    var options = MaximumLikelihoodMixture.Options()
    options.seed = 1
    #expect(try MaximumLikelihoodMixture(samples: x, options: options).mixture != fit.mixture)
  }

  @Test func fullFitsFollowAffineMapsAndDiagonalOnesScales() throws {
    let x = samples(400, seed: 4)
    for (shape, map) in [
      (MixtureCovariance.full, Matrix([[3, 1e-3], [-500, 0.5]])),
      (.diagonal, Matrix([[1000, 0], [0, 1e-3]])),
    ] {
      let options = MaximumLikelihoodMixture.Options(covariance: shape)
      let plain = try MaximumLikelihoodMixture(samples: x, options: options)
      let mapped = try MaximumLikelihoodMixture(samples: x * map, options: options)
      let logDeterminant = log(abs(map[0, 0] * map[1, 1] - map[0, 1] * map[1, 0]))
      let (a, b) = (try plain.logDensity(at: x), try mapped.logDensity(at: x * map))
      #expect(largestDifference(a, b.map { $0 + logDeterminant }) < 1e-4)
    }
  }

  @Test(arguments: MixtureCovariance.allCases) func countsAreRepetition(shape: MixtureCovariance) throws {
    let x = samples(150, seed: 5)
    let counts = (0..<150).map { Double($0 % 4) }
    let repeated = x.selectingRows((0..<150).flatMap { [Int](repeating: $0, count: $0 % 4) })
    let options = MaximumLikelihoodMixture.Options(covariance: shape)
    let weighted = try MaximumLikelihoodMixture(samples: x, sampleWeights: .counts(counts), options: options)
    let plain = try MaximumLikelihoodMixture(samples: repeated, options: options)
    #expect(weighted.choice.components == plain.choice.components)
    #expect(abs(weighted.choice.criterion - plain.choice.criterion) < 1e-6)
    #expect(largestDifference(try weighted.logDensity(at: x), try plain.logDensity(at: x)) < 1e-7)
    // Equal proportions are no weights, whatever their size.
    let equal = try MaximumLikelihoodMixture(
      samples: x, sampleWeights: .proportions([Double](repeating: 7, count: 150)), options: options)
    let none = try MaximumLikelihoodMixture(samples: x, options: options)
    #expect(largestDifference(try equal.logDensity(at: x), try none.logDensity(at: x)) < 1e-7)
  }

  @Test func unusableInputIsExplained() throws {
    let x = samples(20, seed: 6)
    func message(_ body: () throws -> MaximumLikelihoodMixture) -> String {
      do {
        _ = try body()
        return ""
      } catch { return "\(error)" }
    }
    #expect(message { try .init(samples: x.selectingRows(0..<3)) }.hasPrefix("3 samples are too few"))
    let constant = Matrix(rows: 9, columns: 2, elements: (0..<18).map { $0 % 2 == 0 ? Double($0) : 1 })
    for shape in MixtureCovariance.allCases {
      #expect(message { try .init(samples: constant, options: .init(covariance: shape)) }.contains("2"))
    }
    var missing = x
    missing[4, 1] = .nan
    #expect(message { try .init(samples: missing) }.hasPrefix("sample 5 has nan in column 2"))
    #expect(
      message { try .init(samples: x, sampleWeights: .counts([1]), options: .init()) }
        == "there are 20 samples but 1 weights: give one weight per sample")
    func refused(_ change: (inout MaximumLikelihoodMixture.Options) -> Void, _ text: String) {
      var options = MaximumLikelihoodMixture.Options()
      change(&options)
      #expect(message { try .init(samples: x, options: options) }.contains(text))
    }
    refused({ $0.components = 0...3 }, "at least one component")
    refused({ $0.starts = 0 }, "the number of starts is 0")
    refused({ $0.patience = 0 }, "the patience is 0")
    refused({ $0.steps = 0 }, "the number of steps is 0")
    refused({ $0.tolerance = -.ulpOfOne }, "the tolerance is")
    refused({ $0.tolerance = .nan }, "the tolerance is")
    refused({ $0.floor = .infinity }, "the floor of the variances is")
  }

  /// However far apart clusters are, and however unlike in size, each keeps its own width.
  @Test(arguments: [1e2, 1e4, 1e6])
  func distanceDoesNotWidenClusters(distance: Double) throws {
    let target = try GaussianMixture(
      weights: [0.5, 0.3, 0.2], means: Matrix([[0, 0], [distance, 0], [0, -3 * distance]]),
      covariances: [.identity(2), .identity(2), Matrix([[4, 1], [1, 1]])])
    var generator = Xoshiro256(seed: 21)
    let fit = try MaximumLikelihoodMixture(samples: target.sample(count: 600, using: &generator))
    #expect(fit.choice.components == 3)
    let fresh = target.sample(count: 4000, using: &generator)
    let gaps = zip(try target.logDensity(at: fresh), try fit.logDensity(at: fresh)).map { $0 - $1 }
    #expect(gaps.reduce(0, +) / 4000 < 0.06)
  }

  @Test func repeatedPointsDoNotBreakTheSearch() throws {
    // Six distinct values, 20 samples each: without a floor the likelihood has no bound.
    let x = Matrix(rows: 120, columns: 1, elements: (0..<120).map { Double($0 % 6) })
    let fit = try MaximumLikelihoodMixture(samples: x)
    #expect(try fit.logDensity(at: x).allSatisfy(\.isFinite))
    #expect(fit.mixture.componentCount <= 16)
  }

  /// A component of fewer than d + 1 samples has no width in some direction: likelihood has no bound.
  @Test func componentsHaveSamplesForACovariance() throws {
    let d = 15
    let normal = try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: d), covariances: [.identity(d)])
    var generator = Xoshiro256(seed: 5)
    let (few, fresh) = (
      normal.sample(count: 18, using: &generator), normal.sample(count: 200, using: &generator)
    )
    let fit = try MaximumLikelihoodMixture(samples: few)
    #expect(fit.candidates.filter { $0.covariance == .full }.allSatisfy { $0.components == 1 })
    let losses = try zip(normal.logDensity(at: fresh), fit.logDensity(at: fresh)).map { $0 - $1 }
    #expect(losses.reduce(0, +) / 200 < 10)
  }
}
