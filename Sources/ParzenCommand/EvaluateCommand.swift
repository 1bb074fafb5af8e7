import ArgumentParser
import Foundation
import Parzen
import ParzenEvaluation
import ParzenFiles

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure the methods: errors where the true density is known, likelihood on real data.",
    discussion: """
      Every figure is a mean over random targets, with its standard error. All methods see the same targets, samples \
      and queries; queries are fresh draws, never the samples. With --real, the likelihood of held-out samples is \
      measured on data sets instead.

      Targets: \(TargetFamily.all.map(\.name).joined(separator: ", ")). With numbers in the place of capital letters: \
      \(TargetFamily.patterns.joined(separator: ", ")). A final * stands for all that begin so: 'marron-wand-*'.
      Methods: \(EvaluationMethod.all().map(\.name).joined(separator: ", ")).
      """)

  @Option(parsing: .upToNextOption, help: ArgumentHelp("The targets.", valueName: "name"))
  var targets = ["gmm-rotated"]
  @Option(parsing: .upToNextOption, help: ArgumentHelp("The dimensions.", valueName: "d"))
  var dimensions = [1, 2, 3, 5, 10]
  @Option(parsing: .upToNextOption, help: ArgumentHelp("The numbers of samples.", valueName: "n"))
  var sizes = [64, 256, 1024, 4096]
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      """
      The methods. (default: mixture, kde, sd-kde; with --real \(RealDataOptions.methods.joined(separator: ", ")))
      """, valueName: "name"))
  var methods: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The tables to print; time is worth reading with --threads 1 on an idle machine.", valueName: "name"))
  var tables = [Figure.relative, .ratio, .logDensity]
  @Flag(
    help: """
      Measure estimates of entropy and Fisher information instead (see `parzen information`), by the methods and by \
      nearest neighbours.
      """)
  var functionals = false
  @Flag(help: "Measure how well modes of Gaussian mixtures are found instead (see `parzen modes`).")
  var modes = false
  @Option(help: ArgumentHelp("The bootstrap replicates behind an estimate of a functional.", valueName: "n"))
  var replicates = 50
  @Option(help: ArgumentHelp("The number of random targets behind every figure.", valueName: "n"))
  var contexts = 100
  @Option(help: ArgumentHelp("The number of fresh queries per target.", valueName: "m"))
  var queries = 512
  @Option(help: ArgumentHelp("The seed of everything random.", valueName: "s"))
  var seed: UInt64 = 1
  @OptionGroup var published: PublishedTableOptions
  @OptionGroup var realData: RealDataOptions
  @OptionGroup var networkOptions: NetworkOptions
  @OptionGroup var threadOptions: ThreadOptions
  @Option(help: ArgumentHelp("Write all figures to this file.", valueName: "file"), completion: .file())
  var json: String?
  @Option(
    help: ArgumentHelp(
      "Draw the error against n to this folder: one .svg file for each target and dimension.",
      valueName: "folder"),
    completion: .directory)
  var plots: String?
  @Option(
    help: ArgumentHelp(
      """
      Measure nothing; write the samples, the queries and the true log densities there to .npy files in this folder, \
      for other programs.
      """, valueName: "folder"), completion: .directory)
  var writeData: String?

  /// The tables.
  enum Figure: String, CaseIterable, ExpressibleByArgument {
    case relative, ratio
    case logDensity = "log-density"
    case divergence = "kl"
    case meanDivergence = "kl-geometric-mean"
    case score
    case logDensityCoverage = "log-density-coverage"
    case scoreCoverage = "score-coverage"
    case time

    /// The text of the table.
    func text(_ table: EvaluationTable) -> String {
      figure.map(table.text) ?? table.geometricMeanText
    }

    private var figure: EvaluationTable.Figure? {
      switch self {
      case .relative: .relativeScoreError
      case .ratio: .ratioToKernelDensity
      case .logDensity: .logDensityError
      case .divergence: .divergence
      case .meanDivergence: nil
      case .score: .scoreError
      case .logDensityCoverage: .logDensityCoverage
      case .scoreCoverage: .scoreCoverage
      case .time: .milliseconds
      }
    }
  }

  func validate() throws {
    try checkingUsage {
      try Limits.check("--contexts", contexts, 1...Limits.repetitions)
      try Limits.check("--queries", queries, 1...Limits.numbers)
      for dimension in dimensions {
        try Limits.check("one of --dimensions", dimension, 1...Limits.dimensions)
      }
      for size in sizes { try Limits.check("one of --sizes", size, 1...Limits.numbers) }
      try Limits.checkProduct(
        "the largest samples", [dimensions.max() ?? 1, max(queries, sizes.max() ?? 1)])
      try Limits.check("--replicates", replicates, 2...Limits.repetitions)
    }
    if functionals, modes { throw ValidationError("--functionals and --modes exclude each other") }
    if functionals || modes, plots != nil {
      throw ValidationError(
        "--plots are of the errors of score and density: leave out \(modes ? "--modes" : "--functionals")")
    }
    if writeData != nil,
      realData.real || functionals || modes || published.runtime || !published.table.isEmpty
    {
      throw ValidationError("--write-data measures nothing: leave out all that is to be measured")
    }
    if realData.real {
      if functionals || modes || published.runtime || !published.table.isEmpty {
        throw ValidationError(
          "--real excludes --functionals, --modes, --table and --runtime: give one of them")
      }
      if plots != nil {
        throw ValidationError("--plots are of the errors of score and density: leave out --real")
      }
    }
    do {
      for name in targets { _ = try TargetFamily.families(name) }
      for name in methods { _ = try EvaluationMethod.named(name) }
    } catch {
      throw ValidationError(error.description)
    }
  }

  func run() throws {
    try AtomicFile.check(outputs: [json], inputs: realData.data + [networkOptions.network])
    Progress.begin("measuring")
    for folder in [plots, writeData].compactMap(\.self) { try AtomicFile.check(path: "\(folder)/file") }
    if !published.table.isEmpty {
      return try published.printTables(
        .init(
          contexts: contexts, seed: seed, threads: threadOptions.count, network: try networkOptions.read()))
    }
    let methods = try readMethods()
    if realData.real {
      return try writeJSON(
        realData.printTables(methods: methods, seed: seed, threads: threadOptions.count))
    }
    if published.runtime {
      return try published.printRuntime(
        methods, sizes: sizes, dimension: dimensions[0], seed: seed, plots: plots)
    }
    var evaluation = Evaluation(
      targets: try targets.flatMap { name throws(ParzenError) in try TargetFamily.families(name) },
      dimensions: dimensions, sizes: sizes, methods: methods, contexts: contexts, queries: queries,
      seed: seed,
      threads: threadOptions.count)

    if let writeData {
      let count = try ContextFiles(folder: writeData).write(evaluation)
      return Console.print("\(counted(count, "data set")) written to \(writeData)")
    }
    if modes { return try runModes(evaluation) }
    if functionals { return try runFunctionals(evaluation) }
    evaluation.measuresTime = tables.contains(.time)
    var stopwatch = Stopwatch()
    let cells = evaluation.run { cells in
      guard let cell = cells.first else { return }
      report(&stopwatch, cell.target, cell.dimension, cell.size)
    }
    printHeader()
    for table in tables { Console.print("\n" + table.text(EvaluationTable(cells))) }
    try writeJSON(cells)
    if let plots {
      for chart in ErrorChart.charts(of: cells) {
        try AtomicFile.write(Array(chart.svg.utf8), path: "\(plots)/\(chart.name)")
      }
    }
  }

  /// The methods, those with a network with the weights that are wanted.
  private func readMethods() throws(ParzenError) -> [EvaluationMethod] {
    let network = try networkOptions.read()
    let usual = realData.real ? RealDataOptions.methods : ["mixture", "kde", "sd-kde"]
    return try (methods.isEmpty ? usual : methods).map { name throws(ParzenError) in
      try EvaluationMethod.named(name, network: network)
    }
  }

  private func runFunctionals(_ evaluation: Evaluation) throws {
    var stopwatch = Stopwatch()
    let cells = try FunctionalEvaluation(evaluation, replicates: replicates).run { cells in
      guard let cell = cells.first else { return }
      report(&stopwatch, cell.target, cell.dimension, cell.size)
    }
    printHeader()
    Console.print("\n" + FunctionalCell.text(cells))
    try writeJSON(cells)
  }

  private func runModes(_ evaluation: Evaluation) throws {
    var stopwatch = Stopwatch()
    let cells = ModeEvaluation(evaluation).run { cells in
      guard let cell = cells.first else { return }
      report(&stopwatch, cell.target, cell.dimension, cell.size)
    }
    printHeader()
    Console.print("\n" + ModeCell.text(cells))
    try writeJSON(cells)
  }

  private func report(_ stopwatch: inout Stopwatch, _ target: String, _ dimension: Int, _ size: Int) {
    let name = "\(target), d = \(dimension), n = \(size)"
    Console.note("\(name): \(stopwatch.lap(name)) s")
  }

  private func printHeader() {
    Progress.end()
    Console.print("\(counted(contexts, "target")) behind every figure, seed \(seed)")
  }

  private func writeJSON(_ cells: some Encodable) throws {
    guard let json else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    try AtomicFile.write(Array(encoder.encode(cells)), path: json)
  }
}
