import ParzenCore

/// How a score network is trained on one data set.
///
/// ```swift
/// var options = ScoreMatchingOptions(objective: .sliced)
/// options.width = 64
/// let score: any Score = try ScoreMatching(samples: samples, options: options)
/// ```
public struct ScoreMatchingOptions: Sendable, Hashable, Codable {
  /// The implicit score-matching loss. Both have the same minimum, the true score s; J is the network's
  /// Jacobian.
  public enum Objective: String, Sendable, Hashable, Codable {
    /// v . J v + |s|^2 / 2 with random signs v: Hyvarinen's loss with Hutchinson's estimate of the trace.
    ///
    /// A. Hyvarinen, Estimation of non-normalized statistical models by score matching, JMLR 6, 2005; M. F.
    /// Hutchinson, A stochastic estimator of the trace of the influence matrix, 1990. Song et al. name the
    /// same loss sliced score matching with variance reduction.
    case hutchinson
    /// v . J v + (v . s)^2 / 2 with Gaussian v.
    ///
    /// Y. Song, S. Garg, J. Shi, S. Ermon, Sliced score matching, arXiv 1905.07088, 2019.
    case sliced
  }

  /// The loss.
  public var objective: Objective
  /// The units of a hidden layer.
  public var width = 128
  /// The number of hidden layers.
  public var hiddenLayers = 2
  /// The random directions for every sample and step.
  public var directions = 1
  /// Samples for each step, or all of them if they are fewer.
  public var batch = 128
  /// AdamW's learning rate.
  public var learningRate = 1e-3
  /// The most steps.
  public var maximumSteps = 10_000
  /// The part of the samples on which the loss is watched, and not trained; at most 4,096 of them.
  public var heldOut = 0.2
  /// Steps without a lower loss on the held-out samples after which training ends.
  public var patience = 1000
  /// The seed of the initial weights, the held-out samples, the batches and the directions.
  public var seed: UInt64 = 1

  /// The default training with an objective.
  public init(objective: Objective = .hutchinson) {
    self.objective = objective
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case objective, width, hiddenLayers, directions, batch, learningRate, maximumSteps, heldOut, patience
    case seed
  }

  /// Options that are missing have their defaults; those that do not exist are refused.
  public init(from decoder: any Decoder) throws {
    try decoder.checkKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, _ fallback: Value) throws -> Value {
      try container.decodeIfPresent(Value.self, forKey: key) ?? fallback
    }
    objective = try value(.objective, .hutchinson)
    width = try value(.width, width)
    hiddenLayers = try value(.hiddenLayers, hiddenLayers)
    directions = try value(.directions, directions)
    batch = try value(.batch, batch)
    learningRate = try value(.learningRate, learningRate)
    maximumSteps = try value(.maximumSteps, maximumSteps)
    heldOut = try value(.heldOut, heldOut)
    patience = try value(.patience, patience)
    seed = try value(.seed, seed)
  }

  private static let (mostUnits, mostLayers) = (1 << 14, 64)

  /// Throws unless all values make sense.
  func validate() throws(ParzenError) {
    try Limits.check("width", width, 1...Self.mostUnits)
    try Limits.check("hiddenLayers", hiddenLayers, 1...Self.mostLayers)
    let counts = [
      ("directions", directions), ("batch", batch), ("maximumSteps", maximumSteps), ("patience", patience),
    ]
    for (name, value) in counts { try Limits.check(name, value, 1...Limits.steps) }
    try Limits.checkProduct("the hidden units of a step", [width, directions, batch])
    guard heldOut > 0, heldOut < 1 else {
      throw .invalidOption("heldOut is \(heldOut): give a part of the samples between 0 and 1")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw .invalidOption("the learning rate is \(learningRate): it must be positive and finite")
    }
  }
}
