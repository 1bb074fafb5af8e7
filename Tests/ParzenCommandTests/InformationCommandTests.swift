import Foundation
import Testing

@Suite struct InformationCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    // Two grids with a little irregularity, the second moved.
    func rows(_ shift: Double) -> String {
      (0..<60).map { i in
        let (a, b) = (Double(i % 8), Double(i / 8))
        return "\(a + 0.3 * sin(Double(7 * i)) + shift),\(b + 0.3 * cos(Double(5 * i)))"
      }.joined(separator: "\n")
    }
    try folder.write("u,v\n" + rows(0), to: "a.csv")
    try folder.write("u,v\n" + rows(6), to: "b.csv")
    try folder.write("v,u\n" + rows(6), to: "swapped.csv")
    try folder.write("u\n1\n2\n3\n4", to: "narrow.csv")
  }

  private struct Figures: Decodable {
    struct Estimate: Decodable { var value, standardError, crossFitted, ofFit: Double }
    var entropy, fisherTrace, divergence, relativeFisher: Estimate?
    var fisherInformation: [[Double]]?
    var steinPValue: Double?
  }

  private func figures(_ name: String) throws -> Figures {
    try JSONDecoder().decode(Figures.self, from: Data(contentsOf: folder.url.appending(path: name)))
  }

  @Test(arguments: ["mixture", "kde", "sd-kde"]) func figuresOfOneSetOfSamples(method: String) throws {
    let arguments = ["information", "a.csv", "--method", method, "--replicates", "5", "--json", "out.json"]
    let outcome = try Tool.run(arguments, in: folder)
    #expect(outcome.status == 0 && outcome.errors == "")
    for text in [
      "entropy, nats", "Fisher information, trace", "by nearest neighbours", "5 replicates, seed 1",
    ] {
      #expect(outcome.output.contains(text))
    }
    let found = try figures("out.json")
    let entropy = try #require(found.entropy)
    // A uniform law on this rectangle of about 8 by 8 has 4.2 nats.
    #expect(abs(entropy.value - 4.2) < 0.5 && entropy.standardError > 0)
    let matrix = try #require(found.fisherInformation)
    #expect(abs(matrix[0][0] + matrix[1][1] - found.fisherTrace!.value) < 1e-9)
    #expect(try Tool.run(arguments + ["--threads", "1"], in: folder).output == outcome.output)
  }

  @Test func mutualInformationOfColumns() throws {
    // The second column follows the first, the third does not.
    let rows = (0..<150).map { i in
      let u = sin(Double(i * i) * 0.37)
      return "\(u),\(u + 0.1 * cos(Double(i * i * i) * 0.11)),\(cos(Double(i) * 1.3))"
    }
    try folder.write("u,v,w\n" + rows.joined(separator: "\n"), to: "three.csv")
    func value(_ arguments: String...) throws -> Double {
      let outcome = try Tool.run(
        ["information", "three.csv", "--json", "mutual.json"] + arguments, in: folder)
      #expect(outcome.status == 0 && outcome.output.contains("I("), "\(outcome.errors)")
      struct Found: Decodable {
        struct Mutual: Decodable { var value: Double }
        var mutualInformation: Mutual
      }
      let data = try Data(contentsOf: folder.url.appending(path: "mutual.json"))
      return try JSONDecoder().decode(Found.self, from: data).mutualInformation.value
    }
    #expect(try value("--between", "u", "--and", "v") > 0.8)
    #expect(try value("--between", "u", "--and", "w") < 0.3)
    #expect(try value("--between", "u", "--and", "v", "--given", "w") > 0.6)
    let refused = try Tool.run("information", "three.csv", "--between", "u", "--and", "u", in: folder)
    #expect(refused.status == 1 && refused.errors.contains("do not overlap"))
    #expect(try Tool.run("information", "three.csv", "--between", "u", in: folder).status == 64)
  }

  /// What takes no weights is left out or refused, and says so.
  @Test func weightsAreNotPassedBy() throws {
    let rows = (0..<40).map { "\(sin(Double($0 * $0))),\(cos(Double(3 * $0))),\(1 + $0 % 3)" }
    try folder.write("u,v,w\n" + rows.joined(separator: "\n"), to: "weighted.csv")
    try folder.write("u,v,w\n" + rows.reversed().joined(separator: "\n"), to: "others.csv")
    let arguments = [
      "information", "weighted.csv", "--sample-weights", "w", "--replicates", "2", "--method", "kde",
    ]
    let one = try Tool.run(arguments, in: folder)
    #expect(
      one.status == 0 && one.output.contains("no entropy by nearest neighbours: it takes samples of equal"))
    let two = try Tool.run(arguments + ["--relative-to", "others.csv"], in: folder)
    #expect(two.status == 0 && two.output.contains("no energy distance: it takes samples of equal weight"))
    let alone = try Tool.run(arguments + ["--relative-to", "a.csv"], in: folder)
    #expect(alone.status == 1 && alone.errors.contains("a.csv") && alone.errors.contains("w"), "\(alone)")
    let weights = ["--sample-weights", "w"]
    let mutual = try Tool.run(
      ["information", "weighted.csv", "--between", "u", "--and", "v"] + weights, in: folder)
    #expect(mutual.status == 64 && mutual.errors.contains("samples of equal weight alone"), "\(mutual)")
  }

  @Test func tiesDoNotFail() throws {
    try folder.write("a\n" + (0..<200).map { "\($0 % 12)" }.joined(separator: "\n"), to: "ties.csv")
    let outcome = try Tool.run("information", "ties.csv", "--replicates", "3", "--method", "kde", in: folder)
    #expect(
      outcome.status == 0 && outcome.output.contains("withheld")
        && outcome.output.contains("12 different values"), "\(outcome.errors)")
  }

  @Test func figuresRelativeToOtherSamples() throws {
    let outcome = try Tool.run(
      "information", "a.csv", "--relative-to", "b.csv", "--replicates", "19", "--json", "out.json", in: folder
    )
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(outcome.output.contains("others   60 x 2 (u, v) from b.csv"))
    #expect(outcome.output.contains("Kullback-Leibler divergence, nats"))
    let found = try figures("out.json")
    #expect(found.divergence!.value > 1 && found.relativeFisher!.value > 0)
    #expect(found.steinPValue == 1.0 / 20)
  }

  @Test(arguments: [
    (["--replicates", "1"], "--replicates is 1: give 2 or more", 64),
    (["--relative-to", "narrow.csv"], "narrow.csv: there is no column v: the file has u", 1),
    (["--relative-to", "missing.csv"], "missing.csv", 1),
    (["--json", "missing/out.json"], "there is no folder missing: create it first", 1),
  ])
  func badInputHasAMessage(options: [String], message: String, status: Int32) throws {
    let outcome = try Tool.run(["information", "a.csv"] + options, in: folder)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func functionalsAreEvaluated() throws {
    let arguments = [
      "evaluate", "functionals", "--targets", "normal", "--dimensions", "1", "--sizes", "50", "--methods",
      "mixture", "kde", "--contexts", "3", "--replicates", "3", "--json", "out.json",
    ]
    let outcome = try Tool.run(arguments, in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("normal, d = 1, n = 50, trace of the Fisher information"))
    #expect(outcome.output.contains("kozachenko-leonenko"))
    #expect(try folder.text(of: "out.json").contains("\"coverage\""))
    let oracle = try Tool.run(Array(arguments.prefix(8)) + ["--methods", "kde-oracle"], in: folder)
    #expect(oracle.status == 1 && oracle.errors.contains("kde-oracle is told the truth"))
  }
}
