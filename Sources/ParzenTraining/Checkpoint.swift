import ParzenCore
import ParzenDifferentiation
import ParzenEstimators
import ParzenFiles
import ParzenNetworks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A training run between two steps, as a file: the configuration, the weights and the optimiser's memory. A
/// run that goes on from it ends with the same weights, to the bit, as one that was never stopped.
///
/// A safetensors file with the flat Float32 tensors `parameters`, `average`, `first_moment`, `second_moment`,
/// and the metadata `checkpoint` (the configuration), `progress` and `stages`, all JSON, and `parzen_format`.
/// In format 1 there were no stages. Settings that an older file lacks have their defaults.
///
/// ```swift
/// let checkpoint = try Checkpoint(contentsOf: URL(filePath: "run/checkpoint.safetensors"))
/// let trainer = try Trainer(
///   configuration: checkpoint.configuration, state: checkpoint.state, threads: 2)
/// ```
public struct Checkpoint: Sendable, Equatable {
  public var configuration: TrainingConfiguration
  public var state: TrainingState

  public init(configuration: TrainingConfiguration, state: TrainingState) {
    self.configuration = configuration
    self.state = state
  }

  private struct Progress: Codable {
    var step: Int
    var skippedSteps: Int
    var contexts: Int

    private enum CodingKeys: String, CodingKey, CaseIterable { case step, skippedSteps, contexts }

    init(step: Int, skippedSteps: Int, contexts: Int) {
      (self.step, self.skippedSteps, self.contexts) = (step, skippedSteps, contexts)
    }

    init(from decoder: any Decoder) throws {
      try decoder.checkKeys(CodingKeys.self)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      step = try container.decode(Int.self, forKey: .step)
      skippedSteps = try container.decode(Int.self, forKey: .skippedSteps)
      contexts = try container.decode(Int.self, forKey: .contexts)
    }

    func validate() throws(ParzenError) {
      try Limits.check("the checkpoint's step", step, 0...Limits.steps)
      try Limits.check("the checkpoint's skippedSteps", skippedSteps, 0...step)
      try Limits.check("the checkpoint's contexts", contexts, 0...Limits.steps * Limits.threads)
    }
  }

  /// Writes the checkpoint; the file appears, or is replaced, only when it is complete.
  ///
  /// - Throws: `ParzenError.file` if it cannot be written.
  public func write(to url: URL) throws(ParzenError) {
    func tensor(_ values: [Float]) throws(ParzenError) -> SafetensorsTensor {
      try SafetensorsTensor(values, shape: [values.count])
    }
    var metadata = SafetensorsFile.formatMetadata(Self.format)
    metadata["checkpoint"] = jsonText(configuration)
    metadata["progress"] = jsonText(
      Progress(step: state.step, skippedSteps: state.skippedSteps, contexts: state.contexts))
    metadata["stages"] = jsonText(state.stages)
    let tensors = [
      "parameters": try tensor(state.parameters), "average": try tensor(state.average),
      "first_moment": try tensor(state.optimizer.firstMoment),
      "second_moment": try tensor(state.optimizer.secondMoment),
    ]
    try SafetensorsFile(tensors: tensors, metadata: metadata).write(to: url)
  }

  /// The version of the format that is written.
  private static let format = 2

  /// Reads a checkpoint.
  ///
  /// - Throws: `ParzenError.file` if the file cannot be read or is no checkpoint.
  public init(contentsOf url: URL) throws(ParzenError) {
    try self.init(file: SafetensorsFile(contentsOf: url))
  }

  /// The checkpoint in a file that has been read.
  package init(file: SafetensorsFile) throws(ParzenError) {
    guard file.metadata["checkpoint"] != nil else {
      throw .file(
        path: file.path, reason: "is no checkpoint of a training run: give one that a training run wrote")
    }
    try file.checkFormat(latest: Self.format)
    let kind = "checkpoint of a training run"
    configuration = try file.decoded("checkpoint", of: kind) { text in
      do { return try TrainingConfiguration(json: text.utf8) } catch let error
        as TrainingConfiguration.UnknownSetting
      { throw UnknownKey(error.place) }
    }
    let progress = try file.decoded("progress", of: kind) {
      try JSONDecoder().decode(Progress.self, from: Data($0.utf8))
    }
    var stages: [TrainingStage] = []
    if file.metadata["stages"] != nil {
      stages = try file.decoded("stages", of: kind) {
        try JSONDecoder().decode([TrainingStage].self, from: Data($0.utf8))
      }
    }
    do {
      try configuration.validate()
      try progress.validate()
    } catch {
      throw .file(path: file.path, reason: error.description)
    }
    let shape = [configuration.network.layout.count]
    var state = TrainingState(parameters: try file.floats("parameters", shape: shape))
    state.optimizer.average = try file.floats("average", shape: shape)
    state.optimizer.firstMoment = try file.floats("first_moment", shape: shape)
    state.optimizer.secondMoment = try file.floats("second_moment", shape: shape)
    state.step = progress.step
    state.skippedSteps = progress.skippedSteps
    state.optimizer.steps = progress.step - progress.skippedSteps
    state.contexts = progress.contexts
    state.stages = stages
    self.state = state
    guard state.isFinite else {
      throw .file(
        path: file.path,
        reason:
          """
          holds numbers that are not finite, of a training that has diverged: go on from an earlier \
          checkpoint,
          """
            + " or begin anew with a smaller learningRate")
    }
  }

  /// Writes the averaged weights with their training record, as they ship.
  ///
  /// - Parameter date: the day, as in 2026-01-31.
  /// - Throws: `ParzenError.invalidOption` for a configuration that makes no sense, and weights of another
  ///   network; `ParzenError.file` if the file cannot be written.
  public func writeWeights(to url: URL, date: String) throws(ParzenError) {
    try configuration.validate()
    let buckets = configuration.buckets
    let dimensions = buckets.map(\.dimension)
    let samples = buckets.map(\.samples)
    let record = TrainingRecord(
      steps: state.step, contexts: state.contexts,
      prior: configuration.priors.map { "\($0.prior.rawValue) \($0.share)" }.joined(separator: ", "),
      date: date, seed: configuration.seed, dimensions: dimensions.min()!...dimensions.max()!,
      samples: samples.min()!...samples.max()!, stages: state.stages)
    try configuration.network.write(parameters: state.average, record: record, to: url)
  }
}
