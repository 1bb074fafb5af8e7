import Foundation
import Parzen
import Testing

/// What data and files can contain is refused with a sentence; it never traps.
@Suite struct RefusalTests {
  private static let plane = Result {
    try GaussianMixture(weights: [1], means: Matrix([[0, 0]]), covariances: [.identity(2)])
  }

  private static func refused(
    _ name: String, _ make: @escaping @Sendable () throws -> Any
  ) -> (name: String, make: @Sendable () throws -> Any) { (name, make) }

  private static let files = [
    refused("names of a table") { try Table(columnNames: ["a"], values: Matrix([[1, 2]])) },
    refused("names of a fit") { try SavedFit(.mixture(plane.get()), columnNames: ["a"]) },
    refused("bytes of a tensor") {
      try SafetensorsTensor(elementType: .float32, shape: [2], bytes: [0, 0, 0, 0])
    },
    refused("shape of a tensor") { try SafetensorsTensor(elementType: .int8, shape: [-1], bytes: []) },
    refused("size of a tensor") { try SafetensorsTensor(elementType: .int8, shape: [.max, 3], bytes: []) },
    refused("floats") { try SafetensorsTensor([1, 2] as [Float], shape: [3]) },
    refused("doubles") { try SafetensorsTensor([1, 2] as [Double], shape: [2, 2]) },
    refused("integers") { try SafetensorsTensor([1, 2] as [Int64], shape: []) },
  ]

  private static let distributions = [
    refused("a mixture of nothing") { try MixtureDistribution(weights: [], components: []) },
    refused("too many weights") { try MixtureDistribution(weights: [1, 2], components: [plane.get()]) },
    refused("negative weights") { try MixtureDistribution(weights: [-1], components: [plane.get()]) },
    refused("no weight") { try MixtureDistribution(weights: [0], components: [plane.get()]) },
    refused("infinite weights") { try MixtureDistribution(weights: [.infinity], components: [plane.get()]) },
    refused("components of other dimensions") {
      try MixtureDistribution(
        weights: [1, 1], components: [plane.get(), UnivariateDistribution(.normal)])
    },
    refused("degrees of freedom") { try MultivariateStudentT(degrees: 0, location: [0], scales: [1]) },
    refused("no coordinate") { try MultivariateStudentT(degrees: 1, location: [], scales: []) },
    refused("too many scales") { try MultivariateStudentT(degrees: 1, location: [0], scales: [1, 1]) },
    refused("scales") { try MultivariateStudentT(degrees: 1, location: [0], scales: [.nan]) },
    refused("locations") { try MultivariateStudentT(degrees: 1, location: [.nan], scales: [1]) },
    refused("a ring of no dimension") { try Ring(dimension: 0, radius: 1, thickness: 1) },
    refused("a radius") { try Ring(dimension: 2, radius: -1, thickness: 1) },
    refused("a thickness") { try Ring(dimension: 2, radius: 1, thickness: 0) },
    refused("a banana on a line") { try Banana(dimension: 1, spread: 1, curvature: 1) },
    refused("a spread") { try Banana(dimension: 2, spread: -1, curvature: 1) },
    refused("a curvature") { try Banana(dimension: 2, spread: 1, curvature: .nan) },
    refused("a scale") { try UnivariateDistribution(.normal, scale: 0) },
    refused("a shape") { try UnivariateDistribution(.gamma(shape: -1)) },
    refused("two shapes") { try UnivariateDistribution(.beta(a: 1, b: 0)) },
    refused("a skew") { try UnivariateDistribution(.sinhArcsinh(skew: .nan, tail: 1)) },
    refused("an empty product") { try ProductDistribution([]) },
    refused("a product of no dimension") {
      try ProductDistribution(repeating: UnivariateDistribution(.normal), dimension: -1)
    },
    refused("no column") { try IndependentColumns([]) },
    refused("a wide column") { try IndependentColumns([plane.get()]) },
    refused("shapes of an affine map") { try AffineImage(plane.get(), matrix: .identity(3), shift: [0, 0]) },
    refused("shifts of an affine map") { try AffineImage(plane.get(), shift: [0]) },
    refused("a twist in space") { try Twist(UnivariateDistribution(.normal), strength: 1) },
    refused("shapes of an affine image") { try plane.get().affineImage(Matrix([[1, 2, 3]]), shift: [0]) },
    refused("mixtures without weights") { try GaussianMixture.combining([plane.get()], weights: []) },
    refused("no mixtures") { try GaussianMixture.combining([], weights: []) },
  ]

  private static let maps = [
    refused("a coupling on a line") {
      var generator = Xoshiro256(seed: 1)
      return try Coupling(dimension: 1, strength: 1, using: &generator)
    },
    refused("a coupling of other points") {
      var generator = Xoshiro256(seed: 1)
      return try Coupling(dimension: 2, strength: 1, using: &generator)(Matrix([[1, 2, 3]]))
    },
    refused("a warp by another dimension") {
      var generator = Xoshiro256(seed: 1)
      return try SmoothWarp(plane.get(), by: Coupling(dimension: 3, strength: 1, using: &generator))
    },
    refused("whitening of other points") {
      try Whitening(samples: Matrix([[0, 1], [1, 0], [2, 2], [3, 1]])).whiten(Matrix([[1, 2, 3]]))
    },
  ]

