import ParzenCore
import ParzenNetworks
import ParzenPlatform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Everything that determines a training run; the same configuration gives the same weights, to the bit, on one kind of
/// processor, for any number of threads and interruptions.
public struct TrainingConfiguration: Sendable, Codable, Equatable {
  /// The architecture.
  public var network = TrainableNetwork.mixtureTransformer(.init())
  /// Steps of the whole run.
  public var steps = 40_000
  /// Steps of linear warm-up.
  public var warmUpSteps = 1_000
  /// The step from which the learning rate falls, as half a cosine, to `finalRateFraction` of its peak.
  public var decayBegin = 1_000
  /// The peak learning rate.
  public var learningRate = 2e-3
  public var finalRateFraction = 0.02
  /// Weight decay of matrices (gains and biases have none), relative to the learning rate.
  public var weightDecay = 0.01
  /// AdamW's decay rates of the gradient's first and second moments.
  public var beta1 = 0.9
  public var beta2 = 0.98
  /// What makes steps of gradients.
  public var optimizer = Optimizer.adamW
  /// The momentum of Muon.
  public var momentum = 0.95
  /// Gradients are scaled down to this norm.
  public var gradientNorm = 1.0
  /// Decay per step of the averaged weights, which are the ones shipped; 0 keeps the last ones.
  public var averageDecay = 0.9995
  /// Queries of one context.
  public var queries = 256
  /// Weights of the score's and the log density's errors in the loss.
  public var scoreWeight = 1.0
  public var logDensityWeight = 0.5
  /// How large errors count.
  public var loss = Loss.pseudoHuber
  /// The random distributions, each with its share of the contexts.
  public var priors: [PriorShare] = [
    PriorShare(.gaussianMixture, 0.45), PriorShare(.broad, 0.2), PriorShare(.universal, 0.35),
  ]
  /// Shapes of contexts; every step takes one at random.
  public var buckets: [TrainingBucket] = Self.standardBuckets()
  /// Steps between two measurements of the averaged weights' losses on held-out contexts; 0 for none.
  public var heldOutSteps = 0
  /// Independent parts of a step, which threads share out among themselves; gradients are added in their order.
  public var shards = 4
  /// The seed of the initial weights and of all data.
  public var seed: UInt64 = 1

  /// The default run.
  public init() {}

  /// A family of random distributions.
  public enum Prior: String, Sendable, Codable {
    case gaussianMixture, rotatedGaussianMixture, broad, universal, standardLaw, multiScale, edgedLaw
  }

  /// What makes steps of gradients.
  public enum Optimizer: String, Sendable, Codable {
    /// AdamW for all parameters.
    case adamW
    /// Muon for the matrices with at least 16 rows and columns, AdamW for the others.
    case muon
  }

  /// How large errors count.
  public enum Loss: String, Sendable, Codable {
    /// Squares up to three, then linear growth.
    case pseudoHuber
    /// Squares.
    case squared

    var delta: Double { self == .squared ? .infinity : 3 }
  }

  /// A prior with its share of the contexts.
  public struct PriorShare: Sendable, Codable, Equatable {
    public var prior: Prior
    public var share: Double

    public init(_ prior: Prior, _ share: Double) {
      self.prior = prior
      self.share = share
    }
  }

  /// Throws unless the run makes sense: positive sizes and rates, at least one bucket with d >= 1, n >= d + 2 and one
  /// context, shares that are not all zero.
  func validate() throws(ParzenError) {
    func check(_ condition: Bool, _ message: String) throws(ParzenError) {
      guard condition else { throw .invalidOption("training configuration: " + message) }
    }
    try check(steps >= 1 && warmUpSteps >= 0 && decayBegin >= 0, "steps must be positive")
    try check(learningRate > 0 && learningRate.isFinite, "learningRate must be positive")
    try check((0...1).contains(finalRateFraction), "finalRateFraction must be between 0 and 1")
    try check(
      weightDecay >= 0 && gradientNorm > 0, "weightDecay must not be negative, gradientNorm must be positive")
    try check(
      [beta1, beta2, momentum, averageDecay].allSatisfy { (0..<1).contains($0) },
      "decay rates must be in [0, 1)")
    try check(queries >= 4 && shards >= 1, "queries must be at least 4, shards at least 1")
    try check(heldOutSteps >= 0, "heldOutSteps must not be negative")
    try check(!buckets.isEmpty, "at least one bucket is needed")
    try check(
      buckets.allSatisfy { $0.dimension >= 1 && $0.samples >= max($0.dimension + 2, 4) && $0.contexts >= 1 },
      "every bucket needs dimension >= 1, samples >= dimension + 2 and contexts >= 1")
    if case .crossAttention(let network) = network {
      try check(
        network.width % network.heads == 0 && buckets.allSatisfy { $0.dimension == network.dimension },
        "the network's heads must divide its width, and every bucket needs its dimension")
    }
    try check(
      network.configuration.sizes.allSatisfy { (1...4096).contains($0) },
      "every size of the network must be from 1 to 4,096")
    try check(
      !priors.isEmpty && priors.allSatisfy { $0.share >= 0 } && priors.contains { $0.share > 0 },
      "priors need shares that are not negative and not all zero")
  }

