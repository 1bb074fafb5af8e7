import Foundation
import ParzenCore
import ParzenDistributions
import ParzenEstimators
import Testing

@testable import ParzenAnalysis

/// The Gaussian with the samples' mean and covariance: its functionals have closed forms, bias included.
let gaussianFit: DensityFit = { (samples, _) throws(ParzenError) in
  let (n, d) = (samples.rows, samples.columns)
  let mean = (0..<d).map { samples[column: $0].reduce(0, +) / Double(n) }
  var covariance = Matrix(rows: d, columns: d)
  for row in 0..<n {
    for i in 0..<d {
      for j in 0..<d {
        covariance[i, j] += (samples[row, i] - mean[i]) * (samples[row, j] - mean[j]) / Double(n)
      }
    }
  }
  return try GaussianMixture(
    weights: [1], means: Matrix(rows: 1, columns: d, elements: mean), covariances: [covariance])
}

func gaussian(_ mean: [Double], _ covariance: Matrix) throws -> GaussianMixture {
  try GaussianMixture(weights: [1], means: Matrix([mean]), covariances: [covariance])
}

@Suite struct InformationTests {
  let covariance = Matrix([[2, 0.6], [0.6, 0.5]])

  @Test func gaussianEntropyAndFisherInformationAreCovered() throws {
    let f = try gaussian([1, -3], covariance)
    let determinant = 2 * 0.5 - 0.36
    let entropy = log(2 * Double.pi * M_E) + 0.5 * log(determinant)
    let precision = Matrix([[0.5, -0.6], [-0.6, 2]])
    var (covered, biases, uncorrected) = (0, 0.0, 0.0)
    let repetitions = 60
    for index in 0..<repetitions {
      var generator = Xoshiro256(seed: 5, stream: index)
      let samples = f.sample(count: 60, using: &generator)
      let found = try SampleInformation(
        samples: samples, fit: gaussianFit,
        options: AnalysisOptions(replicates: 40, seed: UInt64(index), threads: 2))
      let error = found.entropy.value - entropy
      if abs(error) <= 2 * found.entropy.standardError { covered += 1 }
      biases += error / Double(repetitions)
      uncorrected += (found.entropy.crossFitted - entropy) / Double(repetitions)
      for i in 0..<2 {
        for j in 0..<2 {
          let distance = abs(found.fisherInformation[i, j] - precision[i, j] / determinant)
          #expect(distance < 5 * found.fisherStandardErrors[i, j], "repetition \(index)")
        }
      }
      let trace = found.fisherInformation[0, 0] + found.fisherInformation[1, 1]
      #expect(abs(found.fisherTrace.value - trace) < 1e-9 * trace)
    }
    // 95 % of 60 with a standard deviation of 1.7; the entropy's standard error is 0.13 / sqrt(60) = 0.017,
    // and the cross-fitted bias about 5 parameters / (2 * 48) = 0.05.
    #expect(covered >= 51, "\(covered)")
    #expect(abs(biases) < 0.045, "\(biases)")
    #expect(uncorrected > biases + 0.03)
  }

  @Test func aWildValueLeavesTheFiguresAndIsNamed() throws {
    var generator = Xoshiro256(seed: 6)
    var samples = Matrix(rows: 300, columns: 1, elements: (0..<300).map { _ in generator.nextNormal() })
    samples[41, 0] = 1e7
    let information = try SampleInformation(samples: samples) { (samples, threads) throws(ParzenError) in
      try MixtureTransformer(samples: samples, threads: threads)
    }
    let exact = 0.5 * log(2 * Double.pi * M_E)
    #expect(abs(information.entropy.crossFitted - exact) < 0.2)
    #expect(abs(information.entropy.value - exact) < 0.2 && information.entropy.standardError < 1)
    #expect(try #require(information.entropyDoubt).description.hasPrefix("sample 42 lies where"))
  }

