import ParzenCore
import ParzenDifferentiation
import ParzenEstimators
import ParzenNetworks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The weights and the optimiser's memory between two steps.
///
/// ```swift
/// let state = try Checkpoint(contentsOf: URL(filePath: "run/checkpoint.safetensors")).state
/// print(state.step, state.contexts, state.average.count)
/// ```
public struct TrainingState: Sendable, Equatable {
  /// Steps done.
  public internal(set) var step = 0
  /// The weights with the optimiser's memory.
  var optimizer: OptimizerState
  /// The weights, flat, in the order of the layout.
  public var parameters: [Float] { optimizer.parameters }
  /// The exponential moving average of the weights.
  public var average: [Float] { optimizer.average }
  /// Steps that were left out because a gradient was not finite.
  public internal(set) var skippedSteps = 0
  /// Contexts seen.
  public internal(set) var contexts = 0
  /// The configurations that led here, the last one included.
  public internal(set) var stages: [TrainingStage] = []

  /// Whether all numbers are finite: not so after a training that has diverged.
  var isFinite: Bool {
    [parameters, average, optimizer.firstMoment, optimizer.secondMoment].allSatisfy { array in
      // The largest exponent, which compilers find with vectors.
      let largest = array.withUnsafeBufferPointer {
        $0.reduce(UInt32(0)) { max($0, $1.bitPattern & 0x7F80_0000) }
      }
      return largest < 0x7F80_0000
    }
  }

  init(parameters: [Float]) { optimizer = OptimizerState(parameters: parameters) }

  /// The state before the first step of a run that begins at given weights.
  ///
  /// - Throws: `ParzenError.file` if the file cannot be read or holds weights of another network.
  public init(_ configuration: TrainingConfiguration, weights url: URL) throws(ParzenError) {
    let (parameters, record) = try configuration.network.weights(contentsOf: url)
    self.init(parameters: parameters)
    stages = record.stages
  }

  /// Notes with which configuration the training goes on.
  mutating func begin(_ configuration: TrainingConfiguration) {
    let text = jsonText(configuration)
    if stages.last?.configuration != text {
      stages.append(TrainingStage(begin: step, configuration: text))
    }
  }

  /// The state before the first step.
  init(_ configuration: TrainingConfiguration) {
    var generator = Xoshiro256(seed: configuration.seed, stream: -1)
    self.init(parameters: configuration.network.initialParameters(using: &generator))
  }
}
