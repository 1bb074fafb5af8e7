import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

struct FitCommand: MethodCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Estimate the density of samples once, and save it.",
    discussion: """
      The file is JSON that a person can read: the columns, how the fit was made, weights, means and the \
      Cholesky factors of the covariances; of kernel densities the samples. Every command takes it by --fit \
      FILE in place of samples, and gives the same log densities and scores, to the bit.

      With --memory, or several files, samples are left on the disk: .npy files are read in every pass, and \
      need not fit into memory. If such a fit is interrupted, the same command goes on after its last \
      finished pass, which FILE.passes has until then.
      """)

  @OptionGroup var sampleOptions: SampleOptions
  @OptionGroup var streamOptions: StreamOptions
  @OptionGroup(title: "Method") var methodOptions: MethodOptions
  @Option(
    help: ArgumentHelp("Write the fit to this file.", valueName: "file.json"),
    completion: .file(extensions: ["json"]))
  var save: String

  func run() throws {
    try AtomicFile.check(
      outputs: [save],
      inputs: streamOptions.files(sampleOptions.samples) + sampleOptions.inputs + methodOptions.inputs)
    var report = Report()
    let passes = FinishedPasses(in: URL(filePath: save + ".passes"))
    let saved =
      try streamOptions.isWanted(sampleOptions.samples) ? streamed(passes, &report) : inMemory(&report)
    guard Processes.isFirst else { return }
    try saved.write(to: URL(filePath: save))
    passes.remove()
    report.add("written", save)
    report.write(toStandardError: false)
  }

  private func inMemory(_ report: inout Report) throws -> SavedFit {
    let source = try sampleOptions.density(methodOptions, &report)
    guard let content = source.estimate.content, let samples = source.samples else {
      throw ParzenError.invalidOption(
        source.samples == nil
          ? "--fit names a fit that is saved already: name samples"
          : "the \(source.estimate.title) cannot be saved with these options: take another --method")
    }
    let origin = SavedFit.Origin(
      method: source.estimate.title, details: source.estimate.details, file: sampleOptions.name,
      samples: samples.usable, sampleWeights: samples.weights)
    return try SavedFit(content, columnNames: source.columnNames, origin: origin)
  }

  private func streamed(_ passes: FinishedPasses, _ report: inout Report) throws -> SavedFit {
    var stopwatch = Stopwatch()
    let source = try sampleOptions.stream(streamOptions, methodOptions, &report)
    let density = try methodOptions.fit(
      source, regularise: sampleOptions.regularise, memory: streamOptions.memory, passes: passes)
    if let note = passes.note { report.add("", note) }
    let estimate = Estimate(density)
    report.add(estimate, source.labels)
    stopwatch.lap("fitting")
    report.add("time", stopwatch.description)
    let origin = SavedFit.Origin(
      method: estimate.title, details: estimate.details, file: sampleOptions.name, samples: source.rows,
      effectiveCount: source.weights == nil ? nil : density.record.effectiveCount,
      ranges: density.record.ranges)
    return try SavedFit(.transformed(density.density), columnNames: source.columnNames, origin: origin)
  }
}