  /// A density that ends at an edge has no finite Fisher information; one that does not has a standard error.
  @Test(arguments: [true, false]) func edgesHaveNoFisherInformation(isTold: Bool) throws {
    var generator = Xoshiro256(seed: 5)
    let ended = Matrix(rows: 300, columns: 1, elements: (0..<300).map { _ in -log(generator.nextUniform()) })
    let free = Matrix(rows: 300, columns: 1, elements: (0..<300).map { _ in generator.nextNormal() })
    let options = AnalysisOptions(replicates: 40, threads: 2)
    func information(_ samples: Matrix, _ domains: [ColumnDomain]?) throws -> SampleInformation {
      try SampleInformation(
        samples: samples,
        fit: { (samples, threads) throws(ParzenError) in
          try MixtureTransformer(samples: samples, columns: domains, threads: threads)
        }, options: options)
    }
    let found = try information(ended, isTold ? [.bounded(lower: 0, upper: nil)] : nil)
    #expect(found.fisherDoubt != nil)
    #expect(found.fisherTrace.value > 0 && found.fisherInformation[0, 0] > 0)
    let other = try information(free, nil)
    #expect(other.fisherDoubt == nil)
    #expect(abs(other.fisherTrace.value - 1) < 0.35)
  }

  @Test func divergenceOfGaussiansIsTheFormula() throws {
    let (f, g) = (try gaussian([0, 0], covariance), try gaussian([0.5, 0], .identity(2)))
    var generator = Xoshiro256(seed: 1)
    let (x, y) = (f.sample(count: 1500, using: &generator), g.sample(count: 1200, using: &generator))
    let found = try RelativeInformation(samples: x, relativeTo: y, fit: gaussianFit)
    let determinant = 0.64
    let divergence = 0.5 * (2.5 + 0.25 - 2 - log(determinant))
    // E |P x - (x - m)|^2 with P the precision = tr((P - I)^2 S) + |m|^2 = tr P - 2 d + tr S + |m|^2.
    let fisher = 2.5 / determinant - 4 + 2.5 + 0.25
    #expect(abs(found.divergence.value - divergence) < 4 * found.divergence.standardError)
    #expect(abs(found.fisher.value - fisher) < 4 * found.fisher.standardError)
    #expect(found.divergence.standardError < 0.1 * divergence)
    #expect(found.steinDiscrepancy > 5 * found.steinStandardError)
    #expect(found.steinPValue == 1.0 / 51)
  }

  @Test func equalDistributionsHaveNoDivergence() throws {
    let f = try gaussian([1, 2], covariance)
    var pValues: [Double] = []
    for seed in 1...12 {
      var generator = Xoshiro256(seed: UInt64(seed))
      let (x, y) = (f.sample(count: 200, using: &generator), f.sample(count: 300, using: &generator))
      let found = try RelativeInformation(
        samples: x, relativeTo: y, fit: gaussianFit,
        options: AnalysisOptions(replicates: 30, seed: UInt64(seed)))
      #expect(abs(found.divergence.value) < 4 * found.divergence.standardError)
      pValues.append(found.steinPValue)
    }
    // Uniform on the multiples of 1/31: the mean of 12 has a standard deviation of 0.083.
    #expect(abs(pValues.reduce(0, +) / 12 - 0.5) < 0.3, "\(pValues)")
  }

