import ArgumentParser
import Parzen

/// How many threads a command uses.
struct ThreadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The most threads to use; results do not depend on it. (default: one per processor)", valueName: "n"))
  var threads: Int?

  @Flag(help: "Show no progress on a terminal.")
  var quiet = false

  func validate() throws {
    if quiet { Progress.silence() }
    try checkingUsage { if let threads { try Limits.check("--threads", threads, 1...Limits.threads) } }
  }

  /// The most threads to use. Processes that work together share the processors of their machine.
  var count: Int { threads ?? (Processes.ranks == nil ? Parallelism.threads : 1) }
}

/// Runs checks of options: what they find is a mistake in the arguments (exit code 64).
func checkingUsage(_ checks: () throws -> Void) throws {
  do {
    try checks()
  } catch let error as ParzenError {
    throw ValidationError(error.description)
  }
}
