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
/// A safetensors file with the flat Float32 tensors `parameters`, `average`, `first_moment`, `second_moment`.
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
    func tensor(_ values: [Float]) -> SafetensorsTensor { SafetensorsTensor(values, shape: [values.count]) }
    let file = SafetensorsFile(
      tensors: [
        "parameters": tensor(state.parameters), "average": tensor(state.average),
        "first_moment": tensor(state.firstMoment), "second_moment": tensor(state.secondMoment),
      ],
      metadata: [
        "checkpoint": jsonText(configuration),
        "progress": jsonText(
          Progress(step: state.step, skippedSteps: state.skippedSteps, contexts: state.contexts)),
      ])
    try file.write(to: url)
  }

  /// Reads a checkpoint.
  ///
  /// - Throws: `ParzenError.file` if the file cannot be read or is no checkpoint.
  public init(contentsOf url: URL) throws(ParzenError) {
    try self.init(file: SafetensorsFile(contentsOf: url))
  }

  /// The checkpoint in a file that has been read.
  package init(file: SafetensorsFile) throws(ParzenError) {
    func decode<Value: Decodable>(_ key: String) throws(ParzenError) -> Value {
      do {
        return try JSONDecoder().decode(Value.self, from: Data((file.metadata[key] ?? "").utf8))
      } catch {
        throw .file(
          path: file.path,
          reason:
            "is no checkpoint of a training run (\(key): \(decodingFlaw(error))): give one that `parzen train`"
            + " wrote")
      }
    }
    configuration = try decode("checkpoint")
    let progress: Progress = try decode("progress")
    do {
      try configuration.validate()
      try progress.validate()
    } catch {
      throw .file(path: file.path, reason: error.description)
    }
    let shape = [configuration.network.layout.count]
    var state = TrainingState(parameters: try file.floats("parameters", shape: shape))
    state.average = try file.floats("average", shape: shape)
    state.firstMoment = try file.floats("first_moment", shape: shape)
    state.secondMoment = try file.floats("second_moment", shape: shape)
    state.step = progress.step
    state.skippedSteps = progress.skippedSteps
    state.contexts = progress.contexts
    self.state = state
    guard state.isFinite else {
      throw .file(
        path: file.path,
        reason:
          "holds numbers that are not finite, of a training that has diverged: go on from an earlier checkpoint,"
          + " or begin anew with a smaller learningRate")
    }
  }

  /// Writes the averaged weights with their training record, as they ship.
  ///
  /// - Parameter date: the day, as in 2026-01-31.
  public func writeWeights(to url: URL, date: String) throws(ParzenError) {
    let buckets = configuration.buckets
    let dimensions = buckets.map(\.dimension)
    let samples = buckets.map(\.samples)
    let record = TrainingRecord(
      steps: state.step, contexts: state.contexts,
      prior: configuration.priors.map { "\($0.prior.rawValue) \($0.share)" }.joined(separator: ", "),
      date: date, seed: configuration.seed, dimensions: dimensions.min()!...dimensions.max()!,
      samples: samples.min()!...samples.max()!)
    try configuration.network.write(parameters: state.average, record: record, to: url)
  }
}
