import ArgumentParser
import Foundation
import Parzen
import ParzenEvaluation

/// Errors of score and log density where the truth is known.
struct EvaluateErrors: ThreadedCommand {
  static let configuration = CommandConfiguration(
    commandName: "errors",
    abstract: "Measure errors of the score and the log density on random targets (default).")

  @OptionGroup var grid: GridOptions
  @OptionGroup var measured: MeasuredMethods
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The tables to print; time is worth reading with --threads 1 on an idle machine.", valueName: "name"))
  var tables = [Figure.relative, .ratio, .logDensity]
  @Option(help: ArgumentHelp("The number of fresh queries per target.", valueName: "m"))
  var queries = 512
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var figures: FiguresFile
  @Option(
    help: ArgumentHelp(
      "Draw the error against n to this folder: one .svg file for each target and dimension.",
      valueName: "folder"),
    completion: .directory)
  var plots: String?
  @Option(
    help: ArgumentHelp(
      """
      Measure nothing; write the samples, the queries and the true log densities there to .npy files in this \
      folder, for other programs.
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
      try Limits.check("--queries", queries, 1...Limits.numbers)
      try Limits.checkProduct("the largest queries", [grid.dimensions.max() ?? 1, queries])
    }
    if writeData != nil {
      try refuse(
        namesGiven([
          "--json": figures.json != nil, "--plots": plots != nil, "--methods": !measured.methods.isEmpty,
          "--network": measured.networkOptions.network != nil,
        ]), "for what is measured, and --write-data measures nothing")
    }
  }

  func run() throws {
    try figures.check(inputs: [measured.networkOptions.network])
    Progress.begin("measuring")
    for folder in [plots, writeData].compactMap(\.self) { try AtomicFile.check(path: "\(folder)/file") }
    var evaluation = try grid.evaluation(measured.read(), queries: queries, threads: threadOptions.count)
    if let writeData {
      let count = try ContextFiles(folder: writeData).write(evaluation)
      return Console.print("\(counted(count, "data set")) written to \(writeData)")
    }
    evaluation.measuresTime = tables.contains(.time)
    var report = CellReport()
    let cells = evaluation.run { report($0.first) }
    Console.print(grid.repetition.header)
    for table in tables { Console.print("\n" + table.text(EvaluationTable(cells))) }
    try figures.write(cells)
    guard let plots else { return }
    for chart in ErrorChart.charts(of: cells) {
      try AtomicFile.write(Array(chart.svg.utf8), path: "\(plots)/\(chart.name)")
    }
  }
}
