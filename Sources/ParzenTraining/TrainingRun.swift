import ParzenCore
import ParzenEstimators
import ParzenFiles
import ParzenPlatform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A training run in a folder: steps until it is finished, out of time or asked to stop, with a JSON-lines log,
/// checkpoints, and the weights at the end.
///
/// The folder receives `checkpoint.safetensors` (replaced every `checkpointInterval` and at the end), `log.jsonl` (one line
/// for every hundred steps) and, when the last step is done, the weights, named by their architecture, for instance
/// `mixture-transformer.safetensors`.
public struct TrainingRun {
  /// The folder.
  public let folder: URL
  /// Seconds between two checkpoints.
  public var checkpointInterval = 180.0
  /// Steps between two lines of the log.
  public static let stepsPerReport = 100
  private let trainer: Trainer

  public var checkpointURL: URL { folder.appendingPathComponent("checkpoint.safetensors") }
  public var weightsURL: URL {
    folder.appendingPathComponent("\(trainer.configuration.network.architecture).safetensors")
  }
  public var logURL: URL { folder.appendingPathComponent("log.jsonl") }

  /// One line of the log: means over the steps since the last one.
  public struct Report: Sendable, Codable {
    /// Steps done, and of how many.
    public var step: Int
    public var steps: Int
    /// Contexts seen in all, and in a second.
    public var contexts: Int
    public var contextsPerSecond: Double
    /// Mean pseudo-Huber errors of score and log density.
    public var scoreLoss: Double
    public var logDensityLoss: Double
    /// The same by bucket, "d2n256": score, log density.
    public var buckets: [String: [Double]]
    public var learningRate: Double
    public var skippedSteps: Int
    /// Seconds to the end of the run at this pace.
    public var secondsLeft: Double
    /// The averaged weights' losses on held-out contexts, where this line has them.
    public var heldOut: [String: [Double]]?
  }

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - state: where to go on from, of a run with the same network; nil to begin anew.
  ///   - folder: made if it does not exist.
  ///   - threads: the most threads to use.
  /// - Throws: `ParzenError` if the configuration makes no sense or the folder cannot be made.
  public init(
    configuration: TrainingConfiguration, state: TrainingState? = nil, folder: URL, threads: Int
  ) throws(ParzenError) {
    try configuration.validate()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw .file(path: folder.path, reason: "the folder cannot be made: is its parent writable?")
    }
    guard state == nil || state!.parameters.count == configuration.network.layout.count else {
      throw .invalidOption("the checkpoint belongs to another network than the configuration: give that one")
    }
    self.folder = folder
    trainer = Trainer(configuration: configuration, state: state, threads: threads)
  }

  /// Runs to the last step, or until `shouldStop` says so between two steps; then writes a checkpoint.
  ///
  /// - Parameters:
  ///   - shouldStop: asked after every step.
  ///   - report: receives every line of the log.
  /// - Returns: whether the last step was done.
  public func run(shouldStop: () -> Bool, report: (Report) -> Void) throws(ParzenError) -> Bool {
    let log = try LineLog(logURL)
    let steps = trainer.configuration.steps
    var window = Window(contexts: trainer.state.contexts)
    var lastCheckpoint = Date()
    while trainer.state.step < steps, !shouldStop() {
      window.add(trainer.step())
      if trainer.state.step % Self.stepsPerReport == 0 || trainer.state.step == steps {
        var line = window.report(trainer)
        if isHeldOutDue(steps) {
          line.heldOut = HeldOutLosses(trainer.configuration).losses(of: trainer.state.average)
        }
        try log.append(jsonText(line))
        report(line)
        window = Window(contexts: trainer.state.contexts)
      }
      if Date().timeIntervalSince(lastCheckpoint) > checkpointInterval {
        try checkpoint.write(to: checkpointURL)
        lastCheckpoint = Date()
      }
    }
    try checkpoint.write(to: checkpointURL)
    guard trainer.state.step >= steps else { return false }
    let date = Date().ISO8601Format(.iso8601.year().month().day())
    try checkpoint.writeWeights(to: weightsURL, date: date)
    return true
  }

  private func isHeldOutDue(_ steps: Int) -> Bool {
    let period = trainer.configuration.heldOutSteps
    return period > 0 && (trainer.state.step % period == 0 || trainer.state.step == steps)
  }

  private var checkpoint: Checkpoint {
    Checkpoint(configuration: trainer.configuration, state: trainer.state)
  }

  /// What happened since the last line of the log.
  private struct Window {
    let begin = Date()
    let contexts: Int
    var losses: [TrainingBucket: (count: Int, score: Double, logDensity: Double)] = [:]
    var learningRate = 0.0

    init(contexts: Int) { self.contexts = contexts }

    mutating func add(_ step: Trainer.StepReport) {
      learningRate = step.learningRate
      guard step.gradientNorm.isFinite else { return }
      var loss = losses[step.bucket, default: (0, 0, 0)]
      loss = (loss.count + 1, loss.score + step.scoreLoss, loss.logDensity + step.logDensityLoss)
      losses[step.bucket] = loss
    }

    private var means: [String: [Double]] {
      var means: [String: [Double]] = [:]
      for (bucket, loss) in losses {
        let count = Double(loss.count)
        means["d\(bucket.dimension)n\(bucket.samples)"] = [loss.score / count, loss.logDensity / count]
      }
      return means
    }

    func report(_ trainer: Trainer) -> Report {
      let seconds = Date().timeIntervalSince(begin)
      let state = trainer.state
      let count = Double(max(1, losses.values.reduce(0) { $0 + $1.count }))
      let stepsPerSecond = Double(TrainingRun.stepsPerReport) / seconds
      return Report(
        step: state.step, steps: trainer.configuration.steps, contexts: state.contexts,
        contextsPerSecond: Double(state.contexts - contexts) / seconds,
        scoreLoss: losses.values.reduce(0) { $0 + $1.score } / count,
        logDensityLoss: losses.values.reduce(0) { $0 + $1.logDensity } / count,
        buckets: means,
        learningRate: learningRate, skippedSteps: state.skippedSteps,
        secondsLeft: Double(trainer.configuration.steps - state.step) / stepsPerSecond)
    }
  }
}

/// A text file that lines are appended to.
private final class LineLog {
  private let file: UnsafeMutablePointer<FILE>
  private let path: String

  init(_ url: URL) throws(ParzenError) {
    path = url.path
    guard let file = fopen(path, "a") else {
      throw .file(path: path, reason: "cannot be written: " + systemMessage(errno))
    }
    self.file = file
  }

  func append(_ line: String) throws(ParzenError) {
    guard fputs(line + "\n", file) >= 0, fflush(file) == 0 else {
      throw .file(path: path, reason: "cannot be written: " + systemMessage(errno))
    }
  }

  deinit { fclose(file) }
}
