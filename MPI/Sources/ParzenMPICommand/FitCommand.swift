import ArgumentParser
import Foundation
import Parzen
import ParzenMPI

struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Estimate the density of samples in files that all processes can read, and save it.",
    discussion: """
      Each process reads a part of the rows; the result has the same bits for any number of processes, on \
      processors of one \
      kind.
      """)

  @Argument(
    help: "Files of samples (.npy) with the same columns; a name may have wildcards, as 'part-*.npy'.",
    completion: .file())
  var samples: [String]

  @Option(
    help: ArgumentHelp("Write the fit to this file.", valueName: "file.json"),
    completion: .file(extensions: ["json"]))
  var save: String

  @Option(help: "What the estimate may rest on: automatic, untransformed, equivariant or network.")
  var policy = EstimationPolicy.automatic

  @Option(help: ArgumentHelp("The threads of each process.", valueName: "n"))
  var threads = 1

  func validate() throws {
    guard 1...1024 ~= threads else { throw ValidationError("--threads is \(threads): give 1 to 1024") }
  }

  func run() throws {
    let ranks = try MPIRanks()
    do throws(ParzenError) {
      try fit(ranks)
    } catch {
      // Of an error that all have heard of, the one that it comes from speaks.
      if !"\(error)".hasPrefix("process ") {
        FileHandle.standardError.write(Data("Error: process \(ranks.rank): \(error)\n".utf8))
        ranks.abort(status: EXIT_FAILURE)
      }
      try? ranks.end()
      throw ExitCode.failure
    }
    try ranks.end()
  }

  private func fit(_ ranks: MPIRanks) throws(ParzenError) {
    let start = ContinuousClock.now
    let files = samples.flatMap { SampleSource.files(matching: $0) }
    let source = try SampleSource(contentsOf: files.map { URL(filePath: $0) }, ranks: ranks)
    let density = try MixtureTransformer(source: source, policy: policy, threads: threads)
    guard ranks.rank == 0 else { return }
    let origin = SavedFit.Origin(
      method: "mixture transformer",
      details: "\(density.density.coordinateMixture.componentCount) Gaussian components",
      file: URL(filePath: files[0]).lastPathComponent, samples: source.rows, ranges: density.record.ranges)
    try SavedFit(.transformed(density.density), columnNames: source.columnNames, origin: origin)
      .write(to: URL(filePath: save))
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print(
      """
      samples  \(source.rows) x \(source.dimension), read by \(ranks.count) \
      process\(ranks.count == 1 ? "" : "es")
      time     \(String(format: "%.3f", seconds)) s
      written  \(save)
      """)
  }
}

extension EstimationPolicy: ExpressibleByArgument {}
