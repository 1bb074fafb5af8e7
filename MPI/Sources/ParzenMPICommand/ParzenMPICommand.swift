import ArgumentParser
import Foundation
import Parzen
import ParzenMPI

@main
struct ParzenMPICommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parzen-mpi",
    abstract: "Log density and score from samples that several processes read.",
    discussion: """
      Start it by mpirun, as in: mpirun -n 4 parzen-mpi fit 'part-*.npy' --save fit.json
      Every command of parzen takes the fit by --fit.
      """,
    subcommands: [FitCommand.self])

  /// The message of an error of arguments once, not of every process; any other where it comes from.
  static func main() {
    let command: any ParsableCommand
    do { command = try parseAsRoot() } catch {
      guard isFirst else { Foundation.exit(exitCode(for: error).rawValue) }
      exit(withError: error)
    }
    do {
      var command = command
      try command.run()
    } catch { exit(withError: error) }
  }

  /// Whether `mpirun` calls this process the first one, or has not started it.
  private static var isFirst: Bool {
    let environment = ProcessInfo.processInfo.environment
    let names = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"]
    return names.lazy.compactMap { environment[$0] }.first ?? "0" == "0"
  }
}
