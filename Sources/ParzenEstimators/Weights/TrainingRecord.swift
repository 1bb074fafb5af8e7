/// How weights were trained.
public struct TrainingRecord: Sendable, Codable, Equatable {
  /// Optimiser steps.
  public var steps: Int
  /// Random distributions seen.
  public var contexts: Int
  /// The random distributions, in words.
  public var prior: String
  /// The day that training ended, as in 2026-01-31.
  public var date: String
  /// The seed of initial weights and data.
  public var seed: UInt64
  /// The dimensions seen in training.
  public var dimensions: ClosedRange<Int>
  /// The numbers of samples seen in training.
  public var samples: ClosedRange<Int>

  public init(
    steps: Int, contexts: Int, prior: String, date: String, seed: UInt64, dimensions: ClosedRange<Int>,
    samples: ClosedRange<Int>
  ) {
    self.steps = steps
    self.contexts = contexts
    self.prior = prior
    self.date = date
    self.seed = seed
    self.dimensions = dimensions
    self.samples = samples
  }
}

extension TrainingRecord {
  /// What is unusual about samples for weights that were trained so, one sentence each.
  ///
  /// - Parameters:
  ///   - n: the number of samples.
  ///   - d: their dimension.
  public func warnings(samples n: Double, dimension d: Int) -> [String] {
    var warnings: [String] = []
    if !dimensions.contains(d) {
      warnings.append(
        "the weights were trained in \(dimensions.lowerBound) to \(dimensions.upperBound) dimensions, the samples have"
          + " \(d): compare the estimate with a kernel density")
    }
    if n < Double(samples.lowerBound) {
      warnings.append(
        "the weights were trained on \(samples.lowerBound) samples and more, these are \(Int(n.rounded())): the"
          + " estimate is rough")
    }
    return warnings
  }
}
