import ArgumentParser
import Parzen
import ParzenEvaluation

/// Estimates of entropy and Fisher information where the truth is known.
struct EvaluateFunctionals: ThreadedCommand {
  static let configuration = CommandConfiguration(
    commandName: "functionals",
    abstract: "Measure estimates of entropy and Fisher information (see `parzen information`).",
    discussion: "By the methods, and by nearest neighbours.")

  @OptionGroup var grid: GridOptions
  @OptionGroup var measured: MeasuredMethods
  @Option(help: ArgumentHelp("The bootstrap replicates behind an estimate.", valueName: "n"))
  var replicates = 50
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var figures: FiguresFile

  func validate() throws {
    try checkingUsage { try Limits.check("--replicates", replicates, 2...Limits.repetitions) }
  }

  func run() throws {
    try figures.check(inputs: [measured.networkOptions.network])
    Progress.begin("measuring")
    let evaluation = try grid.evaluation(measured.read(), threads: threadOptions.count)
    var report = CellReport()
    let cells = try FunctionalEvaluation(evaluation, replicates: replicates).run { report($0.first) }
    Console.print("\(grid.repetition.header)\n\n\(FunctionalCell.text(cells))")
    try figures.write(cells)
  }
}
