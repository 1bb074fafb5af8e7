import ArgumentParser
import Foundation
import Parzen
import ParzenEvaluation

/// Likelihood of held-out samples on real data.
struct EvaluateRealData: ThreadedCommand {
  static let configuration = CommandConfiguration(
    commandName: "real",
    abstract: "Measure the mean log likelihood of samples held out on real data.",
    discussion: """
      Methods learn from random halves, and are compared with the better of cross-validated kernel density \
      (kde-cv) and expectation-maximisation (em).
      """)

  @Argument(
    help: """
      Data sets: CSV or .npy files, one row per sample, or folders of them. (default: those in Parzen's \
      folder Data, from a clone)
      """,
    completion: .file())
  var data: [String] = []

  @OptionGroup var measured: MeasuredMethods

  @Option(help: ArgumentHelp("The number of random divisions into halves.", valueName: "n"))
  var halves = 20

  @Option(
    help: ArgumentHelp(
      "Learn from at most so many samples a dimension. (default: from all of a half)", valueName: "n"))
  var samplesPerDimension: Double?

  @Flag(
    help: """
      Leave values that occur more than once as they are, instead of adding uniform noise as wide as the \
      resolution of their column (the median step between its distinct values).
      """)
  var keepTies = false

  @Flag(help: "Leave out rows with a missing, not-a-number or infinite value.")
  var dropMissing = false

  @Option(help: ArgumentHelp("The seed of everything random.", valueName: "s"))
  var seed: UInt64 = 1
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var figures: FiguresFile

  /// The methods that are measured unless others are wanted.
  static let methods = ["mixture", "mixture-network", "kde-cv", "sd-kde", "em"]

  /// The data sets of a clone.
  static let bundled = ["Data/old-faithful.csv", "Data/penguins.csv", "Data/Real"]

  func validate() throws {
    if let samplesPerDimension, !(samplesPerDimension >= 1) {
      throw ValidationError("--samples-per-dimension is \(samplesPerDimension): give 1 or more")
    }
    try checkingUsage {
      try Limits.check("--halves", halves, 1...Limits.repetitions)
      if let samplesPerDimension {
        try Limits.check("--samples-per-dimension", samplesPerDimension, 1...Double(Limits.numbers))
      }
    }
  }

  func run() throws {
    try figures.check(inputs: files() + [measured.networkOptions.network])
    Progress.begin("measuring")
    var evaluation = try RealDataEvaluation(
      methods: measured.read(usual: Self.methods), halves: halves, seed: seed, threads: threadOptions.count)
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
    try figures.write(results)
  }
}

extension EvaluateRealData {
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
        reason: "not here: run in a clone of Parzen, or name files or folders of data")
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
