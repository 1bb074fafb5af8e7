import Foundation
import Parzen
import ParzenEvaluation
import ParzenFiles
import Testing

@Suite struct EvaluateTests {
  @Test func tablesJSONAndChartsAreWritten() throws {
    let folder = try TemporaryFolder()
    let arguments = [
      "evaluate", "--targets", "gmm", "uniform", "--dimensions", "1", "2", "--sizes", "32", "64", "--methods",
      "mixture", "kde", "--contexts", "3", "--seed", "5", "--json", "out.json", "--plots", ".",
    ]
    let outcome = try Tool.run(arguments, in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("3 targets behind every figure, seed 5\n"))
    for title in ["gmm, d = 1, relative score MSE, %", "uniform, d = 2, log-density MSE"] {
      #expect(outcome.output.contains("\n\(title)\n"))
    }
    #expect(outcome.errors.split(separator: "\n").count == 8)
    let charts = ["gmm-d1.svg", "gmm-d2.svg", "uniform-d1.svg", "uniform-d2.svg"]
    let names = try folder.names
    #expect(names == charts + ["out.json"] || names == (charts + ["out.json"]).sorted())
    #expect(try folder.text(of: "gmm-d2.svg").contains("relative score MSE, %"))
    #expect(try folder.text(of: "uniform-d2.svg").contains(">score MSE<"))

    let data = try Data(contentsOf: folder.url.appending(path: "out.json"))
    let cells = try JSONDecoder().decode([EvaluationCell].self, from: data)
    #expect(cells.count == 16)
    // Another selection and another number of threads give the same figures.
    let part = try Tool.run(
      "evaluate", "--targets", "gmm", "--dimensions", "2", "--sizes", "64", "--methods", "mixture",
      "--contexts",
      "3", "--seed", "5", "--threads", "1", "--json", "part.json", in: folder)
    #expect(part.status == 0)
    let partData = try Data(contentsOf: folder.url.appending(path: "part.json"))
    let partCells = try JSONDecoder().decode([EvaluationCell].self, from: partData)
    #expect(
      partCells
        == cells.filter { $0.target == "gmm" && $0.dimension == 2 && $0.size == 64 && $0.method == "mixture" }
    )
  }

  @Test func dataAreWrittenForOtherPrograms() throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.run(
      "evaluate", "--write-data", ".", "--targets", "moons", "codes-5--99", "--dimensions", "1", "2",
      "--sizes",
      "40", "--contexts", "2", "--queries", "9", in: folder)
    #expect(outcome.output == "6 data sets written to .\n" && outcome.status == 0)
    #expect(try folder.names.count == 18)
    func table(_ name: String) throws -> Matrix {
      try Table(contentsOf: folder.url.appending(path: name)).values
    }
    let evaluation = Evaluation(targets: [], dimensions: [], sizes: [], methods: [], queries: 9)
    let context = evaluation.source.context(1, of: try .named("codes-5--99"), dimension: 2, size: 40)
    #expect(try table("codes-5--99-d2-n40-1-samples.npy") == context.samples)
    #expect(try table("codes-5--99-d2-n40-1-queries.npy") == context.queries)
    #expect(try table("codes-5--99-d2-n40-1-log-density.npy").elements == context.truth.logDensity)
    #expect(try table("moons-d2-n40-0-samples.npy").rows == 40)
    let refused = try Tool.run("evaluate", "--write-data", ".", "--json", "o.json", in: folder)
    #expect(refused.status == 64 && refused.errors.contains("--write-data measures nothing"))
  }

  @Test func divergencesAreMeasuredOnNamedTargets() throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.run(
      "evaluate", "--targets", "marron-wand-bi*", "uniform", "--dimensions", "1", "--sizes", "50",
      "--methods",
      "kde", "em", "--contexts", "2", "--queries", "100", "--tables", "kl", "kl-geometric-mean", "--json",
      "out.json", in: folder)
    #expect(outcome.status == 0)
    #expect(
      outcome.output.contains("\nmarron-wand-bimodal, d = 1, Kullback-Leibler divergence, nats\nn   kde"))
    #expect(
      outcome.output.contains("\nd = 1, geometric mean over 2 targets of the Kullback-Leibler divergence"))
    #expect(try Tool.run("evaluate", "--targets", "separated-2", in: folder).errors.contains("separated-K-D"))
    #expect(try Tool.run("evaluate", "--queries", "0", in: folder).errors.contains("--queries is 0"))
  }

  @Test func destinationIsCheckedFirst() throws {
    let folder = try TemporaryFolder()
    for options in [["--json", "missing/out.json"], ["--plots", "missing"], ["--write-data", "missing"]] {
      let outcome = try Tool.run(["evaluate"] + options, in: folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("there is no folder missing: create it first"))
      #expect(outcome.output == "")
    }
  }

  @Test func runtimeGivesExponents() throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.run(
      "evaluate", "runtime", "--dimension", "2", "--sizes", "64", "128", "256", "--methods", "mixture",
      "kde", "--plots", ".", "--json", "runtime.json", in: folder)
    #expect(outcome.status == 0)
    let points = try JSONDecoder().decode(
      [Runtime.Point].self, from: Data(contentsOf: folder.url.appending(path: "runtime.json")))
    #expect(points.count == 6 && points.allSatisfy { $0.seconds > 0 })
    // Times of milliseconds are not rounded to nothing.
    #expect(!outcome.output.contains("0.0000"))
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 6 && lines[1].hasPrefix("n") && lines[5].hasPrefix("exponent"))
    #expect(try folder.text(of: "runtime.svg").contains("kde n^"))
  }

  @Test func publishedTablesAreNumbered() throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.run(
      "evaluate", "paper", "4", "--contexts", "2", "--json", "paper.json", in: folder)
    #expect(outcome.status == 0)
    let tables = try JSONDecoder().decode(
      [PublishedTable].self, from: Data(contentsOf: folder.url.appending(path: "paper.json")))
    #expect(tables.map(\.number) == [4] && outcome.output.contains(tables[0].text))
    #expect(outcome.output.hasPrefix("Table 4. Student's t") && outcome.output.contains("0.0908"))
    #expect(try Tool.run("evaluate", "paper", "7", in: folder).errors.contains("from 1 to 6"))
  }

  /// `errors` is what is measured where no other command is named, and each command has its own options only.
  @Test func everyMeasurementHasItsOwnOptions() throws {
    let folder = try TemporaryFolder()
    let options = ["--dimensions", "1", "--sizes", "32", "--methods", "kde", "--contexts", "1"]
    let plain = try Tool.run(["evaluate"] + options, in: folder)
    #expect(plain.status == 0)
    #expect(try Tool.run(["evaluate", "errors"] + options, in: folder).output == plain.output)
    // The error of a single context is unknown.
    #expect(!plain.output.contains("+-"))
    for arguments in [
      ["modes", "--plots", "."], ["functionals", "--tables", "score"], ["paper", "4", "--methods", "kde"],
      ["runtime", "--contexts", "2"], ["real", "--targets", "gmm"], ["--real"],
    ] {
      let outcome = try Tool.run(["evaluate"] + arguments, in: folder)
      #expect(outcome.status == 64 && outcome.output == "", "\(arguments)")
    }
  }
}
