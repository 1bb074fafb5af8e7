import CParzenKernels
import Foundation
import ParzenKernels
import Testing

@testable import ParzenCore
@testable import ParzenDistributions

/// The definition, written out with inverses and determinants from eigenvalues.
private func obviousEvaluation(_ mixture: GaussianMixture, at point: [Double]) -> (Double, [Double]) {
  let d = point.count
  var terms: [(log: Double, score: [Double])] = []
  for k in 0..<mixture.componentCount {
    let eigen = SymmetricEigendecomposition(mixture.covariance(of: k))!
    let precision = eigen.map { 1 / $0 }
    let difference = (0..<d).map { point[$0] - mixture.means[k, $0] }
    let pulled = (0..<d).map { i in (0..<d).reduce(0) { $0 + precision[i, $1] * difference[$1] } }
    let square = zip(pulled, difference).reduce(0) { $0 + $1.0 * $1.1 }
    let logDeterminant = eigen.values.reduce(0) { $0 + log($1) }
    terms.append(
      (
        log(mixture.weights[k]) - (square + logDeterminant + Double(d) * log(2 * .pi)) / 2,
        pulled.map { -$0 }
      ))
  }
  let maximum = terms.map(\.log).max()!
  let weights = terms.map { exp($0.log - maximum) }
  let total = weights.reduce(0, +)
  let score = (0..<d).map { i in zip(weights, terms).reduce(0) { $0 + $1.0 * $1.1.score[i] } / total }
  return (maximum + log(total), score)
}

@Suite struct GaussianMixtureTests {
  @Test(arguments: [1, 2, 3, 4, 7, 10], [1, 2, 5, 32])
  func evaluationIsTheDefinition(d: Int, components: Int) throws {
    var generator = Xoshiro256(seed: 1, stream: d, components)
    for mixture in [
      try randomMixture(components: components, dimension: d, using: &generator),
      try randomDiagonalMixture(components: components, dimension: d, using: &generator),
    ] {
      // 37 queries are no multiple of any vector's width; some are far away.
      var queries = mixture.sample(count: 37, using: &generator)
      for i in 0..<d { queries[5, i] = 40 - Double(i) }
      let evaluation = try mixture.evaluate(at: queries)
      #expect(try mixture.logDensity(at: queries) == evaluation.logDensity)
      for row in 0..<queries.rows {
        let (logDensity, score) = obviousEvaluation(mixture, at: Array(queries[row: row]))
        #expect(abs(evaluation.logDensity[row] - logDensity) < 1e-11 * (1 + abs(logDensity)))
        let scale = 1 + score.map(abs).max()!
        for i in 0..<d { #expect(abs(evaluation.score[row, i] - score[i]) < 1e-10 * scale) }
      }
    }
  }

  @Test(arguments: InstructionSet.allCases.filter(\.isAvailable))
  func instructionSetsAndPrecisionsAgree(set: InstructionSet) throws {
    var generator = Xoshiro256(seed: 2)
    for d in [1, 2, 3, 5] {
      let mixture = try randomMixture(components: 6, dimension: d, using: &generator)
      let queries = mixture.sample(count: 50, using: &generator)
      let expected = try mixture.evaluate(at: queries)
      var (logDensity, score) = ([Double](repeating: 0, count: 50), [Double](repeating: 0, count: 50 * d))
      mixture.kernel.evaluate(
        50, queries: queries.elements, logDensity: &logDensity, score: &score, threads: 1,
        kernels: set.kernels(PARZEN_FLOAT64))
      for (x, y) in zip(logDensity + score, expected.logDensity + expected.score.elements) {
        #expect(abs(x - y) < 1e-12 * (1 + abs(y)))
      }
      let kernel = MixtureKernel<Float>(
        dimension: d, isDiagonal: false, means: mixture.kernel.means.map { Float($0) },
        factors: mixture.kernel.factors.map { Float($0) },
        constants: mixture.kernel.constants.map { Float($0) })
      var (log32, score32) = ([Float](repeating: 0, count: 50), [Float](repeating: 0, count: 50 * d))
      kernel.evaluate(
        50, queries: queries.elements.map { Float($0) }, logDensity: &log32, score: &score32, threads: 1,
        kernels: set.kernels(PARZEN_FLOAT32))
      for (x, y) in zip(log32 + score32, expected.logDensity + expected.score.elements) {
        #expect(abs(Double(x) - y) < 1e-4 * (1 + abs(y)))
      }
    }
  }

  @Test(arguments: [1, 2, 5]) func scoreIsTheGradient(d: Int) throws {
    var generator = Xoshiro256(seed: 3, stream: d)
    let mixture = try randomMixture(components: 4, dimension: d, using: &generator)
    try expectScoreIsGradient(mixture, at: mixture.sample(count: 50, using: &generator))
  }

  @Test(arguments: [1, 2]) func massIsOneAndSamplesFollow(d: Int) throws {
    var generator = Xoshiro256(seed: 4, stream: d)
    for mixture in [
      try randomMixture(components: 3, dimension: d, using: &generator),
      try randomDiagonalMixture(components: 3, dimension: d, using: &generator),
    ] {
      #expect(abs(try totalMass(mixture, over: -9...9, cells: 450) - 1) < 1e-12)
      try expectSamplesFollow(mixture, over: -9...9, cells: 300)
    }
  }

  @Test func samplesHaveTheMomentsInManyDimensions() throws {
    var generator = Xoshiro256(seed: 5)
    let (d, n) = (6, 200_000)
    let mixture = try randomMixture(components: 5, dimension: d, using: &generator)
    let samples = mixture.sample(count: n, using: &generator)
    let (mean, covariance) = (mixture.mean, mixture.covariance)
    for i in 0..<d {
      let x = samples[column: i]
      #expect(abs(x.reduce(0, +) / Double(n) - mean[i]) < 5 * (covariance[i, i] / Double(n)).squareRoot())
      for j in 0...i {
        let products = zip(x, samples[column: j]).map { ($0 - mean[i]) * ($1 - mean[j]) }
        let average = products.reduce(0, +) / Double(n)
        let variance = products.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(n)
        #expect(abs(average - covariance[i, j]) < 5 * (variance / Double(n)).squareRoot())
      }
    }
  }

  @Test func resultsDoNotDependOnThreadsOrNeighbours() throws {
    var generator = Xoshiro256(seed: 6)
    let mixture = try randomMixture(components: 7, dimension: 3, using: &generator)
    let queries = mixture.sample(count: 10_001, using: &generator)
    let one = try Parallelism.limited(to: 1) { () throws(ParzenError) in try mixture.evaluate(at: queries) }
    #expect(try mixture.evaluate(at: queries) == one)
    let part = try mixture.evaluate(at: queries.selectingRows([4097, 3]))
    #expect(part.logDensity == [one.logDensity[4097], one.logDensity[3]])
    #expect(part.score == one.score.selectingRows([4097, 3]))
    let (first, second) = (Xoshiro256(seed: 8), Xoshiro256(seed: 8))
    var (a, b) = (first, second)
    #expect(mixture.sample(count: 100, using: &a) == mixture.sample(count: 100, using: &b) && a == b)
  }

  @Test func extremePlacesStayFinite() throws {
    let mixture = try GaussianMixture(
      weights: [1, 0, 1], means: Matrix([[1e8, 0], [3, 3], [1e8 + 1, 1]]),
      covariances: [Matrix([[1, 0.5], [0.5, 1]]), .identity(2), Matrix([[1e-16, 0], [0, 1]])])
    let evaluation = try mixture.evaluate(at: Matrix([[1e8, 0], [1e150, -1e150], [1e170, 0]]))
    #expect(abs(evaluation.logDensity[0] - log(0.5 / (2 * .pi * 0.75.squareRoot()))) < 1e-12)
    #expect(evaluation.logDensity[1].isFinite && evaluation.logDensity[2] == -.infinity)
    #expect(evaluation.score.elements.allSatisfy { $0.isFinite })
    let tiny = try GaussianMixture(weights: [1], means: Matrix([[0]]), variances: Matrix([[1e-300]]))
    #expect(
      abs(try tiny.logDensity(at: Matrix([[1e-150]]))[0] - (150 * log(10) - (1 + log(2 * .pi)) / 2)) < 1e-10)
    let missing = try mixture.evaluate(at: Matrix([[.nan, 0]]))
    #expect(missing.logDensity[0].isNaN && missing.score[0, 1].isNaN)
    #expect(try mixture.evaluate(at: Matrix(rows: 0, columns: 2)).logDensity.isEmpty)
  }

