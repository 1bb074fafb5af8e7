import Foundation
import Parzen
import Testing

@Suite struct ModesAndOutliersTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    // Two round heaps of 60 points, and one point between them.
    func heap(_ x: Double) -> String {
      (1...60).map { i in
        // The radii of a Gaussian, the angles of a sunflower.
        let (radius, angle) = ((-2 * log(1 - (Double(i) - 0.5) / 60)).squareRoot(), 2.399963 * Double(i))
        return "\(x + radius * cos(angle)),\(radius * sin(angle))\n"
      }.joined()
    }
    try folder.write("u,v\n" + heap(0) + "5,9\n" + heap(10), to: "a.csv")
    try folder.write("u,v\n" + heap(0) + heap(10), to: "clean.csv")
    try folder.write("u\n1\n2\n3\n4", to: "narrow.csv")
  }

  private func rows(_ name: String) throws -> [[String]] {
    try folder.text(of: name).split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
  }

  @Test(arguments: ["mixture", "kde"]) func modesOfTwoHeaps(method: String) throws {
    let outcome = try Tool.run(
      "modes", "clean.csv", "--method", method, "--output", "out.csv", "--json", "modes.json", "--plot",
      "out.svg", in: folder)
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(
      outcome.output.contains("60 samples") && outcome.output.contains(" 2: ("), "\(outcome.output)")
    let table = try rows("out.csv")
    #expect(table[0] == ["row", "mode", "membership", "u", "v"] && table.count == 121)
    #expect(Set(table[1...60].map { $0[1] }).count == 1 && Set(table[61...].map { $0[1] }).count == 1)
    #expect(table[1][1] != table[61][1] && table[61][0] == "61")
    #expect(try folder.text(of: "modes.json").contains("\"curvatures\""))
    #expect(try folder.text(of: "out.svg").contains("Modes of clean.csv"))
  }

  @Test func newPointsGetOldModes() throws {
    let saved = try Tool.run("modes", "clean.csv", "--save", "modes.json", "--memberships", in: folder)
    #expect(
      saved.status == 0 && saved.output.hasPrefix("row,mode,membership,u,v,membership_1,membership_2"),
      "\(saved.errors)")
    try folder.write("v,u\n0,0\n0,10\n0,9\n", to: "new.csv")
    let outcome = try Tool.run("modes", "--fit", "modes.json", "--queries", "new.csv", in: folder)
    let modes = outcome.output.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[1] }
    #expect(
      outcome.status == 0 && modes.count == 3 && modes[0] != modes[1] && modes[1] == modes[2],
      "\(outcome.errors)")
    _ = try Tool.run("fit", "clean.csv", "--save", "fit.json", in: folder)
    let refused = try Tool.run("modes", "--fit", "fit.json", "--queries", "new.csv", in: folder)
    #expect(refused.status == 1 && refused.errors.contains("has no modes"))
  }

  /// A column that varies in one sample alone is constant without it, in folds, replicates and groups.
  @Test(arguments: [
    "outliers a.csv", "outliers a.csv --method kde", "outliers a.csv --train a.csv",
    "information a.csv --replicates 2", "estimate a.csv --at-samples --uncertainty",
    "query a.csv --quantiles 0.5 --marginal v --uncertainty", "information b.csv --between v --and rare",
    "estimate c.csv --drop kind --group kind --at-samples --plot c.svg",
  ])
  func aColumnThatVariesInOneSampleCanBeRegularised(command: String) throws {
    let folder = try TemporaryFolder()
    var generator = Xoshiro256(seed: 3)
    let lines = (0..<80).map { "\(generator.nextNormal()),\($0 == 37 ? 1 : 0)" }
    try folder.write("v,rare\n" + lines.joined(separator: "\n") + "\n", to: "a.csv")
    // The columns of a question are not numbered like those of the file.
    let wide = lines.map {
      "\(generator.nextNormal()),\($0.split(separator: ",").reversed().joined(separator: ","))"
    }
    try folder.write("other,rare,v\n" + wide.joined(separator: "\n") + "\n", to: "b.csv")
    let kinds = lines.enumerated().map { "\($1),\($0 < 60 ? "x" : "y")" }
    try folder.write("v,rare,kind\n" + kinds.joined(separator: "\n") + "\n", to: "c.csv")
    let arguments = command.split(separator: " ").map(String.init)
    let outcome = try Tool.run(arguments + ["--regularise"], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let refused = try Tool.run(arguments, in: folder)
    #expect(
      refused.errors.contains(command.contains("--group") ? "the group y" : "without")
        && refused.errors.contains("column rare")
        && (command.contains("kde") || refused.errors.contains("--regularise")), "\(refused.errors)")
  }

  /// The single columns of a picture are those of the samples that the density is estimated from.
  @Test(arguments: ["flat.csv", "flat.csv --overlay flat.csv", "- --group kind"])
  func picturesOfColumnsThatDoNotVary(samples: String) throws {
    let folder = try TemporaryFolder()
    let rows = (0..<40).map { i in
      "\(sin(Double(i * i))),7,\(cos(Double(i)))" + (samples.contains("kind") ? ",\(i % 2)" : "") + "\n"
    }
    let header = "a,flat,c" + (samples.contains("kind") ? ",kind\n" : "\n")
    try folder.write(header + rows.joined(), to: "flat.csv")
    let command = "parzen estimate \(samples) --method kde --plot p.svg --output out.csv < flat.csv"
    let outcome = try Tool.shell(command + " --regularise", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try folder.names.contains("p.svg"))
    let refused = try Tool.shell(command, in: folder)
    #expect(refused.status == 1 && refused.errors.contains("column flat never varies"), "\(refused.errors)")
  }

  @Test func outliersComeFirst() throws {
    for options in [[], ["--train", "clean.csv"]] {
      let outcome = try Tool.run(
        ["outliers", "a.csv", "--output", "out.csv", "--plot", "out.svg"] + options, in: folder)
      #expect(outcome.status == 0 && outcome.errors == "")
      #expect(outcome.output.contains("are expected without outliers"))
      let table = try rows("out.csv")
      #expect(table[0] == ["row", "log_density", "tail_probability", "u", "v"] && table.count == 122)
      #expect(table[1][0] == "61" && table[1][3...] == ["5", "9"])
      #expect(try folder.text(of: "out.svg").contains(">61<"))
    }
    let piped = try Tool.run("outliers", "a.csv", in: folder)
    #expect(piped.output.hasPrefix("row,log_density") && piped.errors.contains("unusual"))
  }

  @Test(arguments: [
    (["modes", "a.csv", "--smallest-share", "0.9"], "give a number from 0 to 0.5", 64),
    (["modes", "a.csv", "--lower", "1=0"], "--lower is not for modes", 64),
    (["modes", "a.csv", "--periodic", "1=6", "--upper", "2=9"], "--upper and --periodic are not for", 64),
    (["modes", "a.csv", "--json", "missing/x.json"], "there is no folder missing", 1),
    (["modes", "a.csv", "--output", "x.txt"], "x.txt", 64),
    (["outliers", "a.csv", "--replicates", "5"], "Unknown option '--replicates'", 64),
    (["outliers", "a.csv", "--train", "narrow.csv"], "narrow.csv: there is no column v: the file has u", 1),
    (["outliers", "a.csv", "--plot", "x.gif"], "must end in .svg, .png or .pdf", 64),
  ])
  func badInputHasAMessage(arguments: [String], message: String, status: Int32) throws {
    let outcome = try Tool.run(arguments, in: folder)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func modesAreEvaluated() throws {
    let outcome = try Tool.run(
      "evaluate", "modes", "--targets", "gmm-separated", "banana", "--dimensions", "2", "--sizes", "200",
      "--methods", "mixture", "--contexts", "4", "--json", "out.json", in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("right number of modes, %"))
    #expect(outcome.output.contains("mixture (4 failed)"))
    #expect(try folder.text(of: "out.json").contains("\"agreement\""))
  }
}
