import ParzenCore
import ParzenEstimators
import Testing

@Suite struct KernelDensityInputTests {
  private let samples = Matrix([[0, 1], [2, 3], [5, -1], [1, 1]])

  private func message(_ body: () throws -> KernelDensity) -> String? {
    do {
      _ = try body()
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [0, -1, Double.nan, .infinity])
  func bandwidthsMustBePositive(value: Double) {
    #expect(throws: ParzenError.invalidOption("the bandwidth is \(value): it must be positive and finite")) {
      try KernelDensity(samples: samples, bandwidth: .fixed(value))
    }
  }

  @Test(arguments: [Bandwidth.scott, .silverman, .crossValidation, .fixed(0.1), .fixed(1e-17), .fixed(3)])
  func bandwidthsHaveTexts(bandwidth: Bandwidth) {
    #expect(Bandwidth(bandwidth.description) == bandwidth)
  }

  @Test(arguments: ["", "Scott", "cross", "0", "-1", "nan", "inf", "1e999"])
  func otherTextsAreNoBandwidths(text: String) { #expect(Bandwidth(text) == nil) }

  @Test func bandwidthsMustNotOverflow() {
    #expect(
      message { try KernelDensity(samples: samples, bandwidth: .fixed(1e-200)) }?.contains("too small")
        == true)
  }

  @Test(arguments: [[1.0, 2, 3], [1, 2, 3, .nan], [1, 2, 3, -1], [0, 0, 0, 0], [1, 2, .infinity, 1]])
  func weightsMustMakeSense(weights: [Double]) {
    #expect(
      message {
        try KernelDensity(samples: samples, bandwidth: .scott, sampleWeights: .proportions(weights))
      }?
      .contains("weight")
        == true)
  }

  @Test func samplesMustBeFinite() {
    let samples = Matrix([[0, 1], [2, .nan], [5, -1]])
    #expect(message { try KernelDensity(samples: samples) }?.contains("sample 2 has nan in column 2") == true)
    #expect(
      message { try KernelDensity(samples: Matrix(rows: 0, columns: 2)) }?.contains("no samples") == true)
  }

  @Test func rulesNeedSpread() throws {
    #expect(
      message { try KernelDensity(samples: Matrix([[1, 2]])) }?.contains("at least two samples") == true)
    #expect(
      message { try KernelDensity(samples: Matrix([[1, 0.1, 2], [2, 0.1, 2], [3, 0.1, 2]])) }?
        .contains("columns 2, 3") == true)
    #expect(
      message {
        try KernelDensity(samples: samples, bandwidth: .scott, sampleWeights: .proportions([1, 0, 0, 0]))
      }?.contains("of 4 samples") == true)
    // A single sample and a bandwidth in units of the data do make a density.
    #expect(
      try KernelDensity(samples: Matrix([[1, 2]]), bandwidth: .fixed(2)).score(at: Matrix([[3, 2]]))
        == Matrix([[-0.5, 0]]))
  }

  @Test func fullCovarianceNeedsIndependentColumns() {
    let dependent = Matrix(
      (0..<9).map { i in
        let (x, y) = (Double(i * i % 7), Double(i * 3 % 5))
        return [x, Double(i), y, 2 * x - y]
      })
    #expect(
      message { try KernelDensity(samples: dependent, bandwidth: .scott, covariance: .full) }?
        .contains("columns 1, 3, 4") == true)
    #expect(message { try KernelDensity(samples: dependent) } == nil)
    #expect(
      message {
        try KernelDensity(samples: Matrix([[0, 1], [2, 3]]), bandwidth: .scott, covariance: .full)
      }?
      .contains("linearly dependent") == true)
  }

  @Test func queriesMustHaveTheDimension() throws {
    let estimate = try KernelDensity(samples: samples)
    #expect(throws: ParzenError.dimensionMismatch(expected: 2, found: 3)) {
      try estimate.evaluate(at: Matrix([[1, 2, 3]]))
    }
    #expect(try estimate.evaluate(at: Matrix(rows: 0, columns: 2)).logDensity.isEmpty)
  }

  @Test(arguments: [KernelCovariance.robust, .diagonal, .full])
  func unusualQueriesSpoilNoOthers(covariance: KernelCovariance) throws {
    let estimate = try KernelDensity(samples: samples, bandwidth: .scott, covariance: covariance)
    let result = try estimate.evaluate(
      at: Matrix([[1, 1], [.nan, 0], [1e100, 0], [1e300, -1e300], [0, .infinity]]))
    let alone = try estimate.evaluate(at: Matrix([[1, 1]]))
    #expect(result.logDensity[0] == alone.logDensity[0] && result.score[row: 0] == alone.score[row: 0])
    #expect(result.logDensity[1].isNaN && result.logDensity[4].isNaN)
    #expect(result.logDensity[2].isFinite && result.logDensity[2] < -1e198)
    #expect(result.logDensity[3] == -.infinity)
    #expect(result.score[row: 2].allSatisfy(\.isFinite) && result.score[row: 3].allSatisfy(\.isFinite))
  }
}
