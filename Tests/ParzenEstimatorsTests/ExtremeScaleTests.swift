import Foundation
import ParzenCore
import ParzenEstimators
import Testing

/// Columns from 1e-300 to 1e300 and beside offsets up to 1e15, queries as far as Float64 reaches, weights
/// as unequal as they may be: results are numbers, and the ones of ordinary columns, or there is an error
/// that says what to do.
@Suite struct ExtremeScaleTests {
  private static func normal(_ rows: Int, _ columns: Int, seed: UInt64 = 9) -> Matrix {
    var generator = Xoshiro256(seed: seed)
    return Matrix(
      rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in generator.nextNormal() })
  }

  private func fit(_ method: String, _ samples: Matrix) throws(ParzenError) -> any Density {
    switch method {
    case "mixture": try MixtureTransformer(samples: samples)
    case "em": try MaximumLikelihoodMixture(samples: samples)
    case "em-diagonal": try MaximumLikelihoodMixture(samples: samples, options: .init(covariance: .diagonal))
    case "kde": try KernelDensity(samples: samples)
    case "kde-full": try KernelDensity(samples: samples, bandwidth: .scott, covariance: .full)
    case "kde-cv": try KernelDensity(samples: samples, bandwidth: .crossValidation)
    case "sd-kde": try ScoreDebiasedKernelDensity(samples: samples)
    case "cross-attention": try CrossAttentionTransformer(samples: samples)
    default: try AttentionKernelDensity(samples: samples)
    }
  }

  static let methods = [
    "mixture", "em", "em-diagonal", "kde", "kde-full", "kde-cv", "sd-kde", "cross-attention", "kde-attention",
  ]

  private func map(_ matrix: Matrix, _ change: (Double) -> Double) -> Matrix {
    Matrix(rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map(change))
  }

  @Test(arguments: [-300, -200, -160, -100, 100, 150, 160, 200, 299], methods)
  func scalesPlayNoPart(exponent: Int, method: String) throws {
    let scale = pow(10, Double(exponent))
    let (samples, queries) = (Self.normal(60, 2), Self.normal(10, 2, seed: 2))
    let plain = try fit(method, samples).evaluate(at: queries)
    let scaled = try fit(method, map(samples) { $0 * scale }).evaluate(at: map(queries) { $0 * scale })
    for row in 0..<10 {
      let expected = plain.logDensity[row] - 2 * log(scale)
      #expect(abs(scaled.logDensity[row] - expected) < 1e-4, "\(scaled.logDensity[row]) \(expected)")
      for i in 0..<2 {
        let (found, wanted) = (scaled.score[row, i] * scale, plain.score[row, i])
        #expect(abs(found - wanted) < 1e-3 * max(1, abs(wanted)), "\(found) \(wanted)")
      }
    }
  }

  /// Beside an offset the samples themselves are rounded to its ulp, and so are the results.
  @Test(arguments: [1e6, 1e9], methods) func offsetsPlayNoPart(offset: Double, method: String) throws {
    // Sixteenths, so that the sums are exact.
    let samples = map(Self.normal(60, 2)) { ($0 * 16).rounded() / 16 }
    let queries = map(Self.normal(10, 2, seed: 2)) { ($0 * 16).rounded() / 16 }
    let plain = try fit(method, samples).logDensity(at: queries)
    let moved = try fit(method, map(samples) { $0 + offset }).logDensity(at: map(queries) { $0 + offset })
    for (a, b) in zip(plain, moved) { #expect(abs(a - b) < 1e-5, "\(a) \(b)") }
  }

  /// Where too few numbers are left for a column, it is named, with what to do; far values beside others are
  /// not meant, nor are many samples more than few.
  @Test(arguments: [-1e15, 1e12, 1e15, 1e200], methods) func offsetsBeyondAreRefused(
    offset: Double, method: String
  ) throws {
    var samples = Self.normal(60, 2)
    let step = 64 * abs(offset).ulp
    for row in 0..<60 { samples[row, 1] = offset + (samples[row, 1] * 100).rounded() * step }
    #expect {
      _ = try fit(method, samples)
    } throws: { error in
      "\(error)".contains("column 2") && "\(error)".contains("subtract")
    }
  }

  @Test func offsetsOfManySamplesAreRefused() throws {
    let samples = map(Self.normal(40_000, 1)) { $0 + 1e13 }
    #expect(throws: ParzenError.self) { try MixtureTransformer(samples: samples) }
  }

  @Test func farValuesBesideOthersAreNoOffset() throws {
    var samples = Self.normal(60, 2)
    samples[3, 1] = 1e15
    try SampleDiagnosis.checkOffsets(samples)
    try SampleDiagnosis.checkOffsets(Matrix(rows: 2, columns: 1, elements: [1e15, 1e15]))
    try SampleDiagnosis.checkOffsets(Matrix(rows: 2, columns: 1, elements: [.nan, 1]))
  }

  @Test(arguments: methods) func farQueriesHaveNumbers(method: String) throws {
    let estimate = try fit(method, Self.normal(60, 2))
    for distance in [1e3, 1e6, 1e12, 1e100, 1e155, 1e200, 1e305, 1.7e308] {
      for direction in [[1.0, 0], [-1, 1], [0.3, -1]] {
        let query = Matrix(rows: 1, columns: 2, elements: direction.map { $0 * distance })
        let evaluation = try estimate.evaluate(at: query)
        #expect(evaluation.logDensity[0] < -100, "\(distance): \(evaluation.logDensity)")
        #expect(evaluation.score.elements.allSatisfy { !$0.isNaN }, "\(distance): \(evaluation.score)")
      }
    }
  }

  @Test func columnsBeyondAllScalesAreNamed() {
    var samples = Self.normal(20, 2)
    samples[3, 1] = 1e305
    for method in Self.methods {
      #expect { _ = try fit(method, samples) } throws: {
        "\($0)".contains("sample 4 has 1e+305 in column 2") && "\($0)".contains("divide")
      }
    }
  }

  /// Weights that leave one sample are no sample.
  @Test func weightsThatLeaveOneSampleAreRefused() {
    var weights = [Double](repeating: 1, count: 20)
    weights[4] = 1e20
    let samples = Self.normal(20, 2)
    #expect { try MixtureTransformer(samples: samples, sampleWeights: .proportions(weights)) } throws: {
      "\($0)".contains("of 20 samples")
    }
    #expect(throws: ParzenError.self) {
      try KernelDensity(samples: samples, bandwidth: .scott, sampleWeights: .proportions(weights))
    }
    #expect(throws: ParzenError.self) {
      try MixtureTransformer(samples: samples, sampleWeights: .counts(weights.map { $0 * 1e18 }))
    }
  }

  /// Without samples there is an error and no trap, whatever is asked for.
  @Test(arguments: [true, false]) func noSamplesAreRefused(regularise: Bool) {
    let none = Matrix(rows: 0, columns: 2)
    #expect(throws: ParzenError.self) { try MixtureTransformer(samples: none, regularise: regularise) }
    #expect(throws: ParzenError.self) {
      try CrossAttentionTransformer(samples: none, network: nil, regularise: regularise)
    }
  }

  /// A single far sample is named, instead of a relation between columns that it alone makes, or set apart.
  @Test func oneOutlierIsNamedOrSetApart() throws {
    var samples = Self.normal(50, 2)
    samples[7, 0] = 1e10
    samples[7, 1] = 1e10
    #expect { try Whitening(samples: samples) } throws: { "\($0)".contains("so far from all others") }
    #expect(try MixtureTransformer(samples: samples).record.setApart == [[7]])
  }

  @Test func mixturesOfKernelsHaveAllScales() throws {
    for scale in [1e-250, 1e250] {
      let samples = map(Self.normal(30, 2)) { $0 * scale }
      for covariance in [KernelCovariance.robust, .diagonal, .full] {
        let mixture = try KernelDensity(samples: samples, bandwidth: .scott, covariance: covariance).mixture
        #expect(try mixture.logDensity(at: samples).allSatisfy(\.isFinite))
        #expect(
          try mixture.marginal(of: [1]).logDensity(at: samples.selectingColumns([1])).allSatisfy(\.isFinite))
      }
    }
  }
}
