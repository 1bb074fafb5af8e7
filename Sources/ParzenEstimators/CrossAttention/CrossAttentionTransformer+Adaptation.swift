import ParzenCore
import ParzenDifferentiation
import ParzenNetworks

extension CrossAttentionTransformer {
  /// What adaptation did.
  public struct Adaptation: Sendable {
    /// The estimator with adapted weights.
    public let estimator: CrossAttentionTransformer
    /// The consistency loss before every step, and after the last: steps + 1 values.
    public let losses: [Double]
  }

  /// What the gradient of the consistency loss is taken of.
  public enum ConsistencyGradient: Sendable, Hashable {
    /// The score alone, towards the gradient of the log density as it stands.
    case score
    /// The score and the gradient of the log density, which meet between the two: the whole gradient of the
    /// loss.
    case both
  }

  /// Test-time training: gradient steps on the label-free consistency loss mean |S - grad_y T|^2 of the score
  /// head S and the log-density head T, with the samples held fixed, on a copy of the weights (Ilin & Sushko,
  /// arXiv 2511.05924).
  ///
  /// On distributions unlike those of training, the gradient of the log density is the better score of the
  /// two. So by default it is a fixed target in every step (though the trunk, which both share, moves); the
  /// whole gradient draws it towards the worse one, too. `parzen evaluate` has both as
  /// cross-attention-adapted and cross-attention-adapted-both.
  ///
  /// - Parameters:
  ///   - steps: the number of steps of Adam.
  ///   - learningRate: their size.
  ///   - consistency: what the gradient is taken of.
  ///   - queries: where the loss is taken, m x d; nil for the samples.
  /// - Throws: `ParzenError.invalidOption` for a negative number of steps or a rate that is not positive;
  ///   `ParzenError.dimensionMismatch` for queries of another dimension; `ParzenError.cancelled`.
  /// - Complexity: a step takes four to eight times the time of fitting and evaluating at the queries, in
  ///   Float32, on one thread; O(layers * (n + m) * hiddenWidth) memory.
  public func adapted(
    steps: Int, learningRate: Double = 5e-5, of consistency: ConsistencyGradient = .score,
    at queries: Matrix? = nil
  ) throws(ParzenError) -> Adaptation {
    guard steps >= 0, learningRate > 0, learningRate.isFinite else {
      throw .invalidOption("adaptation needs a number of steps that is not negative and a positive rate")
    }
    if let queries { try check(queries) }
    let points = (queries.map(whitening.whitened) ?? samples).elements.map { Float($0) }
    let context = samples.elements.map { Float($0) }
    let counts = counts.map { $0.map { Float($0) } }
    let layout = network.configuration.layout
    let pass = CrossAttentionPass<Float>(network.configuration)
    let optimiser = AdamW(
      beta1: 0.9, beta2: 0.98, weightDecay: 0, gradientNorm: 1, averageDecay: 0)
    var state = OptimizerState(parameters: network.parameters)
    var gradient = [Float](repeating: 0, count: layout.count)
    func loss(_ parameters: [Float], _ gradient: inout [Float]) -> Double {
      pass.consistencyLoss(
        samples: context, weights: counts, queries: points, parameters: parameters,
        targetMoves: consistency == .both, gradient: &gradient)
    }
    var losses: [Double] = []
    let phase = WorkPhase(parts: steps)
    defer { phase.end() }
    for _ in 0..<steps {
      try WorkPhase.checkCancellation()
      let step = state.descend(
        optimiser, rate: learningRate, layout: layout, gradient: &gradient, loss: loss)
      losses.append(step.loss)
      phase.advance()
      guard step.gradientNorm.isFinite else { break }
    }
    if losses.count == state.steps {
      losses.append(loss(state.parameters, &gradient))
    }
    let adapted = try CrossAttentionWeights(
      configuration: network.configuration, parameters: state.parameters, record: network.record)
    return Adaptation(
      estimator: CrossAttentionTransformer(
        network: adapted, whitening: whitening, samples: samples, counts: self.counts,
        places: places, averagesTurns: averagesTurns, threads: threads),
      losses: losses)
  }
}
