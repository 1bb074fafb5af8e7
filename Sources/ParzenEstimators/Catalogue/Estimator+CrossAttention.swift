import ParzenCore

extension Estimator {
  /// `CrossAttentionTransformer`, adapted to the samples where that is wanted.
  public static let crossAttentionTransformer: Estimator = Estimator(
    name: "cross-attention", title: "cross-attention transformer", kind: "cross-attention transformer",
    summary: "the pretrained cross-attention transformer",
    options: [.regularise, .network, .adaptation, .singlePass], isMixture: false,
    variants: [
      variant("single") { $0.singlePass = true },
      variant("adapted") { $0.adaptationSteps = 6 },
      variant("adapted-both") {
        $0.adaptationSteps = 6
        $0.adaptationGradient = .both
      },
    ],
    record: { (options, dimension) throws(ParzenError) in
      try network(options, dimension: dimension).record
    },
    prepare: { (options, dimension) throws(ParzenError) in
      let network = try network(options, dimension: dimension)
      return { (samples, weights, threads) throws(ParzenError) in
        let estimate = try CrossAttentionTransformer(
          samples: samples, sampleWeights: weights, network: network, regularise: options.regularise,
          averagesTurns: !options.singlePass, threads: threads)
        return try crossAttentionEstimate(estimate, samples, weights, options)
      }
    })

  private static func network(
    _ options: EstimatorOptions, dimension: Int
  ) throws(ParzenError) -> CrossAttentionWeights {
    if let network = options.network { return try network.crossAttention() }
    return try .pretrained(dimension: dimension)
  }

  /// The transformer after the steps of test-time training that are wanted, with what they did to its loss.
  private static func crossAttentionEstimate(
    _ estimate: CrossAttentionTransformer, _ samples: Matrix, _ weights: SampleWeights?,
    _ options: EstimatorOptions
  ) throws(ParzenError) -> Estimate {
    let (title, configuration) = (crossAttentionTransformer.title, estimate.network.configuration)
    let facts = Estimate.Facts(kind: crossAttentionTransformer.kind)
    let details = "\(configuration.layers) layers of \(counted(configuration.heads, "head"))"
    guard let steps = options.adaptationSteps, steps > 0 else {
      let recipe = EstimatorRecipe(
        crossAttentionTransformer, samples: samples, sampleWeights: weights, singlePass: options.singlePass)
      return Estimate(
        density: estimate, title: title, details: details,
        content: options.network == nil && !options.regularise ? .recipe(recipe) : nil, facts: facts)
    }
    let adaptation = try estimate.adapted(steps: steps, of: options.adaptationGradient)
    let (before, after) = (adaptation.losses[0], adaptation.losses[adaptation.losses.count - 1])
    return Estimate(
      density: adaptation.estimator, title: title,
      details: "\(details), \(counted(steps, "step")) of adaptation: consistency loss "
        + "\(short(before)) to \(short(after))", facts: facts)
  }
}
