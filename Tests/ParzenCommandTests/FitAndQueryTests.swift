import Foundation
import Testing

/// A fit that is saved, and questions to it.
@Suite struct FitAndQueryTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    var lines = ["a,b,c"]
    for index in 0..<120 {
      let (u, v) = (sin(Double(index) * 1.7), cos(Double(index * index) * 0.3))
      lines.append("\(u + 0.3 * v),\(v),\(u * v + 0.1 * Double(index % 7))")
    }
    try folder.write(lines.joined(separator: "\n") + "\n", to: "data.csv")
  }

  @Test(arguments: ["mixture", "em", "kde"])
  func savedFitGivesTheSameBits(method: String) throws {
    let saved = try Tool.run("fit", "data.csv", "--method", method, "--save", "fit.json", in: folder)
    #expect(saved.status == 0, "\(saved.errors)")
    let direct = try Tool.run(
      "estimate", "data.csv", "--method", method, "--queries", "data.csv", "--output", "direct.csv",
      in: folder)
    let loaded = try Tool.run(
      "estimate", "--fit", "fit.json", "--queries", "data.csv", "--output", "fit.csv", in: folder)
    #expect(direct.status == 0 && loaded.status == 0, "\(direct.errors) \(loaded.errors)")
    #expect(try folder.text(of: "direct.csv") == folder.text(of: "fit.csv"))
    let shown = try Tool.run("show", "fit.json", in: folder)
    #expect(shown.status == 0 && shown.output.contains("data.csv"), "\(shown.errors)")
  }

  /// The words for coordinates are those of the report, a line for each column.
  @Test func coordinatesAreShownInWords() throws {
    let rows = (1...200).map { row in
      let (u, v) = (abs(sin(Double(row) * 1.7)), abs(cos(Double(row * row) * 0.3)))
      return "\(-log(u)),\(v),\(exp(u - v))"
    }
    try folder.write("a,b,c\n" + rows.joined(separator: "\n") + "\n", to: "bounds.csv")
    let saved = try Tool.run(
      "fit", "bounds.csv", "--lower", "a=0", "--lower", "b=0", "--upper", "b=1", "--save", "bounds.json",
      in: folder)
    let shown = try Tool.run("show", "bounds.json", in: folder)
    #expect(saved.status == 0 && shown.status == 0, "\(saved.errors) \(shown.errors)")
    let told = (saved.output + saved.errors).split(separator: "\n").compactMap { line in
      line.contains("column ") ? line.split(separator: "column ", maxSplits: 1).last : nil
    }
    #expect(told.count >= 2, "\(saved.output)")
    for line in told { #expect(shown.output.contains(line), "\(line)") }
    #expect(shown.output.split(separator: "\n").allSatisfy { $0.count < 200 })
  }

  @Test func commandsTakeAFit() throws {
    _ = try Tool.run("fit", "data.csv", "--save", "fit.json", in: folder)
    for command in [
      ["sample", "--count", "5"], ["estimate", "--grid", "3"], ["query"],
      ["estimate", "--grid", "3", "--plot", "p.svg"],
    ] {
      let outcome = try Tool.run(command + ["--fit", "fit.json"], in: folder)
      #expect(outcome.status == 0, "\(command): \(outcome.errors)")
    }
    let refused = try Tool.run("estimate", "--fit", "fit.json", in: folder)
    #expect(refused.status == 1 && refused.errors.contains("--queries FILE or --grid N"))
  }

  /// One rule for lists of columns, whatever option has them.
  @Test(arguments: [
    ["estimate", "--grid", "2", "--plot", "p.svg", "--plot-columns", " c , 1"],
    ["estimate", "--grid", "2", "--plot", "p.svg", "--plot-columns", "b c", "--label", " b c =an axis"],
    ["query", "--box", "a=0: , b c=0:2, c=:1"], ["query", "--given", "a =0.1, 3=0.1"],
    ["query", "--marginal", " b c,  1"],
  ])
  func listsOfColumnsHaveSpaces(arguments: [String]) throws {
    var lines = try folder.text(of: "data.csv").split(separator: "\n").map(String.init)
    lines[0] = "a,b c,c"
    try folder.write(lines.joined(separator: "\n"), to: "spaces.csv")
    let outcome = try Tool.run([arguments[0], "spaces.csv"] + arguments.dropFirst(), in: folder)
    #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
  }

  @Test func questionsHaveAnswers() throws {
    _ = try Tool.run("fit", "data.csv", "--save", "fit.json", in: folder)
    for (question, lines) in [
      (["--credible", "0.9"], 3), (["--quantiles", "0.1,0.5"], 2),
      (["--marginal", "b", "--cdf", "-0.5,0,0.5"], 3),
      (["--box", "a=0:,b=:0.5"], 1), (["--regions", "0.5,0.9"], 2), (["--draws", "7"], 7),
      (["--given", "c=0.2", "--marginal", "b,a"], 2),
      (["--marginal", "a", "--box", "a=-9:9", "--box", "a=0:9"], 2),
    ] {
      let outcome = try Tool.run(["query", "--fit", "fit.json"] + question, in: folder)
      #expect(outcome.status == 0, "\(question): \(outcome.errors)")
      #expect(outcome.output.split(separator: "\n").count == lines + 1, "\(question): \(outcome.output)")
    }
    for (value, isBeyond) in [("0.2", false), ("3", true)] {
      let answer = try Tool.run("query", "--fit", "fit.json", "--given", "c=\(value)", in: folder)
      #expect((answer.output + answer.errors).contains("lies beyond the samples") == isBeyond)
    }
    try folder.write("c\n0.1\n0.4\n", to: "given.csv")
    let given = try Tool.run("query", "--fit", "fit.json", "--given-file", "given.csv", in: folder)
    #expect(
      given.status == 0 && given.output.hasPrefix("c,a_mean,a_standard_deviation,a_q2.5,"), "\(given.errors)")
    let uncertain = try Tool.run("query", "data.csv", "--quantiles", "0.5", "--uncertainty", in: folder)
    #expect(
      uncertain.status == 0 && uncertain.output.hasPrefix("probability,a,b,c,probability_se,a_se"),
      "\(uncertain.errors)")
    for (question, message) in [
      (["--marginal", "z"], "there is no column \"z\": choose from a"), (["--given", "a"], "--given is a"),
      (["--cdf", "1"], "choose it with --marginal"),
      (["--quantiles", "2"], "give a probability from 0 to 1"),
      (["--given", "a=1,b=1,c=1"], "--given names all columns"),
      (["--marginal", "b, 2"], "--marginal is b, 2: give columns, each once"),
    ] {
      let outcome = try Tool.run(["query", "--fit", "fit.json"] + question, in: folder)
      #expect(outcome.status == 1 && outcome.errors.contains(message), "\(question): \(outcome.errors)")
    }
  }

  /// Replicates of a density with many bumps have other numbers of intervals than it has.
  @Test(arguments: ["0.5", "0.9", "0.9,0.5", "0.2,0.8,0.95"])
  func regionsHaveTheErrorsThatThereAre(probabilities: String) throws {
    let rows = (0..<40).map { "\(sin(Double($0) * 1.7) + 0.8 * cos(Double($0 * $0) * 0.3))\n" }
    try folder.write("a\n" + rows.joined(), to: "one.csv")
    func table(_ bandwidth: String) throws -> (columns: Int, rows: [[Double]], errors: String) {
      let outcome = try Tool.run(
        "query", "one.csv", "--method", "kde", "--bandwidth", bandwidth, "--regions", probabilities,
        "--uncertainty", in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let lines = outcome.output.split(separator: "\n").map { $0.split(separator: ",") }
      return (lines[0].count, lines.dropFirst().map { $0.compactMap { Double($0) } }, outcome.errors)
    }
    let smooth = try table("2")
    #expect(smooth.columns == 8 && smooth.rows.count == probabilities.split(separator: ",").count)
    #expect(smooth.rows.allSatisfy { row in row[4] < 1e-12 && row[5...7].allSatisfy { $0 > 0 } })
    let rough = try table("0.1")
    #expect(rough.columns == 6 && rough.rows.count > smooth.rows.count)
    #expect(rough.errors.contains("the ends of intervals have no standard errors"), "\(rough.errors)")
    // A region has one threshold, with one error; probabilities are given, and have none.
    #expect(rough.rows.allSatisfy { $0[4] < 1e-12 && $0[5] > 0 })
    let thresholds = Dictionary(grouping: rough.rows) { $0[0] }
    #expect(thresholds.count == smooth.rows.count)
    #expect(thresholds.values.allSatisfy { region in region.allSatisfy { $0[5] == region[0][5] } })
  }

  @Test func picturesTakeTitlesLimitsAndGroups() throws {
    try folder.write(
      "kind,a,b\n"
        + (0..<90).map { "k\($0 % 3),\(1 + sin(Double($0))),\(3 + cos(Double($0 * $0)))" }.joined(
          separator: "\n"),
      to: "groups.csv")
    let outcome = try Tool.run(
      "estimate", "groups.csv", "--drop", "kind", "--group", "kind", "--title", "My title", "--label",
      "a=length (m)",
      "--limits", "b=1:6", "--log-axes", "b", "--plot", "p.svg", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let svg = try folder.text(of: "p.svg")
    for text in ["My title", "length (m)", "kind k0", "kind k2"] {
      #expect(svg.contains(">\(text)<"), "\(text)")
    }
    let overlay = try Tool.run(
      "estimate", "data.csv", "--overlay", "data.csv", "--plot-columns", "a,b", "--plot", "q.svg", in: folder)
    #expect(overlay.status == 0, "\(overlay.errors)")
    let refused = try Tool.run(
      "estimate", "data.csv", "--plot", "p.svg", "--log-axes", "a", "--limits", "a=-1:1", in: folder)
    #expect(refused.status == 1 && refused.errors.contains("--limits"))
  }

  /// A column that divides samples into groups is no dimension, be it text or numbers.
  @Test(arguments: ["1", "x"]) func groupsAreNoDimension(prefix: String) throws {
    let rows = (0..<60).map { (i: Int) -> (point: String, group: String) in
      ("\(sin(Double(i * i))),\(cos(Double(i)))", "\(prefix)\(i % 3)")
    }
    let grouped = "a,Kind,b\n"
    let lines = rows.map { row in
      let point = row.point.split(separator: ",")
      return "\(point[0]),\(row.group),\(point[1])\n"
    }
    try folder.write(grouped + lines.joined(), to: "grouped.csv")
    try folder.write("a,b\n" + rows.map { $0.point + "\n" }.joined(), to: "plain.csv")
    for how in ["grouped.csv", "- < grouped.csv", "grouped.csv --drop Kind", "grouped.csv --columns a,b"] {
      let outcome = try Tool.shell(
        "parzen estimate \(how) --method kde --group kind --plot p.svg --output out.csv", in: folder)
      #expect(outcome.status == 0, "\(how): \(outcome.errors)")
      let plain = try Tool.run("estimate", "plain.csv", "--method", "kde", "--output", "q.csv", in: folder)
      #expect(try plain.status == 0 && folder.text(of: "out.csv") == folder.text(of: "q.csv"), "\(how)")
      #expect(try folder.text(of: "p.svg").contains(">kind \(prefix)2<"), "\(how)")
    }
    let unknown = try Tool.run(
      "estimate", "grouped.csv", "--group", "2", "--plot", "p.svg", in: folder)
    #expect(unknown.status == 1 && unknown.errors.contains("--group is 2: name the column as the file's"))
  }

  @Test func rowsKeepTheirNumbersAndTexts() throws {
    try folder.write(
      "name,a,b\n"
        + (0..<40).map { $0 % 9 == 4 ? "n\($0),,1" : "n\($0),\(sin(Double($0))),\(cos(Double($0 * $0)))" }
        .joined(separator: "\n"), to: "named.csv")
    let outcome = try Tool.run(
      "outliers", "named.csv", "--columns", "a,b", "--drop-missing", "--keep-columns", "--method", "kde",
      in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    for line in outcome.output.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",")
      #expect(fields.last == "n\((Int(fields[0]) ?? 0) - 1)")
    }
  }

  @Test func weightsCount() throws {
    try folder.write(
      "a,w\n" + (0..<30).map { "\(Double($0 * 7 % 30) / 3),\($0 % 3 + 1)" }.joined(separator: "\n"),
      to: "weighted.csv")
    try folder.write(
      "a\n"
        + (0..<30).flatMap { i in (0...i % 3).map { _ in "\(Double(i * 7 % 30) / 3)" } }.joined(
          separator: "\n"), to: "repeated.csv")
    let weighted = try Tool.run(
      "estimate", "weighted.csv", "--sample-weights", "w", "--method", "kde", "--bandwidth", "1", "--grid",
      "4", in: folder)
    let repeated = try Tool.run(
      "estimate", "repeated.csv", "--method", "kde", "--bandwidth", "1", "--grid", "4", in: folder)
    #expect(weighted.status == 0 && repeated.status == 0, "\(weighted.errors) \(repeated.errors)")
    #expect(weighted.errors.contains("count 60 equal samples"))
    func values(_ text: String) -> [Double] { text.split { ",\n".contains($0) }.compactMap { Double($0) } }
    for (a, b) in zip(values(weighted.output), values(repeated.output)) { #expect(abs(a - b) < 1e-6) }
  }
}
