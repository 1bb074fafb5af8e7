import Foundation
import ParzenCore
import ParzenEstimators
import Testing

/// Estimates are functions of the set of samples: the order of the rows plays no part, however many samples
/// are equal.
@Suite struct SampleOrderTests {
  /// A set of samples, n x d.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var samples: Matrix
    var testDescription: String { name }
  }

  private static func draw(_ rows: Int, _ columns: Int, _ value: (inout Xoshiro256) -> Double) -> Matrix {
    var generator = Xoshiro256(seed: 77, stream: rows, columns)
    return Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in value(&generator) })
  }

  static let cases: [Case] = {
    var cases: [Case] = []
    for d in [1, 2, 3, 6] {
      cases.append(Case(name: "n = d + 2, d = \(d)", samples: draw(d + 2, d) { $0.nextNormal() }))
      cases.append(Case(name: "normal, d = \(d)", samples: draw(150, d) { $0.nextNormal() }))
      cases.append(
        Case(name: "rounded, d = \(d)", samples: draw(200, d) { ($0.nextNormal() * 2).rounded() / 2 }))
      cases.append(
        Case(name: "three values, d = \(d)", samples: draw(120, d) { Double($0.nextInteger(below: 3)) }))
      cases.append(Case(name: "binary, d = \(d)", samples: draw(90, d) { Double($0.nextInteger(below: 2)) }))
      cases.append(
        Case(
          name: "mostly one value, d = \(d)",
          samples: draw(130, d) { $0.nextUniform() < 0.8 ? 0 : $0.nextNormal() }))
      cases.append(Case(name: "scaled, d = \(d)", samples: draw(80, d) { 1e9 + $0.nextNormal() }))
    }
    let grid = (0..<49).flatMap { [Double($0 / 7), Double($0 % 7)] }
    cases.append(Case(name: "grid", samples: Matrix(rows: 49, columns: 2, elements: grid)))
    cases.append(Case(name: "line", samples: Matrix(rows: 9, columns: 1, elements: (0..<9).map(Double.init))))
    return cases
  }()

  static let methods = ["mixture", "em", "kde", "sd-kde", "cross-attention", "kde-attention"]

  private func fit(_ method: String, _ samples: Matrix) throws(ParzenError) -> any Density {
    switch method {
    case "mixture": try MixtureTransformer(samples: samples)
    case "em": try MaximumLikelihoodMixture(samples: samples)
    case "kde": try KernelDensity(samples: samples)
    case "sd-kde": try ScoreDebiasedKernelDensity(samples: samples)
    case "cross-attention": try CrossAttentionTransformer(samples: samples)
    default: try AttentionKernelDensity(samples: samples)
    }
  }

  /// The largest difference of log densities over some orders of the rows.
  private func largestDifference(_ method: String, _ samples: Matrix, orders: Int) throws -> Double {
    var generator = Xoshiro256(seed: 5, stream: samples.rows)
    let queries = samples.selectingRows(0..<min(20, samples.rows))
    var moved = queries
    for i in moved.elements.indices { moved.elements[i] += 0.3 }
    let expected = try fit(method, samples)
    let (near, between) = (try expected.logDensity(at: queries), try expected.logDensity(at: moved))
    var worst = 0.0
    for _ in 0..<orders {
      let other = try fit(method, samples.selectingRows(generator.nextPermutation(of: samples.rows)))
      for (a, b) in zip(near + between, try other.logDensity(at: queries) + other.logDensity(at: moved)) {
        worst = max(worst, a == b ? 0 : abs(a - b))
      }
    }
    return worst
  }

  @Test(arguments: cases, methods) func rowsMayStandInAnyOrder(example: Case, method: String) throws {
    // Weights of the cross-attention transformer ship for few dimensions.
    guard method != "cross-attention" || [1, 2].contains(example.samples.columns) else { return }
    let difference = try largestDifference(method, example.samples, orders: 4)
    #expect(difference <= 1e-9, "\(difference)")
  }

  /// Many samples are put in order first; of more than 131,072 without ties the same ones compete, but chunks
  /// are of rows by their number, so that samples come to be summed with others. Blocks of 128 are summed in
  /// Float32, to 6e-8, and the network computes its tokens in Float32, through which six layers pass such
  /// differences on.
  @Test(arguments: [(100_000, 0), (150_000, 1e-6)]) func manyRowsMayStandInAnyOrder(
    rows: Int, bound: Double
  ) throws {
    let samples = Self.draw(rows, 2) { $0.nextNormal() }
    let difference = try largestDifference("mixture", samples, orders: 1)
    #expect(difference <= bound, "\(difference)")
  }

  /// Many samples with ties are put in order first: tied columns, columns of which one is tied, repeated
  /// rows, many or one in a hundred, one value among continuous ones, with and without weights.
  @Test(arguments: [
    "binary", "rounded beside continuous", "repeated", "counted", "repeated here and there", "some are zero",
    "rounded where weights are positive",
  ])
  func manyTiedRowsMayStandInAnyOrder(kind: String) throws {
    let hidden = kind == "rounded where weights are positive" ? 70_000 : 0
    let rows = 140_000 + hidden
    var samples = Self.draw(rows, 2) { Double($0.nextInteger(below: 2)) }
    var generator = Xoshiro256(seed: 3)
    if kind == "rounded beside continuous" || hidden > 0 {
      if hidden > 0 { samples = Self.draw(rows, 2) { $0.nextNormal() } }
      for row in 0..<(rows - hidden) {
        (samples[row, 0], samples[row, 1]) = ((4 * generator.nextNormal()).rounded(), generator.nextNormal())
      }
    } else if kind == "repeated" {
      samples = Self.draw(rows / 2, 2) { $0.nextNormal() }
      samples = samples.selectingRows((0..<rows).map { $0 / 2 })
    }
    var weights = kind == "counted" ? (0..<rows).map { Double($0 % 3) } : nil
    if kind == "repeated here and there" || kind == "some are zero" {
      samples = Self.draw(rows, 2) { $0.nextNormal() }
      for row in stride(from: 1, to: rows, by: 100) {
        for column in 0..<2 { samples[row, column] = kind == "some are zero" ? 0 : samples[row - 1, column] }
      }
    }
    if hidden > 0 { weights = (0..<rows).map { $0 < rows - hidden ? 1 : 0 } }
    let queries = Matrix(rows: 40, columns: 2, elements: (0..<80).map { Double($0 * 37 % 80) / 40 - 0.5 })
    func logDensity(_ order: [Int]) throws -> [Double] {
      try MixtureTransformer(
        samples: samples.selectingRows(order),
        sampleWeights: weights.map { weights in .counts(order.map { weights[$0] }) }
      ).logDensity(at: queries)
    }
    let expected = try logDensity(Array(0..<rows))
    for order in [generator.nextPermutation(of: rows), (0..<rows).reversed()] {
      #expect(try logDensity(order) == expected)
    }
  }

  /// Samples that stand apart are named by the rows that were given.
  @Test func tiedRowsKeepTheirNumbers() throws {
    var samples = Self.draw(40_000, 1) { Double($0.nextInteger(below: 50)) }
    for row in 500..<700 { samples[row, 0] -= 1e7 }
    let groups = try MixtureTransformer(samples: samples).record.setApart
    #expect(!groups.isEmpty && groups.joined().allSatisfy { 500..<700 ~= $0 })
  }

  /// No component sits on a sample twice: as many as distinct samples at most.
  @Test(arguments: [2, 3, 5]) func noMoreComponentsThanDistinctSamples(count: Int) throws {
    let samples = Self.draw(1000, 1) { Double($0.nextInteger(below: count)) }
    let network = try MixtureTransformer(samples: samples, policy: .network)
    #expect(network.density.coordinateMixture.componentCount <= count)
    #expect(try MaximumLikelihoodMixture(samples: samples).mixture.componentCount <= count)
  }

  /// With ties an estimate is no worse than one Gaussian.
  @Test(arguments: [30_000, 40_000, 100_000]) func tiesAreNoWorseThanOneGaussian(rows: Int) throws {
    let samples = Self.draw(rows, 2) { Double($0.nextInteger(below: 2)) }
    let logLikelihood =
      try MixtureTransformer(samples: samples).logDensity(at: samples).reduce(0, +) / Double(rows)
    // Two columns of variance 1/4: -log(2 pi / 4) - 1.
    #expect(logLikelihood > -log(2 * Double.pi / 4) - 1 - 0.01, "\(logLikelihood)")
  }

  /// Whole weights are repetition: equal samples become one with a weight. From twelve samples on, some are
  /// held out, and the network reads the others in single precision.
  @Test(arguments: [(2.0, 1e-6), (3.0, 1e-5)]) func countsAreRepetition(last: Double, tolerance: Double)
    throws
  {
    let (values, counts) = ([0.0, 1, 3, 4, 8], [2.0, 1, 5, 1, last])
    let repeated = zip(values, counts).flatMap { value, count in [Double](repeating: value, count: Int(count))
    }
    let queries = Matrix(rows: 3, columns: 1, elements: [0.5, 3, 9])
    // A weight says how many samples a value stands for, and not where in its step they lie.
    let weighted = try MixtureTransformer(
      samples: Matrix(rows: 5, columns: 1, elements: values), sampleWeights: .counts(counts), keepsTies: true)
    let plain = try MixtureTransformer(
      samples: Matrix(rows: repeated.count, columns: 1, elements: repeated), keepsTies: true)
    for (a, b) in zip(try weighted.logDensity(at: queries), try plain.logDensity(at: queries)) {
      #expect(abs(a - b) < tolerance)
    }
  }
}
