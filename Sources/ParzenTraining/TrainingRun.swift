import ParzenCore
import ParzenDifferentiation
import ParzenEstimators
import ParzenFiles
import ParzenPlatform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A training run in a folder: steps until it is finished, out of time or asked to stop, with a JSON-lines
/// log, checkpoints, and the weights at the end.
///
/// The folder receives `checkpoint.safetensors` (before the first step, then ever more rarely up to every
/// `checkpointInterval`, and at the end), `log.jsonl` (see `TrainingLog`) and, when the last step is done,
/// the weights, named by their architecture, for instance `mixture-transformer.safetensors`. A checkpoint
/// replaces the last one only when the disk has it, so there always is a good one. Of several processes, the
/// first one alone uses the folder.
///
/// ```swift
/// var configuration = TrainingConfiguration()
/// configuration.steps = 1_000
/// let run = try TrainingRun(configuration: configuration, folder: URL(filePath: "run"), threads: 2)
/// ```
public struct TrainingRun: Sendable {
  /// The folder.
  public let folder: URL
  /// The most seconds between two checkpoints.
  public var checkpointInterval = 180.0
  /// Steps between two lines of the log, checkpoints aside.
  public static let stepsPerReport = 100
  let configuration: TrainingConfiguration
  private let start: TrainingState?
  private let threads: Int
  private let ranks: any SampleRanks
  private let begin: Begin
  let latest = LatestState<TrainingRecords.SavedStep>()

  /// How a run treats a folder in which there is one already.
  public enum Begin: Sendable {
    /// Refuses it, unless it is the run that is gone on with.
    case inEmptyFolder
    /// Removes its files.
    case overwriting
  }

  public var checkpointURL: URL { folder.appendingPathComponent("checkpoint.safetensors") }
  public var weightsURL: URL {
    folder.appendingPathComponent("\(configuration.network.architecture).safetensors")
  }
  public var logURL: URL { folder.appendingPathComponent("log.jsonl") }

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - state: where to go on from, of a run with the same network; nil to begin anew.
  ///   - folder: made if it does not exist.
  ///   - begin: what to do where there is a run in the folder already. A run that is gone on with, from the
  ///     checkpoint in the folder, keeps its files in any case.
  ///   - threads: the most threads to use.
  ///   - ranks: processes that train together, all from the same state with the same configuration; the
  ///     weights do not depend on how many they are.
  /// - Throws: `ParzenError` if the configuration makes no sense or the folder cannot be made.
  public init(
    configuration: TrainingConfiguration, state: TrainingState? = nil, folder: URL,
    begin: Begin = .inEmptyFolder, threads: Int, ranks: (any SampleRanks)? = nil
  ) throws(ParzenError) {
    let ranks = ranks ?? SingleRank()
    try ranks.together { () throws(ParzenError) in
      try configuration.validate()
      if ranks.rank == 0 { try Folder.create(folder.relativePath) }
    }
    self.ranks = ranks
    self.configuration = configuration
    self.start = state
    self.folder = folder
    self.begin = begin
    self.threads = threads
  }

  /// Runs to the last step, or until `shouldStop` says so between two steps; then writes a checkpoint.
  ///
  /// - Parameters:
  ///   - shouldStop: asked after every step; of several processes, one that says so stops all. A cancelled
  ///     task stops the run, too, which can be resumed.
  ///   - report: receives every line of the log, in the first process.
  /// - Returns: whether the last step was done.
  /// - Throws: `ParzenError.file` if the folder has another run, a run is at work in it, or its files
  ///   cannot be written; `ParzenError.invalidOption` if the training diverges. The last good checkpoint
  ///   then is in the folder. What one process throws, all throw.
  public func run(
    shouldStop: () -> Bool, report: (TrainingLog.Line) -> Void
  ) throws(ParzenError) -> Bool {
    let isFirst = ranks.rank == 0
    let lock = try ranks.together { () throws(ParzenError) in
      isFirst ? try FolderLock(folder.relativePath) : nil
    }
    defer { withExtendedLifetime(lock) {} }
    let trainer = try ranks.together { () throws(ParzenError) in
      try Trainer(configuration: configuration, state: start, threads: threads, ranks: ranks)
    }
    let records = try ranks.together { () throws(ParzenError) -> TrainingRecords? in
      guard isFirst else { return nil }
      try makeRoom()
      return try TrainingRecords(self, trainer)
    }
    let phase = WorkPhase(parts: configuration.steps)
    defer { phase.end() }
    var isStopped = try ranks.any(shouldStop)
    while trainer.state.step < configuration.steps, !isStopped {
      let step = try trainer.step()
      phase.advance()
      isStopped = try ranks.any { () throws(ParzenError) in
        try records?.add(step, of: trainer, report)
        return shouldStop() || WorkPhase.isCancelled
      }
    }
    let isFinished = trainer.state.step >= configuration.steps
    try ranks.together { () throws(ParzenError) in
      try records?.end(trainer, report)
      if isFinished { try records?.writeWeights(trainer) }
    }
    return isFinished
  }

  /// Writes the latest state that was kept for this, where it is later than the last checkpoint: for a run
  /// that is in the middle of a step and has to end. From any thread; no other checkpoint is written after
  /// it.
  public func saveLatestState() {
    latest.end { saved in
      guard let log = try? TrainingLog(logURL, upTo: saved.checkpoint.state.step) else { return }
      if !saved.line.isEmpty { try? log.append(saved.line) }
      log.synchronise()
      try? saved.checkpoint.write(to: checkpointURL)
    }
  }

  /// Makes sure that the folder has no other run, by removing it if that is wanted.
  private func makeRoom() throws(ParzenError) {
    guard !isGoingOn else { return }
    var overwrites = false
    if case .overwriting = begin { overwrites = true }
    try RunFolder.makeRoom(
      in: folder.relativePath, for: [checkpointURL, logURL, weightsURL].map(\.lastPathComponent),
      checkpoint: checkpointURL.lastPathComponent, overwrites: overwrites)
  }

  /// Whether the state to go on from is that of the folder's checkpoint.
  private var isGoingOn: Bool {
    guard let start, let checkpoint = try? Checkpoint(contentsOf: checkpointURL) else { return false }
    return checkpoint.state.step == start.step && checkpoint.state.parameters == start.parameters
  }
}
