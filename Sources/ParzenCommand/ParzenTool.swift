import ArgumentParser
import Foundation

/// The process: prepares streams and signals, runs a command, and says how it ended.
@main
enum ParzenTool {
  static func main() {
    Console.prepare()
    Interruption.watch()
    let status = Console.status(after: run())
    // Everything is written; what `exit` would wait for, threads of libraries among it, has nothing to do
    // any more.
    _exit(status)
  }

  /// Runs the command of the arguments; returns its exit code.
  private static func run() -> Int32 {
    do {
      var command = try ParzenCommand.parseAsRoot(Arguments.all)
      try command.run()
      return EXIT_SUCCESS
    } catch {
      let code = ParzenCommand.exitCode(for: error)
      let message = OptionNames.ofCommandLine(ParzenCommand.fullMessage(for: error))
      if !message.isEmpty { code.isSuccess ? Console.print(message) : Console.note(message) }
      return code.rawValue
    }
  }
}
