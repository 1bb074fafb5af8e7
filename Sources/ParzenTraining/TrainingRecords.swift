import ParzenCore
import ParzenEstimators
import ParzenFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a training run writes into its folder while it goes on: lines of the log, checkpoints, and the
/// weights; of several processes, the first one has it.
final class TrainingRecords {
  private let run: TrainingRun
  private let log: TrainingLog
  private var window: TrainingLog.Window
  private let clock = ContinuousClock()
  private let begin: ContinuousClock.Instant
  private var lastCheckpoint: ContinuousClock.Instant
  /// Gradients in a row that were not finite.
  private var skipped = 0

  /// A state, and the line of the log about the steps to it.
  struct SavedStep: Sendable {
    let checkpoint: Checkpoint
    let line: TrainingLog.Line
  }

  /// Seconds to the second checkpoint; those after it follow at half of the time that the run has taken.
  private static let firstInterval = 5.0
  /// So many gradients in a row that are not finite end a run.
  private static let mostSkipped = 50

  /// Opens the log, and writes the first checkpoint.
  ///
  /// - Throws: `ParzenError.file` if they cannot be written.
  init(_ run: TrainingRun, _ trainer: Trainer) throws(ParzenError) {
    self.run = run
    log = try TrainingLog(run.logURL, upTo: trainer.state.step)
    window = TrainingLog.Window(trainer)
    begin = clock.now
    lastCheckpoint = begin
    try save(trainer)
  }

  /// Notes a step; writes a line and a checkpoint where it is time for them.
  ///
  /// - Throws: `ParzenError.invalidOption` if the training has diverged, `ParzenError.file` if something
  ///   cannot be written.
  func add(
    _ step: Trainer.StepReport, of trainer: Trainer, _ report: (TrainingLog.Line) -> Void
  ) throws(ParzenError) {
    skipped = step.gradientNorm.isFinite ? 0 : skipped + 1
    try checkConvergence(trainer)
    window.add(step)
    let (elapsed, sinceLast) = (
      (clock.now - begin) / .seconds(1), (clock.now - lastCheckpoint) / .seconds(1)
    )
    let isSaved = sinceLast > min(run.checkpointInterval, max(Self.firstInterval, elapsed / 2))
    let done = trainer.state.step
    if done % TrainingRun.stepsPerReport == 0 || done == run.configuration.steps || isSaved {
      try write(trainer, report)
    }
    if isSaved {
      try save(trainer)
      lastCheckpoint = clock.now
    }
    run.latest.keep {
      SavedStep(
        checkpoint: Checkpoint(configuration: run.configuration, state: trainer.state),
        line: window.line(trainer))
    }
  }

  /// Writes what is not yet written.
  func end(_ trainer: Trainer, _ report: (TrainingLog.Line) -> Void) throws(ParzenError) {
    if !window.line(trainer).isEmpty { try write(trainer, report) }
    try save(trainer)
  }

  /// Writes the averaged weights, as they ship.
  func writeWeights(_ trainer: Trainer) throws(ParzenError) {
    try Checkpoint(configuration: run.configuration, state: trainer.state).writeWeights(
      to: run.weightsURL, date: Date().ISO8601Format(.iso8601.year().month().day()))
  }

  /// A line of the log. Where the disk takes none, the state is saved before the run ends.
  private func write(_ trainer: Trainer, _ report: (TrainingLog.Line) -> Void) throws(ParzenError) {
    var line = window.line(trainer)
    let (step, period) = (trainer.state.step, run.configuration.heldOutSteps)
    if period > 0, step % period == 0 || step == run.configuration.steps {
      line.heldOut = try HeldOutLosses(run.configuration).losses(of: trainer.state.average)
    }
    report(line)
    window = TrainingLog.Window(trainer)
    do {
      try log.append(line)
    } catch {
      try? save(trainer)
      throw error
    }
  }

  private func save(_ trainer: Trainer) throws(ParzenError) {
    let checkpoint = Checkpoint(configuration: run.configuration, state: trainer.state)
    try run.latest.save(step: checkpoint.state.step) { () throws(ParzenError) in
      log.synchronise()
      try checkpoint.write(to: run.checkpointURL)
    }
  }

  /// Throws where weights are not finite any more, or gradients have not been for long.
  private func checkConvergence(_ trainer: Trainer) throws(ParzenError) {
    guard !trainer.state.isFinite || skipped >= Self.mostSkipped else { return }
    let last = run.latest.savedStep.map {
      "the last good checkpoint, after step \($0), is \(run.checkpointURL.relativePath)"
    }
    throw .invalidOption(
      "the training diverged in step \(trainer.state.step): go on with a smaller learningRate or gradientNorm"
        + (last.map { "; \($0)" } ?? ""))
  }
}
