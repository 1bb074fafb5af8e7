import ArgumentParser
import Foundation
import Parzen
import ParzenFiles

struct TrainCommand: ThreadedCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network on random distributions.",
    discussion: """
      Trains the mixture transformer or, with {"network": {"architecture": "cross-attention", "dimension": \
      2}} as its configuration, a cross-attention transformer for that dimension. Writes \
      checkpoint.safetensors, log.jsonl and, after the last step, the weights, named by their architecture, \
      into the output folder. A run that was stopped, by --minutes, Ctrl-C or a crash, goes on with --resume \
      from its last checkpoint and ends with the same weights as an uninterrupted one. A folder that has a \
      run wants --resume or --overwrite.
      """)

  @Option(
    help: """
      The run's configuration (JSON); keys that are absent keep their default. With --resume: goes on under \
      this one instead of the checkpoint's own.
      """,
    completion: .file(extensions: ["json"]))
  var configuration: String?

  @Option(help: "A checkpoint to go on from.", completion: .file(extensions: ["safetensors"]))
  var resume: String?

  @Option(
    help: "Weights to begin a new run at, for instance shipped ones; without them it begins at random.",
    completion: .file(extensions: ["safetensors"]))
  var initial: String?

  @Option(help: "Stop after this many minutes, with a checkpoint.")
  var minutes: Double?

  @Option(help: "The folder for checkpoints, log and weights.", completion: .directory)
  var output: String

  @Flag(help: "Remove the run that is in the output folder, and begin a new one.")
  var overwrite = false

  @OptionGroup var threadOptions: ThreadOptions

  func validate() throws {
    try checkingUsage { if let minutes { try Limits.checkPositive("--minutes", minutes) } }
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
      folder: URL(fileURLWithPath: output), begin: overwrite ? .overwriting : .inEmptyFolder,
      threads: threadOptions.count, ranks: Processes.ranks)
    if Processes.isFirst {
      try AtomicFile.check(outputs: [run.weightsURL.relativePath], inputs: [initial, configuration])
    }
    let begin = ContinuousClock.now
    Progress.begin("training, the first steps")
    let finished = try Interruption.stopping(save: run.saveLatestState) {
      try run.run(
        shouldStop: {
          Interruption.isRequested || minutes.map { (.now - begin) / .seconds(60) >= $0 } ?? false
        },
        report: {
          Progress.begin("training")
          Console.print($0.progressLine)
        })
    }
    Progress.end()
    Console.print(
      finished
        ? "Weights: \(run.weightsURL.path)"
        : "Stopped. Go on with: \(Processes.tool) train --resume \(run.checkpointURL.path) --output \(output)"
    )
  }
}

extension TrainingLog.Line {
  fileprivate var progressLine: String {
    let minutes = Int(min(secondsLeft / 60, 1e9))
    return String(
      format: "step %d/%d  %.0f contexts/s  score %.4f  log density %.4f  %d h %02d min left", step, steps,
      contextsPerSecond, scoreLoss, logDensityLoss, minutes / 60, minutes % 60)
  }
}
