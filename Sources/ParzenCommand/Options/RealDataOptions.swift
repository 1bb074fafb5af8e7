import ArgumentParser
import Foundation
import Parzen
import ParzenEvaluation
import ParzenFiles

/// What `parzen evaluate --real` measures.
struct RealDataOptions: ParsableArguments {
  @Flag(
    help: """
      Measure the mean log likelihood of samples held out on real data: methods learn from random halves, and are \
      compared with the better of cross-validated kernel density (kde-cv) and expectation-maximisation (em). \
      --methods, --seed, --network, --threads and --json apply.
      """)
  var real = false

  @Argument(
    help: """
      With --real, data sets: CSV or .npy files, one row per sample, or folders of them. (default: those in Parzen's \
      folder Data, from a clone)
      """,
    completion: .file())
  var data: [String] = []

  @Option(help: ArgumentHelp("With --real, the number of random divisions into halves.", valueName: "n"))
  var halves = 20

  @Option(
    help: ArgumentHelp(
      "With --real, learn from at most so many samples a dimension. (default: from all of a half)",
      valueName: "n"))
  var samplesPerDimension: Double?

  @Flag(
    help: """
      With --real, leave values that occur more than once as they are, instead of adding uniform noise as wide as the \
      resolution of their column (the median step between its distinct values).
      """)
  var keepTies = false

  @Flag(help: "With --real, leave out rows with a missing, not-a-number or infinite value.")
  var dropMissing = false

  /// The methods that are measured unless others are wanted.
  static let methods = ["mixture", "mixture-network", "kde-cv", "sd-kde", "em"]

  /// The data sets of a clone.
  static let bundled = ["Data/old-faithful.csv", "Data/penguins.csv", "Data/Real"]

  func validate() throws {
    try checkingUsage { try Limits.check("--halves", halves, 1...Limits.repetitions) }
    if let samplesPerDimension {
      guard real else { throw ValidationError("--samples-per-dimension is for data: add --real") }
      guard samplesPerDimension >= 1 else {
        throw ValidationError("--samples-per-dimension is \(samplesPerDimension): give 1 or more")
      }
      try checkingUsage {
        try Limits.check("--samples-per-dimension", samplesPerDimension, 1...Double(Limits.numbers))
      }
    }
    if let path = data.first, !real { throw ValidationError("\(path) is data to measure: add --real") }
    if !real, keepTies || dropMissing {
      throw ValidationError("\(keepTies ? "--keep-ties" : "--drop-missing") is for data: add --real")
    }
  }
}

extension RealDataOptions {
  /// Measures methods on the data sets and prints the tables.
  func printTables(
    methods: [EvaluationMethod], seed: UInt64, threads: Int
  ) throws(ParzenError) -> [RealDataResult] {
    var evaluation = try RealDataEvaluation(methods: methods, halves: halves, seed: seed, threads: threads)
    evaluation.keepsTies = keepTies
    evaluation.samplesPerDimension = samplesPerDimension
    // All files are read before the first is measured, so that a flaw shows at once.
    let dataSets = try files().map { path throws(ParzenError) in try read(path) }
    var stopwatch = Stopwatch()
    let results = dataSets.map { dataSet in
      let result = evaluation.measure(dataSet)
      let name = "\(result.dataSet), n = \(result.size), d = \(result.dimension)"
      Console.note("\(name): \(stopwatch.lap(name)) s")
      for method in result.methods {
        if let failure = method.failure { warn("\(name): \(method.name) failed: \(failure)") }
      }
      return result
    }
    let ties = keepTies ? "ties kept" : "ties spread over the resolution"
    let learning =
      samplesPerDimension.map { ", at most \(short($0)) samples a dimension to learn from" } ?? ""
    let divisions = "\(counted(halves, "random division")) into halves behind every figure"
    Console.print("\(divisions), seed \(seed), \(ties)\(learning)\n")
    Console.print(RealDataTable(results).text)
    return results
  }

  private func read(_ path: String) throws(ParzenError) -> RealDataSet {
    let url = URL(filePath: path)
    let table = try Table(contentsOf: url, dropMissing: dropMissing)
    do {
      return try RealDataSet(
        name: url.deletingPathExtension().lastPathComponent, values: table.values,
        columnNames: table.columnNames)
    } catch {
      throw .file(path: path, reason: error.description)
    }
  }

  /// The paths of all files, those of a folder in alphabetical order.
  private func files() throws(ParzenError) -> [String] {
    if data.isEmpty, let missing = Self.bundled.first(where: { !FileManager.default.fileExists(atPath: $0) })
    {
      throw .file(
        path: missing,
        reason: "not here: run in a clone of Parzen, or name files or folders of data after --real")
    }
    var files: [String] = []
    for path in data.isEmpty ? Self.bundled : data {
      guard let names = try? Folder.names(path) else {
        files.append(path)
        continue
      }
      let tables = names.filter { $0.hasSuffix(".csv") || $0.hasSuffix(".npy") }
      guard !tables.isEmpty else { throw .file(path: path, reason: "this folder has no .csv or .npy file") }
      files += tables.map { URL(filePath: path).appending(path: $0).relativePath }
    }
    return files
  }
}
