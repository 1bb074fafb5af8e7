import ArgumentParser
import Foundation
import Parzen
import ParzenEvaluation
import ParzenPlots

/// How the methods' time grows with the number of samples.
struct EvaluateRuntime: ThreadedCommand {
  static let configuration = CommandConfiguration(
    commandName: "runtime",
    abstract:
      "Measure the time that the methods take for n samples and n queries, with the exponent of its growth.")

  @Option(help: ArgumentHelp("The dimension.", valueName: "d"))
  var dimension = 2
  @Option(parsing: .upToNextOption, help: ArgumentHelp("The numbers of samples.", valueName: "n"))
  var sizes = [256, 512, 1024, 2048, 4096]
  @OptionGroup var measured: MeasuredMethods
  @Option(help: ArgumentHelp("The seed of the target and the samples.", valueName: "s"))
  var seed: UInt64 = 1
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var figures: FiguresFile
  @Option(
    help: ArgumentHelp("Draw the times to the file runtime.svg in this folder.", valueName: "folder"),
    completion: .directory)
  var plots: String?

  func validate() throws {
    try checkingUsage {
      try Limits.check("--dimension", dimension, 1...Limits.dimensions)
      for size in sizes { try Limits.check("one of --sizes", size, 1...Limits.numbers) }
      try Limits.checkProduct("the largest samples", [dimension, sizes.max() ?? 1])
    }
  }

  func run() throws {
    try figures.check(inputs: [measured.networkOptions.network])
    Progress.begin("measuring")
    if let plots { try AtomicFile.check(path: "\(plots)/runtime.svg") }
    let methods = try measured.read()
    let runtime = try Runtime(methods: methods, sizes: sizes.sorted(), dimension: dimension, seed: seed) {
      Console.note("\($0.method), n = \($0.size): \(short($0.seconds)) s")
    }
    Console.print(runtime.text)
    try figures.write(runtime.points)
    if let plots { try AtomicFile.write(Array(chart(runtime).svg().utf8), path: "\(plots)/runtime.svg") }
  }

  private func chart(_ runtime: Runtime) -> LineChart {
    LineChart(
      title: "Time against the number of samples",
      subtitle: "gmm-rotated, d = \(dimension): n samples fitted, n queries evaluated", xName: "samples n",
      yName: "seconds", xKind: .logarithmic, yKind: .logarithmic,
      series: runtime.methods.map { method in
        let exponent = runtime.exponent(of: method).map { String(format: " n^%.1f", $0) } ?? ""
        return LineChart.Series(
          name: method + exponent,
          values: runtime.points(of: method).map { .init(x: Double($0.size), y: $0.seconds) })
      })
  }
}
