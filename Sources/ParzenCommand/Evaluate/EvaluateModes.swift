import ArgumentParser
import Parzen
import ParzenEvaluation

/// Modes of mixtures of Gaussians against those of the truth.
struct EvaluateModes: ThreadedCommand {
  static let configuration = CommandConfiguration(
    commandName: "modes",
    abstract: "Measure how well modes of Gaussian mixtures are found (see `parzen modes`).")

  @OptionGroup var grid: GridOptions
  @OptionGroup var measured: MeasuredMethods
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var figures: FiguresFile

  func run() throws {
    try figures.check(inputs: [measured.networkOptions.network])
    Progress.begin("measuring")
    let evaluation = try grid.evaluation(measured.read(), threads: threadOptions.count)
    var report = CellReport()
    let cells = ModeEvaluation(evaluation).run { report($0.first) }
    Console.print("\(grid.repetition.header)\n\n\(ModeCell.text(cells))")
    try figures.write(cells)
  }
}
