import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

struct InformationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "information",
    abstract: "Estimate entropy and Fisher information of samples, or their divergence from others.",
    discussion: """
      The entropy is in nats; the Fisher information is that of location, the covariance of the score. With \
      --relative-to: the Kullback-Leibler divergence and the relative Fisher information of the samples from the others, \
      and the kernelised Stein discrepancy of the samples from the score of the others.

      Estimates are corrected for bias, and have standard errors, by a parametric bootstrap: new samples are drawn from \
      the estimated density, and everything is estimated again from them. Beside them stand cross-fitted figures, each \
      sample under the estimate from other samples, and those of the estimated density itself.
      """)

  @OptionGroup var sampleOptions: SampleOptions
  @Option(
    help: ArgumentHelp("Compare with the samples of this CSV or .npy file.", valueName: "file"),
    completion: .file())
  var relativeTo: String?
  @Option(
    help: ArgumentHelp(
      "The bootstrap replicates; standard errors are uncertain by 1 / sqrt(2 n).", valueName: "n"))
  var replicates = 50
  @Option(help: ArgumentHelp("The seed of everything random.", valueName: "s"))
  var seed: UInt64 = 1
  @OptionGroup(title: "Method") var methodOptions: MethodOptions
  @Option(
    help: ArgumentHelp("Write all figures to this file.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?

  func validate() throws {
    try checkingUsage { try Limits.check("--replicates", replicates, 2...Limits.repetitions) }
  }

  func run() throws {
    try AtomicFile.check(
      outputs: [json], inputs: [sampleOptions.samples, relativeTo, methodOptions.networkOptions.network])
    var report = Report()
    let samples = try sampleOptions.read(&report)
    try methodOptions.warnOfUnusual(samples.usable)
    let fit = try methodOptions.densityFit(for: samples.table.columnNames)
    let options = AnalysisOptions(
      replicates: replicates, seed: seed, threads: methodOptions.threadOptions.count)
    report.add("method", "\(methodOptions.method.rawValue), \(replicates) replicates, seed \(seed)")
    if let relativeTo {
      let others = try sampleOptions.readOthers(relativeTo, as: "others", like: samples, &report)
      let information = try RelativeInformation(
        samples: samples.usable, relativeTo: others, fit: fit, options: options)
      try write(RelativeFigures(information), &report)
    } else {
      let information = try SampleInformation(samples: samples.usable, fit: fit, options: options)
      try write(SampleFigures(information, columnNames: samples.table.columnNames), &report)
    }
  }

  private func write(_ figures: some InformationFigures, _ report: inout Report) throws {
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try AtomicFile.write(Array(encoder.encode(figures)), path: json)
      report.add("written", json)
    }
    report.write(toStandardError: false)
    Console.print("\n" + figures.text)
  }
}
