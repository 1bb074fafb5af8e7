import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Estimate the density of samples once, and save it.",
    discussion: """
      The file is JSON that a person can read: the columns, how the fit was made, weights, means and the \
      Cholesky factors of \
      the covariances; of kernel densities the samples. Every command takes it by --fit FILE in place of \
      samples, and gives the same \
      log densities and scores, to the bit.
      """)

  @OptionGroup var sampleOptions: SampleOptions
  @OptionGroup(title: "Method") var methodOptions: MethodOptions
  @Option(
    help: ArgumentHelp("Write the fit to this file.", valueName: "file.json"),
    completion: .file(extensions: ["json"]))
  var save: String

  func run() throws {
    try AtomicFile.check(
      outputs: [save], inputs: [sampleOptions.samples, methodOptions.networkOptions.network])
    var report = Report()
    let source = try sampleOptions.density(methodOptions, &report)
    guard let content = source.estimate.content, let samples = source.samples else {
      throw ParzenError.invalidOption(
        source.samples == nil
          ? "--fit names a fit that is saved already: name samples"
          : "the \(source.estimate.title) cannot be saved with these options: take another --method")
    }
    let origin = SavedFit.Origin(
      method: source.estimate.title, details: source.estimate.details, file: sampleOptions.name,
      samples: samples.usable)
    try SavedFit(content, columnNames: source.columnNames, origin: origin).write(to: URL(filePath: save))
    report.add("written", save)
    report.write(toStandardError: false)
  }
}
