import ParzenCore
import ParzenNetworks

/// Losses on contexts that no step sees: for every prior by itself, in a few shapes, the same contexts at
/// every call, so that two sets of weights are compared on equal terms.
///
/// Keys are like "multiScale d2n256"; values are the mean pseudo-Huber errors of score and log density.
///
/// ```swift
/// let configuration = TrainingConfiguration()
/// let trainer = try Trainer(configuration: configuration, threads: 2)
/// let losses = try HeldOutLosses(configuration).losses(of: trainer.state.average)
/// ```
public struct HeldOutLosses: Sendable {
  /// Shapes of the contexts.
  public static let buckets = [
    (1, 64), (1, 256), (1, 1024), (2, 64), (2, 256), (2, 1024), (5, 256), (10, 256), (10, 1024),
  ].map { TrainingBucket(dimension: $0.0, samples: $0.1, contexts: 24) }
  /// Training steps count from 0; this one never comes.
  private static let step = -1
  private let configuration: TrainingConfiguration

  /// The losses of a configuration's priors; of a network for one dimension, in that dimension alone.
  ///
  /// - Throws: `ParzenError.invalidOption` for a configuration that makes no sense.
  public init(_ configuration: TrainingConfiguration) throws(ParzenError) {
    try configuration.validate()
    self.configuration = configuration
  }

  /// The losses of some weights.
  ///
  /// - Parameter parameters: flat, in the order of the network's layout.
  /// - Throws: `ParzenError.invalidOption` for weights of another network.
  /// - Complexity: as about 200 training steps, on the calling thread.
  public func losses(of parameters: [Float]) throws(ParzenError) -> [String: [Double]] {
    let expected = configuration.network.layout.count
    guard parameters.count == expected else {
      throw .invalidOption(
        "\(parameters.count) weights are not those of a network with \(expected): give the network's own")
    }
    let pass = configuration.network.makePass()
    var gradient = [Float](repeating: 0, count: parameters.count)
    let form = DensityLossForm(
      scoreWeight: configuration.scoreWeight, logDensityWeight: configuration.logDensityWeight,
      delta: configuration.loss.delta)
    var losses: [String: [Double]] = [:]
    for share in configuration.priors {
      let prior = MixedPrior([.init(share.prior, 1)])
      for bucket in buckets {
        let contexts = TrainingContexts(
          bucket, count: bucket.contexts, components: configuration.network.anchors(samples: bucket.samples),
          queries: configuration.queries, whitening: configuration.network.whitening)
        contexts.draw(prior: prior, seed: configuration.seed, step: Self.step, first: 0)
        let loss = contexts.withInputs { contexts, queries, labels in
          pass.loss(
            contexts, queries: queries, labels: labels, form: form, parameters: parameters,
            gradient: &gradient)
        }
        let points = Double(bucket.contexts * configuration.queries)
        losses["\(share.prior.rawValue) d\(bucket.dimension)n\(bucket.samples)"] = [
          loss.score / points, loss.logDensity / points,
        ]
      }
    }
    return losses
  }

  private var buckets: [TrainingBucket] {
    let dimensions = Set(configuration.buckets.map(\.dimension))
    return Self.buckets.filter { dimensions.contains($0.dimension) }
  }
}
