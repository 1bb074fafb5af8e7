import ParzenCore
import ParzenDifferentiation
import ParzenDistributions
import ParzenEstimators
import ParzenKernels
import ParzenNetworks

/// Trains a network on random distributions, one step at a time.
///
/// A step draws a bucket (d, n) and its contexts from the seed and the step's number alone, computes the
/// gradient in `shards` independent parts on any number of threads, adds them up in a fixed order, and takes
/// one AdamW step.
///
/// Several processes have a run of neighbouring shards each, tell each other the gradients, and take the same
/// step: on processors of one kind their weights have the bits of one process.
///
/// ```swift
/// let trainer = try Trainer(configuration: TrainingConfiguration(), threads: 2)
/// let report = try trainer.step()
/// let loss = (report.scoreLoss, report.logDensityLoss)
/// ```
public final class Trainer {
  /// The configuration of the run.
  public let configuration: TrainingConfiguration
  /// The weights and the optimiser's memory after the last step.
  public private(set) var state: TrainingState
  private let layout: ParameterLayout
  private let prior: MixedPrior
  private let threads: Int
  private let ranks: any SampleRanks
  /// The numbers of the shards that are computed here, and these.
  private let range: Range<Int>
  private let shards: [TrainingShard]
  /// The sum of all shards' gradients.
  private var gradient: [Float]

  /// What one step did.
  public struct StepReport: Sendable {
    /// The number of the step, from 0.
    public let step: Int
    public let bucket: TrainingBucket
    /// Mean pseudo-Huber errors of score and log density over the queries.
    public let scoreLoss: Double
    public let logDensityLoss: Double
    public let learningRate: Double
    /// The gradient's norm before it was scaled down; not finite where the step was left out.
    public let gradientNorm: Double
  }

  /// - Parameters:
  ///   - state: a state to go on from, for instance of a checkpoint; nil to start anew.
  ///   - threads: the most threads to use; the result does not depend on it.
  ///   - ranks: processes that train together, from the same state with the same configuration; nor does the
  ///     result depend on how many they are.
  /// - Throws: `ParzenError.invalidOption` if the configuration makes no sense, or has fewer shards than
  ///   there are processes, or the state is of another network.
  public init(
    configuration: TrainingConfiguration, state: TrainingState? = nil, threads: Int,
    ranks: (any SampleRanks)? = nil
  ) throws(ParzenError) {
    try configuration.validate()
    let ranks = ranks ?? SingleRank()
    guard ranks.count <= configuration.shards else {
      throw .invalidOption(
        "\(ranks.count) processes are too many for a step in \(configuration.shards) shards: start at most"
          + " \(configuration.shards), or begin a run whose configuration has more `shards`")
    }
    guard state == nil || state!.parameters.count == configuration.network.layout.count else {
      throw .invalidOption("the checkpoint belongs to another network than the configuration: give that one")
    }
    self.configuration = configuration
    self.state = state ?? TrainingState(configuration)
    self.state.begin(configuration)
    self.threads = threads
    self.ranks = ranks
    layout = configuration.network.layout
    prior = MixedPrior(configuration.priors)
    let count = configuration.shards
    range = count * ranks.rank / ranks.count..<count * (ranks.rank + 1) / ranks.count
    shards = range.map { _ in TrainingShard(configuration) }
    gradient = [Float](repeating: 0, count: layout.count)
  }

  /// Takes one step; of several processes, when all do.
  ///
  /// - Throws: `ParzenError` where another process cannot be reached, or has other weights; never in a
  ///   single process.
  /// - Complexity: the contexts' time; each process tells the others 4 bytes a parameter and shard.
  public func step() throws(ParzenError) -> StepReport {
    let step = state.step
    let bucket = bucket(step: step)
    let rate = configuration.rate(step: step)
    let (loss, norm) = try state.optimizer.descend(
      configuration.adamW, rate: rate, layout: layout, gradient: &gradient
    ) { parameters, gradient throws(ParzenError) in
      computeGradients(bucket, step: step, parameters: parameters)
      return try addShards(to: &gradient) { digest(parameters, start: step) }
    }
    if !norm.isFinite { state.skippedSteps += 1 }
    state.step += 1
    state.contexts += bucket.contexts
    let points = Double(bucket.contexts * configuration.queries)
    return StepReport(
      step: step, bucket: bucket, scoreLoss: loss.score / points, logDensityLoss: loss.logDensity / points,
      learningRate: rate, gradientNorm: norm)
  }