  @Test func steinDiscrepancyIsTheDoubleSum() throws {
    let f = try gaussian([1, 2], covariance)
    var generator = Xoshiro256(seed: 2)
    let samples = f.sample(count: 30, using: &generator)
    let scale = (0..<2).map { column in
      let values = samples[column: column]
      let mean = values.reduce(0, +) / 30
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 30).squareRoot()
    }
    let scores = try f.score(at: samples)
    func kernel(_ x: [Double], _ y: [Double]) -> Double {
      1 / (1 + zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }).squareRoot()
    }
    // Derivatives of the kernel by central differences.
    var sum = 0.0
    let step = 1e-4
    for i in 0..<30 {
      for j in 0..<30 where i != j {
        let (x, y) = ((0..<2).map { samples[i, $0] / scale[$0] }, (0..<2).map { samples[j, $0] / scale[$0] })
        for k in 0..<2 {
          func at(_ a: Double, _ b: Double) -> Double {
            var (u, v) = (x, y)
            u[k] += a
            v[k] += b
            return kernel(u, v)
          }
          let (s, t) = (scores[i, k] * scale[k], scores[j, k] * scale[k])
          let mixed = at(step, step) - at(step, -step) - at(-step, step) + at(-step, -step)
          sum += s * t * at(0, 0) + s * (at(0, step) - at(0, -step)) / (2 * step)
          sum += t * (at(step, 0) - at(-step, 0)) / (2 * step) + mixed / (4 * step * step)
        }
      }
    }
    let found = try SteinDiscrepancy(scale: samples)(samples, score: f)
    #expect(abs(found - sum / (30 * 29)) < 1e-6)
  }

  @Test func resultsDoNotDependOnThreads() throws {
    var generator = Xoshiro256(seed: 3)
    let samples = try gaussian([0, 0], covariance).sample(count: 40, using: &generator)
    func entropy(_ threads: Int) throws -> InformationEstimate {
      try SampleInformation(
        samples: samples, fit: gaussianFit, options: AnalysisOptions(replicates: 5, threads: threads)
      ).entropy
    }
    #expect(try entropy(1) == entropy(4))
  }

  /// Nearest neighbours know nothing of weights: unequal ones leave their figure out, and it is no doubt
  /// then.
  @Test func nearestNeighboursAreForEqualWeights() throws {
    var generator = Xoshiro256(seed: 8)
    let samples = Matrix(rows: 60, columns: 1, elements: (0..<60).map { _ in generator.nextNormal() })
    // A fit that is not by the samples, with which nearest neighbours disagree.
    let wide = try gaussian([0], Matrix([[400]]))
    func information(_ weights: SampleWeights?) throws -> SampleInformation {
      try SampleInformation(
        samples: samples, sampleWeights: weights, fit: { _, _, _ in wide },
        options: AnalysisOptions(replicates: 5, threads: 1))
    }
    let plain = try information(nil)
    #expect(plain.nearestNeighbourEntropy != nil)
    #expect(try #require(plain.entropyDoubt).description.contains("nearest neighbours disagree"))
    for weights in [SampleWeights.counts, SampleWeights.proportions] {
      let equal = try information(weights([Double](repeating: 1, count: 60)))
      #expect(equal.nearestNeighbourEntropy == plain.nearestNeighbourEntropy)
      #expect(equal.entropyDoubt == plain.entropyDoubt)
      let unequal = try information(weights((0..<60).map { Double(1 + $0 % 3) }))
      #expect(unequal.nearestNeighbourEntropy == nil && unequal.entropyDoubt == nil)
    }
    #expect(try information(.counts([Double](repeating: 2, count: 60))).nearestNeighbourEntropy == nil)
  }

  /// The score of a normal law of mean 0 in some unit.
  private struct UnitScore: Score {
    let dimension = 2
    let unit: Double
    func score(at queries: Matrix) throws(ParzenError) -> Matrix {
      var result = queries
      for index in result.elements.indices {
        result.elements[index] /= -unit
        result.elements[index] /= unit
      }
      return result
    }
  }

  /// What compares samples without a density of them is the same in all units, to the bit in those of 2.
  @Test(arguments: [0x1p-990, 0x1p-600, 0x1p-520, 0x1p520, 0x1p990])
  func comparisonsHoldInExtremeUnits(unit: Double) throws {
    var generator = Xoshiro256(seed: 9)
    func samples(_ count: Int) -> Matrix {
      Matrix(rows: count, columns: 2, elements: (0..<2 * count).map { _ in generator.nextNormal() })
    }
    func inUnits(_ samples: Matrix) -> Matrix {
      Matrix(rows: samples.rows, columns: 2, elements: samples.elements.map { $0 * unit })
    }
    let (first, second) = (samples(30), samples(25))
    #expect(
      try TwoSampleTest(inUnits(first), inUnits(second), permutations: 19, threads: 1)
        == TwoSampleTest(first, second, permutations: 19, threads: 1))
    #expect(
      try SteinDiscrepancy(scale: inUnits(second))(inUnits(first), score: UnitScore(unit: unit))
        == SteinDiscrepancy(scale: second)(first, score: UnitScore(unit: 1)))
    let entropies = try [first, inUnits(first)].map {
      try NearestNeighbourEntropy(samples: $0, threads: 1).value
    }
    #expect(abs(entropies[1] - entropies[0] - 2 * log(unit)) < 1e-9)
  }

  /// Values that are none are named, wherever ranks or comparisons could pass over them.
  @Test(arguments: [Double.nan, .infinity, -.infinity, 2e300]) func valuesAreChecked(value: Double) throws {
    var generator = Xoshiro256(seed: 10)
    let good = Matrix(rows: 40, columns: 2, elements: (0..<80).map { _ in generator.nextNormal() })
    var bad = good
    bad[16, 1] = value
    let fit = withoutWeights(gaussianFit)
    func expectRefusal(_ work: () throws -> Void) {
      #expect { try work() } throws: { "\($0)".contains("17") && "\($0)".contains("column 2") }
    }
    expectRefusal { _ = try TwoSampleTest(good, bad) }
    expectRefusal { _ = try TwoSampleTest(bad, good) }
    expectRefusal { _ = try NearestNeighbourEntropy(samples: bad) }
    expectRefusal { _ = try SteinDiscrepancy(scale: bad)(good, score: UnitScore(unit: 1)) }
    expectRefusal { _ = try SteinDiscrepancy(scale: good)(bad, score: UnitScore(unit: 1)) }
    expectRefusal { _ = try MutualInformation(samples: bad, between: [1], and: [0], fit: fit) }
    #expect(throws: ParzenError.self) {
      try SteinDiscrepancy(scale: good)(good, score: UnitScore(unit: 1e-200))
    }
  }

  @Test(arguments: [Int.min, -1, 0, 1, 41, Int.max]) func foldsAreFromTwoToTheSamples(folds: Int) throws {
    var generator = Xoshiro256(seed: 12)
    let samples = Matrix(rows: 40, columns: 2, elements: (0..<80).map { _ in generator.nextNormal() })
    let options = AnalysisOptions(replicates: 2, folds: folds, threads: 1)
    let fit = withoutWeights(gaussianFit)
    let analyses: [() throws -> Void] = [
      { _ = try MutualInformation(samples: samples, between: [0], and: [1], fit: fit, options: options) },
      { _ = try SampleInformation(samples: samples, fit: gaussianFit, options: options) },
      {
        _ = try RelativeInformation(samples: samples, relativeTo: samples, fit: gaussianFit, options: options)
      },
      { _ = try OutlierRanking(samples: samples, fit: gaussianFit, options: options) },
      { _ = try GroupJackknife(samples: samples, groups: folds, threads: 1, fit: gaussianFit) },
    ]
    for analysis in analyses {
      #expect { try analysis() } throws: { "\($0)".contains("\(folds)") && "\($0)".contains("of 40 samples") }
    }
  }

  @Test func badInputHasAMessage() throws {
    let samples = Matrix(rows: 20, columns: 1, elements: (0..<20).map { Double($0 * $0) })
    func message(_ work: () throws -> Void) -> String {
      do {
        try work()
        return "none"
      } catch { return "\(error)" }
    }
    #expect(
      message {
        _ = try SampleInformation(
          samples: samples, fit: gaussianFit, options: AnalysisOptions(replicates: 1))
      }.contains("give 2 or more"))
    #expect(
      message {
        _ = try SampleInformation(
          samples: samples, fit: gaussianFit, options: AnalysisOptions(folds: 21))
      }.contains("21 folds of 20 samples"))
    #expect(
      message {
        _ = try RelativeInformation(
          samples: samples, relativeTo: Matrix(rows: 9, columns: 2), fit: gaussianFit)
      }.contains("1 dimensions"))
    #expect(
      message { _ = try SteinDiscrepancy(scale: samples)(Matrix([[1]]), score: gaussianFit(samples, 1)) }
        .contains("at least 2 samples"))
  }
}
