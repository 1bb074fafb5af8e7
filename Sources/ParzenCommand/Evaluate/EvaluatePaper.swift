import ArgumentParser
import Parzen
import ParzenEvaluation

/// The tables of the cross-attention transformer's paper.
struct EvaluatePaper: ThreadedCommand {
  static let configuration = CommandConfiguration(
    commandName: "paper",
    abstract: "Measure the tables of the cross-attention transformer's paper (arXiv 2511.05924).",
    discussion: "Its figures stand beside ours.")

  @Argument(help: ArgumentHelp("The tables' numbers, from 1 to 6.", valueName: "number"))
  var tables: [Int]
  @OptionGroup var repetition: RepetitionOptions
  @OptionGroup var networkOptions: NetworkOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var figures: FiguresFile

  func validate() throws {
    if let number = tables.first(where: { !PublishedTable.numbers.contains($0) }) {
      throw ValidationError("there is no table \(number): give numbers from 1 to 6")
    }
  }

  func run() throws {
    try figures.check(inputs: [networkOptions.network])
    Progress.begin("measuring")
    let plan = PublishedTable.Plan(
      contexts: repetition.contexts, seed: repetition.seed, threads: threadOptions.count,
      network: try networkOptions.read())
    var measured: [PublishedTable] = []
    for number in tables {
      let table = try PublishedTable(number, plan)
      Console.print(table.text + "\n")
      measured.append(table)
    }
    try figures.write(measured)
  }
}
