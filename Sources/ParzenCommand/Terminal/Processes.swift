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
