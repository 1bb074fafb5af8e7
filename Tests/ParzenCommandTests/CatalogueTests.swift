import CParzen
import Foundation
import Parzen
import ParzenC
import ParzenEvaluation
import ParzenFiles
import Testing

/// Every estimator of the catalogue is offered by the tool, the measurements, saved fits and the C interface,
/// with the same estimate, and is in the help and in `parzen info`.
@Suite struct CatalogueTests {
  private static let samples: Matrix = {
    var generator = Xoshiro256(seed: 4)
    return Matrix((0..<40).map { _ in [generator.nextNormal(), 3 * generator.nextNormal()] })
  }()

  private func logDensities(_ samples: Matrix, _ estimator: Estimator) throws -> [Double] {
    try estimator.fitter(dimension: 2)(samples, nil, 1).density.logDensity(at: samples)
  }

  @Test(arguments: Estimator.all.map(\.name))
  func toolTakesIt(name: String) throws {
    let folder = try TemporaryFolder()
    let rows = (0..<Self.samples.rows).map { row in
      Self.samples[row: row].map { "\($0)" }.joined(separator: ",")
    }
    try folder.write("a,b\n" + rows.joined(separator: "\n") + "\n", to: "data.csv")
    let outcome = try Tool.run(
      "estimate", "data.csv", "--method", name, "--at-samples", "--output", "out.csv", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try Table(contentsOf: folder.url.appending(path: "out.csv"))
    let expected = try logDensities(Self.samples, .named(name))
    let column = try #require(table.columnNames.firstIndex(of: "log_density"))
    #expect(table.values[column: column].elementsEqual(expected))
  }

  @Test func savedFitsAreMadeAgain() throws {
    for estimator in Estimator.all {
      let estimate = try estimator.fitter(dimension: 2)(Self.samples, nil, 1)
      let content = try #require(estimate.content, "\(estimator.name)")
      let text = try JSONEncoder().encode(SavedFit(content, columnNames: ["a", "b"]))
      let again = try JSONDecoder().decode(SavedFit.self, from: text).density()
      #expect(
        try again.logDensity(at: Self.samples) == estimate.density.logDensity(at: Self.samples),
        "\(estimator.name)")
    }
  }

  @Test func adviceNamesEveryMethodThatHelps() throws {
    let estimates = try Estimator.all.map {
      (name: $0.name, estimate: try $0.fitter(dimension: 2)(Self.samples, nil, 1))
    }
    typealias Wish = (Estimate) throws -> Void
    let wishes: [Wish] = [{ _ = try $0.distribution() }, { _ = try $0.gaussianMixture() }]
    for wish in wishes {
      let (helping, others) = (
        estimates.filter { (try? wish($0.estimate)) != nil },
        estimates.filter { (try? wish($0.estimate)) == nil }
      )
      #expect(!helping.isEmpty && !others.isEmpty)
      for other in others {
        let advice = (#expect(throws: ParzenError.self) { try wish(other.estimate) })?.description ?? ""
        let named = Set(advice.matches(of: /[\w-]+/).map { String($0.0) })
        for (name, _) in helping {
          #expect(named.contains(name), "\(other.name): \(advice) does not name \(name)")
        }
      }
    }
  }

  @Test(arguments: Estimator.all.map(\.name))
  func measurementsHaveIt(name: String) throws {
    let fit = try #require(EvaluationMethod.named(name).fit)
    let density = try #require(fit(Self.samples) as? any Density)
    #expect(try density.logDensity(at: Self.samples) == logDensities(Self.samples, .named(name)))
  }

  @Test(arguments: Estimator.all.map(\.name))
  func interfaceForOtherLanguagesTakesIt(name: String) throws {
    let count = Self.samples.rows
    var error = parzen_error()
    var handle: OpaquePointer?
    var logDensity = [Double](repeating: 0, count: count)
    try Self.samples.elements.withUnsafeBufferPointer { elements in
      var points = parzen_float64_rows(elements.baseAddress!, Int64(count), 2)
      let status = parzen_fit(&points, nil, #"{"method": "\#(name)"}"#, nil, &handle, &error)
      try #require(status == 0, "\(name)")
      try logDensity.withUnsafeMutableBufferPointer { results in
        var column = parzen_float64_rows(results.baseAddress!, Int64(count), 1)
        try #require(parzen_evaluate(try #require(handle), &points, &column, nil, nil, &error) == 0)
      }
    }
    parzen_free_density(handle)
    #expect(try logDensity == logDensities(Self.samples, .named(name)))

    var json: UnsafeMutablePointer<CChar>?
    #expect(parzen_estimators(&json, &error) == 0)
    #expect(String(cString: try #require(json)).contains(#""name":"\#(name)""#))
    parzen_free_text(json)
  }

  @Test func helpAndInfoNameAll() throws {
    let folder = try TemporaryFolder()
    func words(_ arguments: String...) throws -> String {
      try Tool.run(arguments, in: folder).output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let (help, info) = (try words("help", "estimate"), try words("info"))
    for estimator in Estimator.all {
      #expect(help.contains("\(estimator.summary) (\(estimator.name))"))
      #expect(info.contains("\(estimator.name) \(estimator.summary)"))
    }
    let names = Estimator.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(Estimator.all.map(\.kind)).count == names.count)
    for name in EvaluationMethod.all().map(\.name) {
      #expect(EvaluationMethod.all().count { $0.name == name } == 1, "\(name)")
    }
  }

  @Test func optionsOfOthersAreRefused() throws {
    var options = EstimatorOptions(bandwidth: .scott)
    #expect(throws: ParzenError.self) { try Estimator.mixtureTransformer.fitter(options, dimension: 2) }
    options = EstimatorOptions()
    options.policy = .network
    #expect(throws: ParzenError.self) { try Estimator.kernelDensity.fitter(options, dimension: 2) }
    options = EstimatorOptions()
    options.score = "kde"
    #expect(throws: ParzenError.self) {
      try Estimator.scoreDebiasedKernelDensity.fitter(options, dimension: 2)
    }
    #expect(throws: ParzenError.self) { try Estimator.named("knn") }
  }
}
