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

/// A command that takes threads: all of its work has that limit, whatever has one of its own besides.
protocol ThreadedCommand: ParsableCommand {
  var threadOptions: ThreadOptions { get }
}

/// A command with a method, whose options have that of threads.
protocol MethodCommand: ThreadedCommand {
  var methodOptions: MethodOptions { get }
}

extension MethodCommand {
  var threadOptions: ThreadOptions { methodOptions.threadOptions }
}

extension ParsableCommand {
  /// Does work of the command on no more threads than it is told to take.
  func limited<Result, Failure: Error>(
    _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let command = self as? any ThreadedCommand else { return try work() }
    return try Parallelism.limited(to: command.threadOptions.count, work)
  }
}

/// Runs checks of options: what they find is a mistake in the arguments (exit code 64).
func checkingUsage(_ checks: () throws -> Void) throws {
  do {
    try checks()
  } catch let error as ParzenError {
    throw ValidationError(error.description)
  }
}
