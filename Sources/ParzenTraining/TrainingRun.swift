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
/// replaces the last one only when the disk has it, so there always is a good one.
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
  private let configuration: TrainingConfiguration
  private let start: TrainingState?
  private let threads: Int
  private let begin: Begin
  private let latest = LatestState<SavedStep>()

  /// A state, and the line of the log about the steps to it.
  private struct SavedStep: Sendable {
    let checkpoint: Checkpoint
    let line: TrainingLog.Line
  }

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

  /// Seconds to the second checkpoint; those after it follow at half of the time that the run has taken.
  private static let firstInterval = 5.0
  /// So many gradients in a row that are not finite end a run.
  private static let mostSkipped = 50

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - state: where to go on from, of a run with the same network; nil to begin anew.
  ///   - folder: made if it does not exist.
  ///   - begin: what to do where there is a run in the folder already. A run that is gone on with, from the
  ///     checkpoint in the folder, keeps its files in any case.
  ///   - threads: the most threads to use.
  /// - Throws: `ParzenError` if the configuration makes no sense or the folder cannot be made.
  public init(
    configuration: TrainingConfiguration, state: TrainingState? = nil, folder: URL,
    begin: Begin = .inEmptyFolder, threads: Int
  ) throws(ParzenError) {
    try configuration.validate()
    try Folder.create(folder.relativePath)
    self.configuration = configuration
    self.start = state
    self.folder = folder
    self.begin = begin
    self.threads = threads
  }

  /// Runs to the last step, or until `shouldStop` says so between two steps; then writes a checkpoint.
  ///
  /// - Parameters:
  ///   - shouldStop: asked after every step.
  ///   - report: receives every line of the log.
  /// - Returns: whether the last step was done.
  /// - Throws: `ParzenError.file` if the folder has another run, a run is at work in it, or its files
  ///   cannot be written; `ParzenError.invalidOption` if the training diverges. The last good checkpoint
  ///   then is in the folder.
  public func run(
    shouldStop: () -> Bool, report: (TrainingLog.Line) -> Void
  ) throws(ParzenError) -> Bool {
    let lock = try FolderLock(folder.relativePath)
    defer { withExtendedLifetime(lock) {} }
    let trainer = try Trainer(configuration: configuration, state: start, threads: threads)
    try makeRoom()
    let log = try TrainingLog(logURL, upTo: trainer.state.step)
    var window = TrainingLog.Window(trainer)
    let clock = ContinuousClock()
    let (begin, steps) = (clock.now, configuration.steps)
    var (lastCheckpoint, skipped) = (clock.now, 0)
    try save(trainer, log)
    while trainer.state.step < steps, !shouldStop() {
      let step = trainer.step()
      skipped = step.gradientNorm.isFinite ? 0 : skipped + 1
      try checkConvergence(trainer, skipped: skipped)
      window.add(step)
      let (elapsed, sinceLast) = (
        (clock.now - begin) / .seconds(1), (clock.now - lastCheckpoint) / .seconds(1)
      )
      let isSaved = sinceLast > min(checkpointInterval, max(Self.firstInterval, elapsed / 2))
      if trainer.state.step % Self.stepsPerReport == 0 || trainer.state.step == steps || isSaved {
        try write(&window, trainer, log, report)
      }
      if isSaved {
        try save(trainer, log)
        lastCheckpoint = clock.now
      }
      latest.keep {
        SavedStep(
          checkpoint: Checkpoint(configuration: configuration, state: trainer.state),
          line: window.line(trainer))
      }
    }
    if !window.line(trainer).isEmpty { try write(&window, trainer, log, report) }
    try save(trainer, log)
    guard trainer.state.step >= steps else { return false }
    let date = Date().ISO8601Format(.iso8601.year().month().day())
    try Checkpoint(configuration: configuration, state: trainer.state).writeWeights(
      to: weightsURL, date: date)
    return true
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

  /// A line of the log. Where the disk takes none, the state is saved before the run ends.
  private func write(
    _ window: inout TrainingLog.Window, _ trainer: Trainer, _ log: TrainingLog,
    _ report: (TrainingLog.Line) -> Void
  ) throws(ParzenError) {
    var line = window.line(trainer)
    let (step, period) = (trainer.state.step, configuration.heldOutSteps)
    if period > 0, step % period == 0 || step == configuration.steps {
      line.heldOut = HeldOutLosses(configuration).losses(of: trainer.state.average)
    }
    report(line)
    window = TrainingLog.Window(trainer)
    do {
      try log.append(line)
    } catch {
      try? save(trainer, log)
      throw error
    }
  }

  private func save(_ trainer: Trainer, _ log: TrainingLog) throws(ParzenError) {
    let checkpoint = Checkpoint(configuration: configuration, state: trainer.state)
    try latest.save(step: checkpoint.state.step) { () throws(ParzenError) in
      log.synchronise()
      try checkpoint.write(to: checkpointURL)
    }
  }

  /// Throws where weights are not finite any more, or gradients have not been for long.
  private func checkConvergence(_ trainer: Trainer, skipped: Int) throws(ParzenError) {
    guard !trainer.state.isFinite || skipped >= Self.mostSkipped else { return }
    let last = latest.savedStep.map {
      "the last good checkpoint, after step \($0), is \(checkpointURL.relativePath)"
    }
    throw .invalidOption(
      "the training diverged in step \(trainer.state.step): go on with a smaller learningRate or gradientNorm"
        + (last.map { "; \($0)" } ?? ""))
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
