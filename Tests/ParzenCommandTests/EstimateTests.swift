import Foundation
import Parzen
import ParzenFiles
import Testing

@Suite struct EstimateTests {
  /// Points of a few clumps, as a CSV file and as a matrix.
  private static let samples: Matrix = {
    var generator = Xoshiro256(seed: 5)
    return Matrix(
      (0..<200).map { row in
        (0..<2).map { column in Double(row % 3) * 4 + generator.nextNormal() * Double(column + 1) }
      })
  }()

  /// A folder with `data.csv`, with the header `left,right`, and `data.npy`.
  private func folderWithSamples() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let table = try Table(columnNames: ["left", "right"], values: EstimateTests.samples)
    for name in ["data.csv", "data.npy"] { try table.write(to: folder.url.appending(path: name)) }
    return folder
  }

  @Test(arguments: ["mixture", "em", "kde", "sd-kde"], ["csv", "npy", "json"])
  func resultsAreTheLibrarys(method: String, format: String) throws {
    let folder = try folderWithSamples()
    let outcome = try Tool.run(
      "estimate", "data.npy", "--method", method, "--output", "out.\(format)", in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")

    let samples = EstimateTests.samples
    let density: any Density =
      switch method {
      case "mixture": try MixtureTransformer(samples: samples)
      case "em": try MaximumLikelihoodMixture(samples: samples)
      case "kde": try KernelDensity(samples: samples)
      default: try ScoreDebiasedKernelDensity(samples: samples)
      }
    let expected = try density.evaluate(at: samples)
    let rows = (0..<samples.rows).map { row in
      (format == "npy" ? [] : Array(samples[row: row])) + [expected.logDensity[row]]
        + expected.score[row: row]
    }
    let file = folder.url.appending(path: "out.\(format)")
    if format == "json" {
      struct Split: Decodable, Equatable {
        var columns: [String]
        var data: [[Double]]
      }
      let found = try JSONDecoder().decode(Split.self, from: Data(contentsOf: file))
      #expect(found == Split(columns: ["x1", "x2", "log_density", "score_1", "score_2"], data: rows))
    } else {
      #expect(try Table(contentsOf: file).values == Matrix(rows))
    }
  }

  @Test(arguments: ["mixture", "em"]) func uncertaintyAddsStandardErrors(method: String) throws {
    let folder = try folderWithSamples()
    for options in [[], ["--uncertainty"]] {
      let outcome = try Tool.run(
        ["estimate", "data.csv", "--method", method, "--output", "out\(options.count).csv"] + options,
        in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("jackknife over 20 groups") == !options.isEmpty)
    }
    let (plain, uncertain) = (
      try Table(contentsOf: folder.url.appending(path: "out0.csv")),
      try Table(contentsOf: folder.url.appending(path: "out1.csv"))
    )
    #expect(
      uncertain.columnNames == plain.columnNames + ["log_density_se", "score_1_se", "score_2_se"])
    let samples = EstimateTests.samples
    let expected = try GroupJackknife(samples: samples) { (samples, threads) throws(ParzenError) in
      if method == "em" {
        return try MaximumLikelihoodMixture(samples: samples, options: .init(), threads: threads)
      }
      return try MixtureTransformer(samples: samples, threads: threads)
    }.standardErrors(at: samples)
    for row in 0..<samples.rows {
      #expect(uncertain.values[row: row].prefix(5).elementsEqual(plain.values[row: row]))
      #expect(
        uncertain.values[row: row].suffix(3)
          .elementsEqual([expected.logDensity[row]] + expected.score[row: row]))
    }
  }

  @Test func tooFewSamplesForStandardErrorsAreExplained() throws {
    let folder = try TemporaryFolder()
    try folder.write("a,b\n1,2\n3,5\n4,1\n6,8\n", to: "data.csv")
    let outcome = try Tool.run("estimate", "data.csv", "--uncertainty", "--output", "out.csv", in: folder)
    #expect(
      outcome.errors == """
        Warning: the weights were trained on 16 samples and more, these are 4: the estimate is rough
        Error: data.csv: no standard errors: without a part of the samples, one of 4, 3 samples are \
        too few for 2 dimensions: at least 4 are needed

        """)
    #expect(outcome.status == 1)
    let names = try folder.names
    #expect(names == ["data.csv"])
  }

  @Test func headerNamesTheColumns() throws {
    let folder = try folderWithSamples()
    try #require(
      Tool.run("estimate", "data.csv", "--method", "kde", "--output", "out.csv", in: folder).status == 0)
    #expect(try folder.text(of: "out.csv").hasPrefix("left,right,log_density,score_1,score_2\n"))
  }

  @Test func standardOutputHasTheSameAndTheReportGoesElsewhere() throws {
    let folder = try folderWithSamples()
    let toFile = try Tool.run("estimate", "data.csv", "--method", "kde", "--output", "out.csv", in: folder)
    let toOutput = try Tool.run("estimate", "data.csv", "--method", "kde", in: folder)
    let written = try folder.text(of: "out.csv")
    #expect(toOutput.output == written)
    #expect(toFile.errors == "")
    for report in [toFile.output, toOutput.errors] {
      let names = report.split(separator: "\n").compactMap { $0.split(separator: "  ").first }
      #expect(names.starts(with: ["samples", "method", "points", "log likelihood"]), "\(report)")
      #expect(report.contains("200 x 2 (left, right) from data.csv"))
      #expect(report.contains("kernel density estimate, 200 Gaussian kernels"))
    }
  }

  @Test func queriesComeFromAFile() throws {
    let folder = try folderWithSamples()
    try folder.write("1,2\n-300,5\n", to: "queries.csv")
    let outcome = try Tool.run(
      "estimate", "data.npy", "--method", "kde", "--bandwidth", "0.7", "--queries", "queries.csv", "--output",
      "out.npy", in: folder)
    #expect(outcome.status == 0)
    let found = try Table(contentsOf: folder.url.appending(path: "out.npy")).values
    let density = try KernelDensity(samples: EstimateTests.samples, bandwidth: .fixed(0.7))
    let expected = try density.evaluate(at: Matrix([[1, 2], [-300, 5]]))
    #expect(found[column: 0] == expected.logDensity)
    #expect([1, 2].map { found[column: $0] } == [0, 1].map { expected.score[column: $0] })
  }

  @Test func gridCoversTheRangeOfTheSamples() throws {
    let folder = try TemporaryFolder()
    try folder.write("u,v\n1,10\n2,30\n3,20\n2,15\n", to: "data.csv")
    try #require(
      Tool.run("estimate", "data.csv", "--grid", "3", "--output", "out.csv", in: folder).status == 0)
    let found = try Table(contentsOf: folder.url.appending(path: "out.csv")).values
    let expected: [[Double]] = [0.8, 2, 3.2].flatMap { x in [8, 20, 32].map { y in [x, y] } }
    #expect(found.rows == 9)
    for (row, point) in expected.enumerated() {
      for column in 0..<2 { #expect(abs(found[row, column] - point[column]) < 1e-12) }
    }
  }

  @Test func threadsDoNotChangeTheResult() throws {
    let folder = try folderWithSamples()
    for threads in ["1", "3"] {
      let name = "out\(threads).csv"
      let outcome = try Tool.run("estimate", "data.csv", "--threads", threads, "--output", name, in: folder)
      #expect(outcome.status == 0)
    }
    let (one, three) = (try folder.text(of: "out1.csv"), try folder.text(of: "out3.csv"))
    #expect(one == three)
  }

  @Test func pictureIsDrawn() throws {
    let folder = try folderWithSamples()
    let outcome = try Tool.run("estimate", "data.csv", "--output", "out.csv", "--plot", "out.svg", in: folder)
    #expect(outcome.status == 0)
    let picture = try folder.text(of: "out.svg")
    #expect(picture.hasPrefix("<svg ") && picture.hasSuffix("</svg>\n"))
    for text in ["Density of data.csv", "left", "right", "from 200 samples"] {
      #expect(picture.contains(text))
    }
    let names = try folder.names
    #expect(names == ["data.csv", "data.npy", "out.csv", "out.svg"])
  }

  @Test func missingValuesAreDroppedAndCounted() throws {
    let folder = try TemporaryFolder()
    try folder.write("a,b\n1,2\n3,nan\n4,5\n6,8\n,\n7,2\n", to: "data.csv")
    let outcome = try Tool.run("estimate", "data.csv", "--drop-missing", "--output", "out.csv", in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("4 x 2 (a, b) from data.csv (2 rows with missing values left out)"))
    #expect(try Table(contentsOf: folder.url.appending(path: "out.csv")).values.rows == 4)
  }

  @Test func redundantColumnsAreRegularised() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<60).map { row in
      let (x, y) = (sin(Double(row)), cos(1.7 * Double(row)))
      return "\(x),\(y),\(2 * x - y),5"
    }
    try folder.write("a,b,c,d\n" + rows.joined(separator: "\n"), to: "data.csv")
    let outcome = try Tool.run("estimate", "data.csv", "--regularise", "--output", "out.csv", in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("noise of standard deviation 0.005 added to column d"))
    let found = try Table(contentsOf: folder.url.appending(path: "out.csv")).values
    #expect(found.rows == 60 && found.columns == 9)  // reading refuses what is not finite
  }

  /// Units, offsets and ties that are extreme but make sense.
  @Test(arguments: [1e-150, 1e150], [0.0, 1e8])
  func extremeNumbersGiveFiniteResults(unit: Double, offset: Double) throws {
    let folder = try TemporaryFolder()
    let samples = EstimateTests.samples
    let values = Matrix(
      (0..<samples.rows).map { [samples[$0 / 2, 0] * unit, (offset + samples[$0 / 2, 1].rounded())] })
    try Table(values: values).write(to: folder.url.appending(path: "data.npy"))
    let outcome = try Tool.run("estimate", "data.npy", "--output", "out.npy", "--plot", "out.svg", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    // Reading refuses what is not finite.
    let found = try Table(contentsOf: folder.url.appending(path: "out.npy")).values
    #expect(found.rows == samples.rows)
  }
}
