import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

struct SampleCommand: MethodCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draw new samples from the estimated density of samples.",
    discussion: """
      The same seed gives the same draws, for any number of threads. Without --output they go to standard \
      output: as CSV, or on a terminal the first rows.
      """)

  @OptionGroup var sampleOptions: SampleOptions
  @Option(help: ArgumentHelp("How many samples to draw.", valueName: "n"))
  var count: Int
  @Option(
    help: ArgumentHelp(
      "The seed of the random numbers. (default: a random one, which is reported)", valueName: "s"))
  var seed: UInt64?
  @OptionGroup(title: "Sampler") var samplerOptions: SamplerOptions
  @OptionGroup(title: "Method") var methodOptions: MethodOptions
  @OptionGroup(title: "Output") var outputOptions: OutputOptions

  /// The samples that are drawn at a time, so that memory stays bounded.
  private static let blockRows = 1 << 16

  func validate() throws {
    try sampleOptions.check(methodOptions, readsOthers: false)
    try outputOptions.checkNoTexts()
    try checkingUsage { try Limits.check("--count", count, 1...Limits.steps) }
  }

  func run() throws {
    try AtomicFile.check(
      outputs: [outputOptions.output], inputs: sampleOptions.inputs + methodOptions.inputs)
    var report = Report()
    var stopwatch = Stopwatch()
    let source = try sampleOptions.density(methodOptions, &report)
    let estimate = source.estimate
    try outputOptions.checkSize(rows: count, columns: source.columnNames.count)
    stopwatch.lap("fitting")

    let seed = seed ?? .random(in: 0...UInt64(UInt32.max))
    let names = source.columnNames
    Progress.begin("drawing samples")
    if let kind = samplerOptions.sampler.kind {
      // The chains of a saved fit start at exact draws from it.
      let starts = try source.points(seed: seed &+ 1).values
      let draws = try samplerOptions.draw(
        kind, from: estimate.density, samples: starts, count: count, seed: seed, &report)
      try write(draws, columnNames: names)
    } else {
      try draw(from: estimate.distribution(), seed: seed, columnNames: names)
    }
    Progress.end()
    stopwatch.lap("drawing")
    report.add("drawn", "\(counted(count, "sample")) with seed \(seed)")
    if let path = outputOptions.output { report.add("written", path) }
    report.add("time", stopwatch.description)
    report.write(toStandardError: outputOptions.output == nil)
  }

  private func draw(from density: some Distribution, seed: UInt64, columnNames: [String]) throws(ParzenError)
  {
    var draws = DrawSequence(density, seed: seed)
    if outputOptions.destination == .terminal {
      return show(draws.draw(min(count, TerminalTable.mostRows)), columnNames: columnNames)
    }
    var writer = try TableWriter(path: outputOptions.output, columnNames: columnNames, rows: count)
    for start in stride(from: 0, to: count, by: SampleCommand.blockRows) {
      let block = draws.draw(min(SampleCommand.blockRows, count - start))
      for row in 0..<block.rows { try writer.append(checkingNumbers(block[row: row])) }
    }
    try writer.finish()
  }

  private func write(_ draws: Matrix, columnNames: [String]) throws(ParzenError) {
    if outputOptions.destination == .terminal {
      let rows = draws.selectingRows(0..<min(draws.rows, TerminalTable.mostRows))
      return show(rows, columnNames: columnNames)
    }
    var writer = try TableWriter(path: outputOptions.output, columnNames: columnNames, rows: draws.rows)
    for row in 0..<draws.rows { try writer.append(checkingNumbers(draws[row: row])) }
    try writer.finish()
  }

  private func show(_ rows: Matrix, columnNames: [String]) {
    let table = TerminalTable(
      columnNames: columnNames, rows: (0..<rows.rows).map { Array(rows[row: $0]) }, total: count)
    Console.print(table.description)
  }
}