  private func bucket(step: Int) -> TrainingBucket {
    var generator = Xoshiro256(seed: configuration.seed, stream: step, -1)
    return configuration.buckets[generator.nextInteger(below: configuration.buckets.count)]
  }

  private func computeGradients(_ bucket: TrainingBucket, step: Int, parameters: [Float]) {
    let (shards, range, prior) = (UncheckedShards(shards), range, prior)
    let count = configuration.shards
    concurrentLoop(range.count, threads: threads) { index in
      let shard = range.lowerBound + index
      shards.shards[index].computeGradient(
        bucket, contexts: shard * bucket.contexts / count..<(shard + 1) * bucket.contexts / count, step: step,
        prior: prior, parameters: parameters)
    }
  }

  /// Adds up the gradients and losses of all shards, in the shards' order.
  ///
  /// - Parameter digest: of the step and its weights, which several processes compare.
  private func addShards(
    to gradient: inout [Float], digest: () -> UInt64
  ) throws(ParzenError) -> DensityLoss {
    var total = DensityLoss()
    func add(_ loss: DensityLoss, _ shard: UnsafePointer<Float>) {
      total.score += loss.score
      total.logDensity += loss.logDensity
      gradient.withUnsafeMutableBufferPointer {
        Float.kernels.add_block(1, layout.count, 1, shard, 0, $0.baseAddress!, 0)
      }
    }
    guard ranks.count > 1 else {
      for shard in shards { add(shard.loss, shard.gradient) }
      return total
    }
    let message = GradientMessage(shards: range, parameters: layout.count, digest: digest())
    for bytes in try ranks.gather(message.encoded(shards.map { ($0.loss, UnsafePointer($0.gradient)) })) {
      try message.forEachShard(of: bytes, add)
    }
    return total
  }
}

/// One independent part of every step, with its own memory.
private final class TrainingShard {
  private let configuration: TrainingConfiguration
  private let pass: any TrainingPass
  private let parameterCount: Int
  let gradient: UnsafeMutablePointer<Float>
  private(set) var loss = DensityLoss()

  init(_ configuration: TrainingConfiguration) {
    self.configuration = configuration
    parameterCount = configuration.network.layout.count
    gradient = .allocate(capacity: parameterCount)
    gradient.initialize(repeating: 0, count: parameterCount)
    pass = configuration.network.makePass()
  }

  deinit { gradient.deallocate() }

  /// The gradient of this part's contexts, as a share of the whole step's mean loss.
  func computeGradient(
    _ bucket: TrainingBucket, contexts range: Range<Int>, step: Int, prior: MixedPrior, parameters: [Float]
  ) {
    gradient.update(repeating: 0, count: parameterCount)
    loss = DensityLoss()
    guard !range.isEmpty else { return }
    let contexts = TrainingContexts(
      bucket, count: range.count, components: configuration.network.anchors(samples: bucket.samples),
      queries: configuration.queries, whitening: configuration.network.whitening)
    contexts.draw(prior: prior, seed: configuration.seed, step: step, first: range.lowerBound)
    let weight = configuration.bucketWeight(bucket) / Double(bucket.contexts * configuration.queries)
    loss = contexts.withInputs { contexts, queries, labels in
      pass.loss(
        contexts, queries: queries, labels: labels,
        form: DensityLossForm(
          scoreWeight: weight * configuration.scoreWeight,
          logDensityWeight: weight * configuration.logDensityWeight, delta: configuration.loss.delta),
        parameters: parameters, gradient: gradient)
    }
  }
}

/// Shards for a concurrent loop in which every index uses its own shard only.
private struct UncheckedShards: @unchecked Sendable {
  let shards: [TrainingShard]
  init(_ shards: [TrainingShard]) { self.shards = shards }
}
