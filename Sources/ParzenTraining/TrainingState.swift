import ParzenCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The weights and the optimiser's memory between two steps.
public struct TrainingState: Sendable, Equatable {
  /// Steps done.
  public internal(set) var step = 0
  /// The weights, flat, in the order of the layout.
  public internal(set) var parameters: [Float]
  /// AdamW's estimates of the gradient's first and second moments; for Muon's matrices, its momentum and
  /// nothing.
  var firstMoment: [Float]
  var secondMoment: [Float]
  /// The exponential moving average of the weights.
  public internal(set) var average: [Float]
  /// Steps that were left out because a gradient was not finite.
  public internal(set) var skippedSteps = 0
  /// Contexts seen.
  public internal(set) var contexts = 0

  /// Whether all numbers are finite: not so after a training that has diverged.
  var isFinite: Bool {
    [parameters, average, firstMoment, secondMoment].allSatisfy { array in
      // The largest exponent, which compilers find with vectors.
      let largest = array.withUnsafeBufferPointer {
        $0.reduce(UInt32(0)) { max($0, $1.bitPattern & 0x7F80_0000) }
      }
      return largest < 0x7F80_0000
    }
  }

  init(parameters: [Float]) {
    self.parameters = parameters
    average = parameters
    firstMoment = .init(repeating: 0, count: parameters.count)
    secondMoment = firstMoment
  }

  /// The state before the first step of a run that begins at given weights.
  ///
  /// - Throws: `ParzenError.file` if the file cannot be read or holds weights of another network.
  public init(_ configuration: TrainingConfiguration, weights url: URL) throws(ParzenError) {
    self.init(parameters: try configuration.network.parameters(contentsOf: url))
  }

  /// The state before the first step.
  init(_ configuration: TrainingConfiguration) {
    var generator = Xoshiro256(seed: configuration.seed, stream: -1)
    self.init(parameters: configuration.network.initialParameters(using: &generator))
  }
}