  @Test func badParametersAreRefused() {
    let mean = Matrix([[0, 0]])
    #expect(throws: ParzenError.self) { try GaussianMixture(weights: [], means: mean, covariances: []) }
    #expect(throws: ParzenError.self) { try GaussianMixture(weights: [1, 1], means: mean, variances: mean) }
    #expect(throws: ParzenError.self) { try GaussianMixture(weights: [1], means: mean, variances: mean) }
    #expect(throws: ParzenError.self) {
      try GaussianMixture(weights: [-1], means: mean, covariances: [.identity(2)])
    }
    #expect(throws: ParzenError.self) {
      try GaussianMixture(weights: [1], means: mean, covariances: [Matrix([[1, 1], [1, 1]])])
    }
    #expect(throws: ParzenError.self) {
      try GaussianMixture(weights: [1], means: mean, covariances: [.identity(3)])
    }
    #expect(throws: ParzenError.self) {
      try GaussianMixture(weights: [1], means: Matrix([[0, .nan]]), covariances: [.identity(2)])
    }
    #expect(throws: ParzenError.dimensionMismatch(expected: 2, found: 3)) {
      try GaussianMixture(weights: [1], means: mean, covariances: [.identity(2)]).score(
        at: Matrix([[1, 2, 3]]))
    }
  }

  /// Columns and values come from data: what makes no sense is refused, and nothing traps.
  @Test func senselessConditionsAndQuantilesAreRefused() throws {
    let mixture = try GaussianMixture(
      weights: [1], means: Matrix([[0, 0]]), covariances: [Matrix([[1, 0.5], [0.5, 1]])])
    let transformed = try TransformedMixture(mixture)
    let senseless: [([Int], [Double])] = [
      ([], []), ([0, 1], [0, 0]), ([0, 0], [0, 0]), ([2], [0]), ([-1], [0]), ([0], []), ([0], [0, 1]),
      ([0], [.nan]), ([0], [.infinity]),
    ]
    for (columns, values) in senseless {
      #expect(throws: ParzenError.self) { try mixture.conditional(on: columns, equalTo: values) }
      #expect(throws: ParzenError.self) { try transformed.conditional(on: columns, equalTo: values) }
    }
    #expect(throws: ParzenError.self) { try mixture.quantile(0.5) }
    #expect(throws: ParzenError.self) { try transformed.quantile(0.5) }
  }
}
