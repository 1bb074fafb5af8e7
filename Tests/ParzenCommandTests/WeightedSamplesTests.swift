import Foundation
import Testing

/// Weights count in every file of samples that has them, and are refused where an analysis takes none.
@Suite struct WeightedSamplesTests {
  private let folder: TemporaryFolder

  /// Two files with whole weights, and with each row as often as its weight says.
  init() throws {
    folder = try TemporaryFolder()
    for (name, shift) in [("first", 0.0), ("second", 1.3)] {
      let rows = (0..<36).map { (row: Int) -> (value: Double, times: Int) in
        (shift + Double(row * 7 % 36) / 9, row * 5 % 4 + 1)
      }
      try folder.write(
        "w,a\n" + rows.map { "\($0.times),\($0.value)\n" }.joined(), to: name + ".csv")
      try folder.write(
        "a\n" + rows.flatMap { row in (0..<row.times).map { _ in "\(row.value)\n" } }.joined(),
        to: name + "-repeated.csv")
      try folder.write("a\n" + rows.map { "\($0.value)\n" }.joined(), to: name + "-plain.csv")
      try folder.write("w\n" + rows.map { "\($0.times)\n" }.joined(), to: name + "-weights.csv")
    }
  }

  private func run(_ command: String) throws -> Tool.Outcome {
    try Tool.run(
      command.split(separator: " ").map(String.init) + ["--method", "kde", "--bandwidth", "0.7"], in: folder)
  }

  private func numbers(_ text: some StringProtocol) -> [Double] {
    text.split { ",\n ".contains($0) }.compactMap { Double($0) }
  }

  @Test func trainingSamplesHaveTheirWeights() throws {
    func logDensities(_ options: String) throws -> [Double] {
      let outcome = try run("outliers " + options)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let rows = outcome.output.split(separator: "\n").dropFirst().map(numbers)
      return rows.sorted { $0[0] < $1[0] }.map { $0[1] }
    }
    let weighted = try logDensities("first.csv --train second.csv --sample-weights w")
    let repeated = try logDensities("first-plain.csv --train second-repeated.csv")
    let plain = try logDensities("first-plain.csv --train second-plain.csv")
    #expect(weighted.count == 36 && repeated.count == 36)
    #expect(zip(weighted, repeated).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(zip(plain, repeated).contains { abs($0 - $1) > 1e-3 })
    let refused = try run("outliers first-plain.csv --train second.csv --sample-weights first-weights.csv")
    #expect(refused.status == 64 && refused.errors.contains("weights play no part with --train"))
  }

  @Test func samplesToCompareWithHaveTheirWeights() throws {
    func figures(_ options: String) throws -> (crossFitted: Double, outcome: Tool.Outcome, json: String) {
      let outcome = try run("information \(options) --replicates 2 --json out.json")
      #expect(outcome.status == 0, "\(outcome.errors)")
      struct Figures: Decodable {
        struct Estimate: Decodable { var crossFitted: Double }
        var divergence: Estimate
      }
      let text = try folder.text(of: "out.json")
      let found = try JSONDecoder().decode(Figures.self, from: Data(text.utf8))
      return (found.divergence.crossFitted, outcome, text)
    }
    // The first samples have weights by a file of their own, or none.
    let first = "first-plain.csv --sample-weights first-weights.csv --relative-to"
    let weighted = try figures("first.csv --relative-to second.csv --sample-weights w")
    let repeated = try figures(first + " second-repeated.csv")
    let plain = try figures(first + " second-plain.csv")
    #expect(abs(weighted.crossFitted - repeated.crossFitted) < 1e-6)
    #expect(abs(plain.crossFitted - repeated.crossFitted) > 1e-4)
    #expect(weighted.outcome.output.contains("no energy distance: it takes samples of equal weight"))
    #expect(!weighted.json.contains("twoSampleTest"))
    let equal = try figures("first-plain.csv --relative-to second-plain.csv")
    #expect(equal.outcome.output.contains("energy distance: ") && equal.json.contains("twoSampleTest"))
  }

  @Test func likelihoodAndPicturesHaveWeights() throws {
    func line(_ command: String) throws -> String? {
      let outcome = try run(command)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.output.split(separator: "\n").first { $0.contains("log likelihood") }.map(String.init)
    }
    let weighted = try line("estimate first.csv --sample-weights w --output out.csv")
    #expect(try weighted == line("estimate first-repeated.csv --output out.csv"))
    #expect(try weighted != line("estimate first-plain.csv --output out.csv"))
    let overlay = "--overlay second.csv --plot p.svg --output out.csv"
    _ = try line("estimate first.csv --sample-weights w \(overlay)")
    let modes = try run("modes first.csv --sample-weights w --output out.csv")
    #expect(modes.status == 0 && modes.output.contains("without the weights"), "\(modes)")
  }
}
