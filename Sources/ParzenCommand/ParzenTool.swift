import ArgumentParser
import Foundation
import Parzen
import ParzenKernels

/// The process: prepares streams and signals, runs a command, and says how it ended.
public enum ParzenTool {
  /// The tool `parzen`.
  public static func main() -> Never {
    prepare()
    leave(status { try run(ParzenCommand.parseAsRoot(Arguments.all)) })
  }

  /// The tool `parzen-mpi`, in one of the processes that work together.
  ///
  /// Each error is told once: of arguments, by the first process; of what a process finds wrong, by that
  /// one, which ends all others. The first process alone writes files and speaks of them.
  public static func main<Ranks: CommandRanks>(over processes: Ranks.Type) -> Never {
    if !Ranks.isFirst { Console.silence() }
    prepare()
    var command: (any ParsableCommand)?
    let parsing = status { command = try RanksCommand.parseAsRoot(Arguments.all) }
    // An end of another process with an error would end the first one before it has spoken.
    guard let command else { leave(Ranks.isFirst ? parsing : EXIT_SUCCESS) }
    leave(
      status {
        let ranks = try Ranks()
        Processes.begin(ranks)
        do {
          try run(command)
        } catch let error as ParzenError {
          // Of an error that all have heard of, the one that it comes from speaks.
          if !"\(error)".hasPrefix("process ") {
            Console.alarm("Error: process \(ranks.rank): \(OptionNames.ofCommandLine("\(error)"))")
            ranks.abort(status: EXIT_FAILURE)
          }
          try? ranks.end()
          throw ExitCode.failure
        }
        try ranks.end()
      })
  }

  private static func prepare() {
    Console.prepare()
    Interruption.watch()
  }

  private static func run(_ parsed: any ParsableCommand) throws {
    if let flaw = InstructionSet.flawOfRequest { throw ValidationError(flaw) }
    var command = parsed
    try parsed.limited { try Progress.throughout { try command.run() } }
  }

  /// The exit code of some work, whose error is told.
  private static func status(_ work: () throws -> Void) -> Int32 {
    do {
      try work()
      return EXIT_SUCCESS
    } catch {
      let code = ParzenCommand.exitCode(for: error)
      let message = OptionNames.ofCommandLine(ParzenCommand.fullMessage(for: error))
      if !message.isEmpty { code.isSuccess ? Console.print(message) : Console.note(message) }
      return code.rawValue
    }
  }

  private static func leave(_ status: Int32) -> Never {
    // Everything is written; what `exit` would wait for, threads of libraries among it, has nothing to do
    // any more.
    _exit(Console.status(after: status))
  }
}
