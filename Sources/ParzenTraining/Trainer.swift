import ParzenCore
import ParzenDifferentiation
import ParzenDistributions
import ParzenKernels
import ParzenNetworks

/// Trains a network on random distributions, one step at a time.
///
/// A step draws a bucket (d, n) and its contexts from the seed and the step's number alone, computes the
/// gradient in `shards` independent parts on any number of threads, adds them up in a fixed order, and takes
/// one AdamW step.
///
/// ```swift
/// let trainer = try Trainer(configuration: TrainingConfiguration(), threads: 2)
/// let report = trainer.step()
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
  private let shards: [TrainingShard]

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
  /// - Throws: `ParzenError.invalidOption` if the configuration makes no sense, or the state is of another
  ///   network.
  public init(
    configuration: TrainingConfiguration, state: TrainingState? = nil, threads: Int
  ) throws(ParzenError) {
    try configuration.validate()
    guard state == nil || state!.parameters.count == configuration.network.layout.count else {
      throw .invalidOption("the checkpoint belongs to another network than the configuration: give that one")
    }
    self.configuration = configuration
    self.state = state ?? TrainingState(configuration)
    self.state.begin(configuration)
    self.threads = threads
    layout = configuration.network.layout
    prior = MixedPrior(configuration.priors)
    shards = (0..<configuration.shards).map { _ in TrainingShard(configuration) }
  }

  /// Takes one step.
  public func step() -> StepReport {
    let step = state.step
    let bucket = bucket(step: step)
    let rate = configuration.rate(step: step)
    computeGradients(bucket, step: step)
    var loss = DensityLoss()
    for shard in shards {
      loss.score += shard.loss.score
      loss.logDensity += shard.loss.logDensity
    }
    let norm = reduceGradients()
    if norm.isFinite {
      state.update(configuration, layout: layout, gradient: shards[0].gradient, norm: norm, rate: rate)
    } else {
      state.skippedSteps += 1
    }
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

  private func computeGradients(_ bucket: TrainingBucket, step: Int) {
    let (shards, prior, parameters) = (UncheckedShards(shards), prior, state.parameters)
    let bounds = (0...shards.shards.count).map { $0 * bucket.contexts / shards.shards.count }
    concurrentLoop(shards.shards.count, threads: threads) { index in
      shards.shards[index].computeGradient(
        bucket, contexts: bounds[index]..<bounds[index + 1], step: step, prior: prior, parameters: parameters)
    }
  }

  /// Adds all gradients into the first shard's; returns their norm.
  private func reduceGradients() -> Double {
    let total = shards[0].gradient
    for shard in shards.dropFirst() {
      Float.kernels.add_block(1, layout.count, 1, shard.gradient, 0, total, 0)
    }
    return AdamW.norm(of: total, count: layout.count)
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
