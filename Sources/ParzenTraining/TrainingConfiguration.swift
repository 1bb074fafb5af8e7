import Foundation
import ParzenCore
import ParzenNetworks

/// Everything that determines a training run; the same configuration gives the same weights, to the bit, on one kind of
/// processor, for any number of threads and interruptions.
public struct TrainingConfiguration: Sendable, Codable, Equatable {
  /// The architecture.
  public var network = MixtureTransformerConfiguration()
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
  /// Gradients are scaled down to this norm.
  public var gradientNorm = 1.0
  /// Decay per step of the averaged weights, which are the ones shipped; 0 keeps the last ones.
  public var averageDecay = 0.9995
  /// Queries of one context.
  public var queries = 256
  /// Weights of the score's and the log density's errors in the loss.
  public var scoreWeight = 1.0
  public var logDensityWeight = 0.5
  /// The random distributions, each with its share of the contexts.
  public var priors: [PriorShare] = [
    PriorShare(.gaussianMixture, 0.4), PriorShare(.broad, 0.25), PriorShare(.universal, 0.35),
  ]
  /// Shapes of contexts; every step takes one at random.
  public var buckets: [TrainingBucket] = Self.standardBuckets()
  /// Independent parts of a step, which threads share out among themselves; gradients are added in their order.
  public var shards = 4
  /// The seed of the initial weights and of all data.
  public var seed: UInt64 = 1

  /// The default run.
  public init() {}

  /// A family of random distributions.
  public enum Prior: String, Sendable, Codable {
    case gaussianMixture, broad, universal
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

  /// Contexts from d = 1 to 20 and n = 16 to 16,384, their number in a step such that most shapes cost about the same;
  /// one dimension, whose contexts are the cheapest and vary the most, has twice the share of any other.
  public static func standardBuckets() -> [TrainingBucket] {
    let doublings = (4...14).map { 1 << $0 }
    let sizes: [(dimension: Int, samples: [Int])] = [
      (1, doublings + [96, 192, 384, 768, 1536, 3072]), (2, doublings), (3, doublings),
      (4, [32, 64, 256, 1024, 4096]), (5, Array(doublings[1...])), (7, [32, 64, 256, 1024, 4096]),
      (10, Array(doublings[1..<10])), (15, [64, 256, 1024, 4096]), (20, [64, 256, 1024]),
    ]
    let network = MixtureTransformerConfiguration()
    return sizes.flatMap { size in
      size.samples.map { n in
        let (d, latents) = (Double(size.dimension), Double(network.components(samples: n)))
        let perLatent = 2e5 + Double(n) * 64 * (1 + d + d * (d + 1) / 2)
        let contexts = Int((350e6 / (3e6 + latents * perLatent + 16384 * d * d) / 2).rounded()) * 2
        return TrainingBucket(dimension: size.dimension, samples: n, contexts: min(64, max(2, contexts)))
      }
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
      [beta1, beta2, averageDecay].allSatisfy { (0..<1).contains($0) }, "decay rates must be in [0, 1)")
    try check(queries >= 4 && shards >= 1, "queries must be at least 4, shards at least 1")
    try check(!buckets.isEmpty, "at least one bucket is needed")
    try check(
      buckets.allSatisfy { $0.dimension >= 1 && $0.samples >= max($0.dimension + 2, 4) && $0.contexts >= 1 },
      "every bucket needs dimension >= 1, samples >= dimension + 2 and contexts >= 1")
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
    let defaults = try! JSONSerialization.jsonObject(with: JSONEncoder().encode(TrainingConfiguration()))
    do {
      let given = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
      let merged = try Self.merge(given, into: defaults, path: "")
      self = try JSONDecoder().decode(Self.self, from: JSONSerialization.data(withJSONObject: merged))
    } catch let error as ParzenError {
      throw .file(path: url.path, reason: error.description)
    } catch {
      throw .file(
        path: url.path, reason: "cannot be read as a training configuration: \(error.localizedDescription)")
    }
    try validate()
  }

  /// `defaults` with the keys of `given` replaced, objects within objects likewise.
  private static func merge(_ given: Any, into defaults: Any, path: String) throws -> Any {
    guard let defaults = defaults as? [String: Any] else { return given }
    guard let given = given as? [String: Any] else {
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
    return result
  }
}
