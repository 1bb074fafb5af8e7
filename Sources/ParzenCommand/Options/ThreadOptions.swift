import ArgumentParser
import Foundation

/// How many threads a command uses.
struct ThreadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The most threads to use; results do not depend on it. (default: one per processor)", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads): give 1 or more") }
  }

  /// The most threads to use.
  var count: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }
}
