import ParzenCore
import ParzenFiles
import ParzenNetworks
import ParzenPlatform

/// Everything that determines a training run; the same configuration gives the same weights, to the bit, on
/// one kind of processor, for any number of threads and interruptions.
///
/// ```swift
/// var configuration = TrainingConfiguration()
/// configuration.steps = 1_000
/// configuration.priors = [.init(.gaussianMixture, 0.5), .init(.multiScale, 0.5)]
/// ```
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
  /// Independent parts of a step, which threads share out among themselves; gradients are added in their
  /// order.
  public var shards = 4
  /// The seed of the initial weights and of all data.
  public var seed: UInt64 = 1

  /// The default run.
  public init() {}

  /// A family of random distributions.
  public enum Prior: String, Sendable, Codable {
    case gaussianMixture, rotatedGaussianMixture, broad, universal, standardLaw, multiScale, edgedLaw,
      curvedLaw
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

  /// Throws unless the run makes sense: sizes and rates in their ranges, at least one bucket with d >= 1, n
  /// >= d + 2 and one context, shares that are not all zero; and unless the arrays of a step are of a size
  /// that a computer has.
  func validate() throws(ParzenError) {
    do {
      try network.configuration.validate()
      try checkNumbers()
      try checkBuckets()
    } catch {
      throw .invalidOption("training configuration: \(error)")
    }
  }

  private func checkNumbers() throws(ParzenError) {
    try Limits.check("steps", steps, 1...Limits.steps)
    try Limits.check("warmUpSteps", warmUpSteps, 0...Limits.steps)
    try Limits.check("decayBegin", decayBegin, 0...Limits.steps)
    try Limits.checkPositive("learningRate", learningRate, upTo: Self.largestRate)
    try Limits.check("finalRateFraction", finalRateFraction, 0...1)
    try Limits.check("weightDecay", weightDecay, 0...Self.largestRate)
    try Limits.checkPositive("gradientNorm", gradientNorm)
    for (name, rate) in [
      ("beta1", beta1), ("beta2", beta2), ("momentum", momentum), ("averageDecay", averageDecay),
    ] {
      try Limits.check(name, rate, 0...(1.0.nextDown))
    }
    try Limits.check("scoreWeight", scoreWeight, 0...Self.largestRate)
    try Limits.check("logDensityWeight", logDensityWeight, 0...Self.largestRate)
    try Limits.check("queries", queries, 4...Self.mostQueries)
    try Limits.check("shards", shards, 1...Self.mostShards)
    try Limits.check("heldOutSteps", heldOutSteps, 0...Limits.steps)
    try Limits.check("the number of priors", priors.count, 1...Self.mostEntries)
    for prior in priors { try Limits.check("the share of a prior", prior.share, 0...Self.largestRate) }
    guard priors.contains(where: { $0.share > 0 }) else {
      throw .invalidOption("all shares of priors are zero: give at least one positive share")
    }
    // Weights, their average, the optimiser's memory, and a gradient for every shard.
    try Limits.checkProduct(
      "the weights and gradients", [network.layout.count, shards + 5], most: Self.mostParameters)
  }

  private func checkBuckets() throws(ParzenError) {
    try Limits.check("the number of buckets", buckets.count, 1...Self.mostEntries)
    for bucket in buckets {
      let d = bucket.dimension
      try Limits.check("a bucket's dimension", d, 1...Limits.dimensions)
      try Limits.check("a bucket's samples", bucket.samples, max(d + 2, 4)...Limits.numbers)
      try Limits.check("a bucket's contexts", bucket.contexts, 1...Limits.numbers)
      try Limits.checkProduct(
        "the contexts of a step", [bucket.contexts, d, bucket.samples + queries + d],
        most: Self.mostCoordinates)
      if case .crossAttention(let network) = network, network.dimension != d {
        throw .invalidOption(
          "a bucket has \(d) dimensions, the network \(network.dimension): give every bucket the network's")
      }
    }
  }

  /// Rates, weights and shares beyond this lead nowhere.
  private static let largestRate = 1000.0
  /// Bytes.
  static let largestFile = 1 << 24
  private static let mostQueries = 1 << 20
  private static let mostShards = 1024
  private static let mostEntries = 10_000
  /// 4 GiB of Float32.
  private static let mostParameters = 1 << 30
  /// The coordinates of a step's samples and queries; what the network makes of them is some hundred times as
  /// much.
  private static let mostCoordinates = 1 << 26

  /// The learning rate of a step, counted from 0.
  func rate(step: Int) -> Double {
    let warmUp = min(1, Double(step + 1) / Double(max(warmUpSteps, 1)))
    let progress = Double(step - decayBegin) / Double(max(steps - decayBegin, 1))
    let cosine = 0.5 * (1 + cos(Double.pi * min(1, max(0, progress))))
    return learningRate * warmUp * (finalRateFraction + (1 - finalRateFraction) * cosine)
  }

  /// The optimiser of this configuration.
  var adamW: AdamW {
    AdamW(
      beta1: beta1, beta2: beta2, weightDecay: weightDecay, gradientNorm: gradientNorm,
      averageDecay: averageDecay, muon: optimizer == .muon ? Muon(momentum: momentum) : nil)
  }

  /// The weight of a bucket's loss: large n, where errors are small, counts more.
  func bucketWeight(_ bucket: TrainingBucket) -> Double {
    min(6, (Double(bucket.samples) / 256).squareRoot())
  }
}
