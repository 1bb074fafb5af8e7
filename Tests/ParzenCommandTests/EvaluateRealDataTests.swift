import Foundation
import ParzenEvaluation
import Testing

@Suite struct EvaluateRealDataTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    // 40 points of two lattices with ties in the second column.
    let rows = (0..<40).map { i in
      let angle = 2.399963 * Double(i)
      let radius = (-2 * log(1 - (Double(i) + 0.5) / 40)).squareRoot()
      return String(format: "%.6f,%.1f\n", radius * cos(angle), radius * sin(angle) + (i % 2 == 0 ? 0 : 4))
    }
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "sets"), withIntermediateDirectories: false)
    try folder.write("u,v\n" + rows.joined(), to: "sets/second.csv")
    try folder.write("u,v\n" + rows.reversed().joined(), to: "sets/first.csv")
    try folder.write("not data", to: "sets/notes.txt")
    try folder.write("u,v\n" + rows.joined() + "3,\n", to: "holes.csv")
  }

  private func results(_ name: String) throws -> [RealDataResult] {
    try JSONDecoder().decode(
      [RealDataResult].self, from: Data(contentsOf: folder.url.appending(path: name)))
  }

  @Test func foldersAndFilesAreMeasured() throws {
    let outcome = try Tool.run(
      "evaluate", "real", "sets", "holes.csv", "--drop-missing", "--halves", "3", "--seed", "5", "--json",
      "all.json", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines[0].hasPrefix("3 random divisions into halves behind every figure, seed 5, ties spread"))
    #expect(lines[2].hasPrefix("data set  n   d  mixture "))
    #expect(lines[3].hasPrefix("first     40  2  ") && lines[4].hasPrefix("second    40  2  "))
    #expect(outcome.output.contains("\nthe same less that of the better of kde-cv and em\n"))
    for method in ["mixture", "mixture-network", "sd-kde"] {
      #expect(lines.contains { $0.hasPrefix("\(method) wins or ties (0.02 nats) on ") })
    }
    #expect(outcome.errors.split(separator: "\n").count == 3)
    let all = try results("all.json")
    #expect(all.map(\.dataSet) == ["first", "second", "holes"])
    #expect(all[0].methods.map(\.name) == ["mixture", "mixture-network", "kde-cv", "sd-kde", "em"])
    #expect(all[0].methods.allSatisfy { $0.logLikelihood!.value.isFinite && $0.divisions.count == 3 })
    #expect(all[0].resolutions == all[1].resolutions && all[0].resolutions![0] == 0)
    // The same values in the same order.
    #expect(all[1].methods == all[2].methods)

    // Another selection and another number of threads give the same figures.
    let part = try Tool.run(
      "evaluate", "real", "sets/second.csv", "--halves", "3", "--seed", "5", "--methods", "em", "--threads",
      "1", "--json", "part.json", in: folder)
    #expect(part.status == 0)
    #expect(!part.output.contains("better"))
    #expect(try results("part.json")[0].methods == all[1].methods.filter { $0.name == "em" })
  }

  @Test func fewerSamplesCanBeLearnedFrom() throws {
    func run(_ options: String...) throws -> [RealDataResult] {
      let outcome = try Tool.run(
        ["evaluate", "real", "sets/first.csv", "--halves", "2", "--methods", "em", "--json", "few.json"]
          + options, in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("4.5 samples a dimension to learn from") == !options.isEmpty)
      return try results("few.json")
    }
    let (all, few) = (try run(), try run("--samples-per-dimension", "4.5"))
    #expect(few[0].methods[0].logLikelihood!.value < all[0].methods[0].logLikelihood!.value)
    #expect(try run("--samples-per-dimension", "4.5") == few)
  }

  @Test func tiesCanBeKept() throws {
    let outcome = try Tool.run(
      "evaluate", "real", "sets/first.csv", "--halves", "2", "--methods", "kde-cv", "--keep-ties", "--json",
      "kept.json", in: folder)
    #expect(outcome.output.contains("seed 1, ties kept\n"))
    #expect(try results("kept.json")[0].resolutions == nil)
  }

  @Test(arguments: [
    (nil, "data.csv: no such file: check the name and the folder"),
    (
      "u,v\n1,2\n3,warm\n",
      """
      data.csv: line 3, column 2 (v) has "warm", which is not a number: correct it, say --missing "warm" if \
      it stands for a \
      missing value, or leave the column out with --drop v
      """
    ),
    (
      "u,v\n1,2\n3,\n", "data.csv: line 3, column 2 (v) has no value: correct it, or leave out such rows with"
    ),
    (
      "u,v\n1,2\n3,5\n4,1\n6,8\n",
      "data.csv: a half must have 4 samples or more in d = 2: give at least 8, not 4"
    ),
    (
      "u,v\n1,2\n3,2\n4,2\n6,2\n7,2\n8,2\n9,2\n0,2\n",
      "data.csv: column v never varies, so there is no density in 2 dimensions: leave out this column, or"
    ),
  ])
  func flawIsExplained(content: String?, message: String) throws {
    if let content { try folder.write(content, to: "data.csv") }
    let outcome = try Tool.run("evaluate", "real", "sets/first.csv", "data.csv", in: folder)
    #expect(outcome.status == 1)
    // Nothing is measured before all files have been read.
    #expect(outcome.output == "" && outcome.errors.hasPrefix("Error: \(message)"), "\(outcome.errors)")
  }

  @Test func dataMustBeThere() throws {
    let outside = try Tool.run("evaluate", "real", in: folder)
    #expect(outside.status == 1)
    #expect(
      outside.errors == """
        Error: Data/old-faithful.csv: not here: run in a clone of Parzen, or name files or folders of data

        """)
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "empty"), withIntermediateDirectories: false)
    let empty = try Tool.run("evaluate", "real", "empty", in: folder)
    #expect(empty.errors == "Error: empty: this folder has no .csv or .npy file\n")
    let oracle = try Tool.run("evaluate", "real", "sets", "--methods", "bayes", in: folder)
    #expect(oracle.status == 1 && oracle.errors.contains("bayes is told the truth"))
  }
}
