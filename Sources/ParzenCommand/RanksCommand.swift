import ArgumentParser
import Parzen
import Synchronization

/// Processes that run a command together.
public protocol CommandRanks: SampleRanks {
  /// Whether this is the first process, as its environment says before it has met the others.
  static var isFirst: Bool { get }
  /// Meets the other processes.
  init() throws(ParzenError)
  /// Takes leave of them, when all do.
  func end() throws(ParzenError)
  /// Ends all of them.
  func abort(status: Int32) -> Never
}

/// What can be done by several processes together.
struct RanksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parzen-mpi",
    abstract: "Log density and score from samples that several processes read, and training by all of them.",
    discussion: """
      Start it by mpirun, as in: mpirun -n 4 parzen-mpi fit 'part-*.npy' --save fit.json
      All processes must see the files. Options are those of parzen; --threads are those of each process, \
      one unless given. Every command of parzen takes the fit by --fit.
      """,
    version: packageVersion, subcommands: [FitCommand.self, UpdateCommand.self, TrainCommand.self])
}

/// The processes that run the command.
enum Processes {
  private static let current = Mutex<(any SampleRanks)?>(nil)

  /// The processes; nil where there is this one alone, and no others were asked for.
  static var ranks: (any SampleRanks)? { current.withLock { $0 } }

  /// Whether this process is the one that writes files.
  static var isFirst: Bool { ranks?.rank ?? 0 == 0 }

  /// The name of the tool.
  static var tool: String { ranks == nil ? "parzen" : "parzen-mpi" }

  /// What a report says about them.
  static var note: String {
    ranks.map { " by " + ($0.count == 1 ? "one process" : "\($0.count) processes") } ?? ""
  }

  static func begin(_ ranks: any SampleRanks) { current.withLock { $0 = ranks } }
}
