import ParzenCore
import ParzenKernels
import ParzenNetworks

/// A score estimate by score matching: a small network trained on this one data set, the usual way without
/// pretrained weights. It gives a score and no density, and takes seconds where the pretrained estimators
/// take milliseconds.
///
/// The network acts on whitened samples. Its implicit score-matching loss has no lower bound on finitely many
/// samples, so part of them is held out: training ends when the loss there has not fallen for a while, and
/// the estimate is the running average of the weights where it was lowest. The trace is exact in the held-out
/// loss.
///
/// - Complexity: O(steps * batch * (1 + directions) * P) time to make for P weights, 17 thousand in two
///   dimensions, plus O(m d P) for every 50 steps with m <= 4,096 samples held out; O(n d + P) memory.
///   Evaluation takes O(P) for a query.
///
/// ```swift
/// let estimate = try ScoreMatching(samples: samples)
/// let score = try estimate.score(at: queries)
/// let saved = try JSONEncoder().encode(estimate)
/// let again = try JSONDecoder().decode(ScoreMatching.self, from: saved)
/// ```
public struct ScoreMatching: Score {
  /// How it was trained.
  public let options: ScoreMatchingOptions
  /// The steps taken.
  public let steps: Int
  /// The lowest loss on the held-out samples, in whitened coordinates.
  public let heldOutLoss: Double
  /// The most threads that an evaluation uses.
  public let threads: Int
  private let whitening: Whitening
  private let network: ScoreNetwork
  private let weights: [Float]

  public var dimension: Int { whitening.dimension }

  /// Trains on samples, on the calling thread, and on all of them with the same weight.
  ///
  /// - Parameters:
  ///   - samples: n points in d dimensions, n x d, with n at least d + 2 and at least 8.
  ///   - options: the loss, the network and its training.
  ///   - threads: the most threads that evaluations use. The results do not depend on it.
  /// - Throws: `ParzenError.unusableSamples` for too few, identical, singular or not finite samples;
  ///   `ParzenError.invalidOption` for options that make no sense, and if the loss diverges;
  ///   `ParzenError.cancelled`.
  public init(
    samples: Matrix, options: ScoreMatchingOptions = ScoreMatchingOptions(),
    threads: Int = Parallelism.threads
  ) throws(ParzenError) {
    try options.validate()
    guard samples.rows >= Self.fewestSamples else {
      throw .unusableSamples(
        """
        \(samples.rows) samples are too few to train on and to hold some out: give at least \
        \(Self.fewestSamples)
        """
      )
    }
    let whitening = try Whitening(samples: samples)
    let network = ScoreNetwork(
      dimension: samples.columns, width: options.width, hiddenLayers: options.hiddenLayers)
    let training = ScoreMatchingTraining(whitening.whitened(samples), network: network, options: options)
    let result = try training.run()
    guard result.loss.isFinite else {
      throw .invalidOption("the training diverges: choose a smaller learning rate")
    }
    self.options = options
    self.threads = threads
    self.whitening = whitening
    self.network = network
    steps = result.steps
    heldOutLoss = result.loss
    weights = result.parameters
  }

  private static let fewestSamples = 8

  public func score(at queries: Matrix) throws(ParzenError) -> Matrix {
    try check(queries)
    guard queries.rows > 0 else { return queries }
    let points = whitening.whitened(queries).elements
    let size = Self.block * dimension
    let scores = concurrentValues((points.count + size - 1) / size, threads: threads) { block in
      let part = points[block * size..<min((block + 1) * size, points.count)].map { Float($0) }
      return ScoreNetworkPass<Float>(network, gradients: false).scores(part, parameters: weights)
    }
    return whitening.unwhitenScores(
      Matrix(rows: queries.rows, columns: dimension, elements: scores.joined().map { Double($0) }))
  }

  /// Queries that one thread takes at a time.
  private static let block = 2048
}

/// An estimate as its `options`, the map to whitened coordinates and the network's `weights`. What is decoded
/// from what was encoded has the same score, to the bit, and uses all processors.
extension ScoreMatching: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case options, steps, heldOutLoss, whitening, weights
  }

  /// Decodes an estimate.
  ///
  /// - Throws: `DecodingError` for missing values, options that make no sense, and other numbers of weights
  ///   than the network has.
  public init(from decoder: any Decoder) throws {
    try decoder.checkKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func fail(_ key: CodingKeys, _ reason: String) -> DecodingError {
      DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: reason)
    }
    options = try container.decode(ScoreMatchingOptions.self, forKey: .options)
    steps = try container.decode(Int.self, forKey: .steps)
    heldOutLoss = try container.decode(Double.self, forKey: .heldOutLoss)
    whitening = try container.decode(Whitening.self, forKey: .whitening)
    weights = try container.decode([Float].self, forKey: .weights)
    threads = Parallelism.threads
    do { try options.validate() } catch { throw fail(.options, error.description) }
    network = ScoreNetwork(
      dimension: whitening.dimension, width: options.width, hiddenLayers: options.hiddenLayers)
    guard weights.count == network.layout.count, weights.allSatisfy(\.isFinite) else {
      throw fail(
        .weights, "\(weights.count) weights are not the \(network.layout.count) finite ones of this network")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(options, forKey: .options)
    try container.encode(steps, forKey: .steps)
    try container.encode(heldOutLoss, forKey: .heldOutLoss)
    try container.encode(whitening, forKey: .whitening)
    try container.encode(weights, forKey: .weights)
  }
}