  /// The learning rate of a step, counted from 0.
  func rate(step: Int) -> Double {
    let warmUp = min(1, Double(step + 1) / Double(max(warmUpSteps, 1)))
    let progress = Double(step - decayBegin) / Double(max(steps - decayBegin, 1))
    let cosine = 0.5 * (1 + cos(Double.pi * min(1, max(0, progress))))
    return learningRate * warmUp * (finalRateFraction + (1 - finalRateFraction) * cosine)
  }

  /// The weight of a bucket's loss: large n, where errors are small, counts more.
  func bucketWeight(_ bucket: TrainingBucket) -> Double {
    min(6, (Double(bucket.samples) / 256).squareRoot())
  }
}

extension TrainingConfiguration {
  /// Reads a configuration from a JSON file; keys that are absent keep their default.
  ///
  /// - Throws: `ParzenError.file` if the file cannot be read, is no JSON object, or has a key that does not exist or a
  ///   value of the wrong type; `ParzenError.invalidOption` if the run makes no sense.
  public init(contentsOf url: URL) throws(ParzenError) {
    do {
      let given = try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url))
      let defaults = try JSONDecoder().decode(
        JSONValue.self, from: JSONEncoder().encode(Self.defaults(given)))
      let merged = try Self.merge(given, into: defaults, path: "")
      self = try JSONDecoder().decode(Self.self, from: JSONEncoder().encode(merged))
    } catch let error as ParzenError {
      throw .file(path: url.path, reason: error.description)
    } catch let error as DecodingError {
      throw .file(path: url.path, reason: "cannot be read as a training configuration: \(error.reason)")
    } catch {
      throw .file(path: url.path, reason: "cannot be read: check the name and the permissions")
    }
    try validate()
  }

  /// The default run of the network that a JSON object names.
  private static func defaults(_ given: JSONValue) -> TrainingConfiguration {
    let network = given.members?["network"]?.members
    guard network?["architecture"] == .string(CrossAttentionConfiguration.architecture) else {
      return TrainingConfiguration()
    }
    var configuration = CrossAttentionConfiguration()
    if case .integer(let dimension) = network?["dimension"] { configuration.dimension = dimension }
    return TrainingConfiguration(configuration)
  }

  /// `defaults` with the keys of `given` replaced, objects within objects likewise.
  private static func merge(_ given: JSONValue, into defaults: JSONValue, path: String) throws -> JSONValue {
    guard let defaults = defaults.members else { return given }
    guard let given = given.members else {
      throw ParzenError.invalidOption("\(path.isEmpty ? "the whole file" : path) must be a JSON object")
    }
    var result = defaults
    for (key, value) in given {
      guard let old = defaults[key] else {
        throw ParzenError.invalidOption(
          "there is no setting \"\(path + key)\": take one of \(defaults.keys.sorted().joined(separator: ", "))"
        )
      }
      result[key] = try merge(value, into: old, path: path + key + ".")
    }
    return .object(result)
  }
}

extension DecodingError {
  /// What is wrong and where.
  fileprivate var reason: String {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
      .dataCorrupted(let context):
      let place = context.codingPath.map(\.stringValue).joined(separator: ".")
      return place.isEmpty ? context.debugDescription : "\(place): \(context.debugDescription)"
    @unknown default: return "\(self)"
    }
  }
}