  private static let questions = [
    refused("a distribution function") { try plane.get().cumulativeProbability(at: 0) },
    refused("a tail") { try plane.get().tailProbability(at: 0) },
    refused("an interval") { try plane.get().probability(of: 0...1) },
    refused("a transformed distribution function") {
      try TransformedMixture(plane.get()).cumulativeProbability(at: 0)
    },
    refused("a transformed tail") { try TransformedMixture(plane.get()).tailProbability(at: 0) },
    refused("a transformed interval") { try TransformedMixture(plane.get()).probability(of: 0...1) },
    refused("a mean") { try TransformedMixture(plane.get()).mean },
    refused("a standard deviation") { try TransformedMixture(plane.get()).standardDeviation },
    refused("moments of nothing") { try ParticleMoments(Matrix(rows: 0, columns: 2)) },
    refused("a discrepancy in other units") {
      try SteinDiscrepancy(scale: Matrix([[1], [2]]))(Matrix([[1, 2], [2, 3]]), score: plane.get())
    },
    refused("losses of other weights") { try HeldOutLosses(TrainingConfiguration()).losses(of: [1]) },
    refused("losses of a senseless configuration") {
      var configuration = TrainingConfiguration()
      configuration.queries = -1
      return try HeldOutLosses(configuration)
    },
  ]

  /// Of samples, with a fit that does not look at their weights.
  private static let four = Matrix([[0, 1], [1, 0], [2, 2], [3, 1], [1, 1], [0, 3], [2, 0], [4, 2]])
  private static let plain: WeightedDensityFit = { (samples, _, threads) throws(ParzenError) in
    try KernelDensity(samples: samples, bandwidth: .scott, threads: threads)
  }
  private static let senselessWeights: [SampleWeights] = [
    .counts([1, 2]), .proportions([]), .proportions([Double](repeating: 0, count: 8)),
    .counts([Double](repeating: -1, count: 8)), .counts([Double](repeating: 1e300, count: 8)),
    .proportions([1] + [Double](repeating: 0, count: 7)),
  ]

  private static let weights =
    senselessWeights.enumerated().flatMap { index, weights in
      let options = AnalysisOptions(replicates: 2, folds: 2, threads: 1)
      return [
        refused("cross-fitting, weights \(index)") {
          try CrossFitting(folds: 2).evaluate(four, sampleWeights: weights, fit: plain, threads: 1)
        },
        refused("jackknife, weights \(index)") {
          try GroupJackknife(samples: four, sampleWeights: weights, groups: 2, threads: 1, fit: plain)
        },
        refused("information, weights \(index)") {
          try SampleInformation(samples: four, sampleWeights: weights, fit: plain, options: options)
        },
        refused("relative information, weights \(index)") {
          try RelativeInformation(
            samples: four, sampleWeights: weights, relativeTo: four, fit: plain, options: options)
        },
        refused("outliers, weights \(index)") {
          try OutlierRanking(samples: four, sampleWeights: weights, fit: plain, options: options)
        },
      ]
    } + [
      refused("draws that no memory holds") {
        try SampleInformation(
          samples: four, sampleWeights: .counts([Double](repeating: 1e12, count: 8)), fit: plain,
          options: AnalysisOptions(replicates: 2, folds: 2, threads: 1))
      }
    ]

  /// Proportions have any unit.
  @Test(arguments: [1e-300, 1, 1e300]) func proportionsOfAnyUnitAreThoseOfAnother(unit: Double) throws {
    let weights = SampleWeights.proportions((1...8).map { unit * Double($0) })
    #expect(abs(weights.effectiveCount - 36.0 * 36 / 204) < 1e-12)
    let information = try SampleInformation(
      samples: Self.four, sampleWeights: weights, fit: Self.plain,
      options: AnalysisOptions(replicates: 2, folds: 2, threads: 1))
    #expect(information.entropy.value.isFinite)
  }

  private static let all = files + distributions + maps + questions + weights

  @Test(arguments: all.indices) func isRefusedWithASentence(index: Int) {
    let (name, make) = Self.all[index]
    let error = #expect(throws: ParzenError.self, "\(name)") { try make() }
    #expect((error?.description.split(separator: " ").count ?? 0) > 5, "\(name): \(error.debugDescription)")
  }

  /// A law that does not exist has no standard deviation.
  @Test func lawsWithoutParametersHaveNoMoments() {
    #expect(UnivariateLaw.weibull(shape: -1).standardDeviation == nil)
    #expect(UnivariateLaw.weibull(shape: 1).standardDeviation == 1)
  }

  /// Whatever in the public functions of the library traps says so: every `precondition` of a public
  /// function stands under a line `- Precondition:`.
  @Test func trapsAreDocumented() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
    let exported = [
      "ParzenAnalysis", "ParzenCore", "ParzenDistributions", "ParzenDynamics", "ParzenEstimators",
      "ParzenFiles", "ParzenTraining", "ParzenDifferentiation",
    ]
    var found = 0
    for module in exported {
      let files = FileManager.default.enumerator(
        at: sources.appending(path: module), includingPropertiesForKeys: nil)
      while let url = files?.nextObject() as? URL {
        guard url.pathExtension == "swift" else { continue }
        let lines = try String(contentsOf: url, encoding: .utf8).split(
          separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() where line.contains(/\bprecondition(?:Failure)?\(/) {
          // Up to the declaration, then its comment.
          guard
            let declaration = lines[..<number].lastIndex(where: {
              $0.contains(/\b(?:func|init|subscript)\b.*[(<]/) && !$0.contains("//")
            }), lines[declaration].contains(/\bpublic\b/)
          else { continue }
          found += 1
          let comment = lines[..<declaration].reversed().prefix { $0.contains("///") || $0.contains("@") }
          #expect(
            comment.contains { $0.contains("- Precondition:") },
            "\(url.lastPathComponent):\(number + 1): \(line)")
        }
      }
    }
    #expect(found > 5)
  }
}
