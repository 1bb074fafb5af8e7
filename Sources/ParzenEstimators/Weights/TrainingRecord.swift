import ParzenCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How weights were trained.
///
/// ```swift
/// let record = MixtureTransformerWeights.pretrained.record
/// let warnings = record.warnings(samples: 12, dimension: 3)
/// ```
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
  /// The configurations, one after the other, each going on where the last one stopped; of older weights
  /// they are not known.
  public var stages: [TrainingStage]

  public init(
    steps: Int, contexts: Int, prior: String, date: String, seed: UInt64, dimensions: ClosedRange<Int>,
    samples: ClosedRange<Int>, stages: [TrainingStage] = []
  ) {
    self.steps = steps
    self.contexts = contexts
    self.prior = prior
    self.date = date
    self.seed = seed
    self.dimensions = dimensions
    self.samples = samples
    self.stages = stages
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case steps, contexts, prior, date, seed, dimensions, samples, stages
  }

  /// Decodes a record; without stages, as those of 0.1 are, too.
  public init(from decoder: any Decoder) throws {
    try decoder.checkKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    steps = try container.decode(Int.self, forKey: .steps)
    contexts = try container.decode(Int.self, forKey: .contexts)
    prior = try container.decode(String.self, forKey: .prior)
    date = try container.decode(String.self, forKey: .date)
    seed = try container.decode(UInt64.self, forKey: .seed)
    dimensions = try container.decode(ClosedRange<Int>.self, forKey: .dimensions)
    samples = try container.decode(ClosedRange<Int>.self, forKey: .samples)
    stages = try container.decodeIfPresent([TrainingStage].self, forKey: .stages) ?? []
  }
}

/// A part of a training with one configuration.
///
/// ```swift
/// for stage in MixtureTransformerWeights.pretrained.record.stages {
///   print("from step", stage.begin, stage.configuration)
/// }
/// ```
public struct TrainingStage: Sendable, Equatable {
  /// The step of its run that it begins with.
  public var begin: Int
  /// The whole `TrainingConfiguration`, nothing left to defaults, as JSON.
  public var configuration: String

  public init(begin: Int, configuration: String) {
    self.begin = begin
    self.configuration = configuration
  }
}

extension TrainingStage: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable { case begin, configuration }

  public init(from decoder: any Decoder) throws {
    try decoder.checkKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    begin = try container.decode(Int.self, forKey: .begin)
    configuration = jsonText(try container.decode(JSONValue.self, forKey: .configuration))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(begin, forKey: .begin)
    let value = try JSONDecoder().decode(JSONValue.self, from: Data(configuration.utf8))
    try container.encode(value, forKey: .configuration)
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
        """
        the weights were trained in \(dimensions.lowerBound) to \(dimensions.upperBound) dimensions, the \
        samples have
        """
          + " \(d): compare the estimate with a kernel density")
    }
    if n < Double(samples.lowerBound) {
      warnings.append(
        """
        the weights were trained on \(samples.lowerBound) samples and more, these are \(Int(n.rounded())): the
        """
          + " estimate is rough")
    }
    return warnings
  }
}
