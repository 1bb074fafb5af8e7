import ArgumentParser
import Foundation
import Parzen

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network on random distributions.",
    discussion: """
      Trains the mixture transformer or, with {"network": {"architecture": "cross-attention", "dimension": 2}} as its \
      configuration, a cross-attention transformer for that dimension. Writes checkpoint.safetensors, log.jsonl and, \
      after the last step, the weights, named by their architecture, into the output folder. A run that was stopped, by --minutes, Ctrl-C or a crash, goes on with --resume from its last \
      checkpoint and ends with the same weights as an uninterrupted one.
      """)

  @Option(
    help: """
      The run's configuration (JSON); keys that are absent keep their default. With --resume: goes on under this one \
      instead of the checkpoint's own.
      """)
  var configuration: String?

  @Option(help: "A checkpoint to go on from.")
  var resume: String?

  @Option(help: "Weights to begin a new run at, for instance shipped ones; without them it begins at random.")
  var initial: String?

  @Option(help: "Stop after this many minutes, with a checkpoint.")
  var minutes: Double?

  @Option(help: "The folder for checkpoints, log and weights.")
  var output: String

  @OptionGroup var threadOptions: ThreadOptions

  func validate() throws {
    guard minutes.map({ $0 > 0 }) ?? true else { throw ValidationError("--minutes must be positive.") }
    guard resume == nil || initial == nil else {
      throw ValidationError("--resume and --initial exclude each other: a checkpoint has its own weights.")
    }
  }

  func run() throws {
    let checkpoint = try resume.map { try Checkpoint(contentsOf: URL(fileURLWithPath: $0)) }
    let given = try configuration.map { try TrainingConfiguration(contentsOf: URL(fileURLWithPath: $0)) }
    let settings = given ?? checkpoint?.configuration ?? TrainingConfiguration()
    let beginning = try initial.map { try TrainingState(settings, weights: URL(fileURLWithPath: $0)) }
    let run = try TrainingRun(
      configuration: settings, state: checkpoint?.state ?? beginning,
      folder: URL(fileURLWithPath: output), threads: threadOptions.count)
    let interrupt = InterruptFlag()
    let deadline = minutes.map { Date().addingTimeInterval($0 * 60) }
    let finished = try run.run(
      shouldStop: { interrupt.isSet || deadline.map { Date() >= $0 } ?? false },
      report: { FileHandle.standardOutput.write(Data(($0.progressLine + "\n").utf8)) })
    print(
      finished
        ? "Weights: \(run.weightsURL.path)"
        : "Stopped. Go on with: parzen train --resume \(run.checkpointURL.path) --output \(output)")
  }
}

extension TrainingRun.Report {
  fileprivate var progressLine: String {
    let minutes = Int(secondsLeft / 60)
    return String(
      format: "step %d/%d  %.0f contexts/s  score %.4f  log density %.4f  %d h %02d min left", step, steps,
      contextsPerSecond, scoreLoss, logDensityLoss, minutes / 60, minutes % 60)
  }
}
