import ParzenCore

extension Estimator {
  /// `KernelDensity`.
  public static let kernelDensity: Estimator = Estimator(
    name: "kde", title: "kernel density estimate", kind: "kernel density", summary: "kernel density",
    options: [.bandwidth, .covariance, .tolerance], isMixture: true, isKernelDensity: true,
    variants: [
      variant("diagonal") { $0.covariance = .diagonal },
      variant("full") { $0.covariance = .full },
      variant("silverman") { $0.bandwidth = .silverman },
      variant("cv") { $0.bandwidth = .crossValidation },
    ],
    prepare: { (options, _) throws(ParzenError) in
      { (samples, weights, threads) throws(ParzenError) in
        let estimate = try KernelDensity(
          samples: samples, bandwidth: options.bandwidth ?? .scott,
          covariance: options.kernelCovariance(usual: .robust),
          sampleWeights: weights, tolerance: options.tolerance ?? defaultTolerance, threads: threads)
        return kernelEstimate(
          estimate, kernelDensity, estimate.bandwidths, samples, weights, options, isSaved: true)
      }
    })

  /// `ScoreDebiasedKernelDensity`, along its own score or a learned one.
  public static let scoreDebiasedKernelDensity: Estimator = Estimator(
    name: "sd-kde", title: "score-debiased kernel density estimate", kind: "score-debiased kernel density",
    summary: "score-debiased kernel density", options: [.bandwidth, .covariance, .tolerance, .score],
    isMixture: true, isKernelDensity: true,
    variants: [
      variant("mixture") { $0.score = mixtureTransformer.name },
      variant("cross-attention") { $0.score = crossAttentionTransformer.name },
    ],
    check: { (options) throws(ParzenError) in
      guard let score = options.score, try !named(score).isPretrained else { return }
      throw .invalidOption(
        "the score is \(score): take that of \(names { $0.isPretrained }), or none for the kernels' own")
    },
    prepare: { (options, dimension) throws(ParzenError) in
      var learned: Fit?
      if let score = options.score { learned = try named(score).fitter(dimension: dimension) }
      return { [learned] (samples, weights, threads) throws(ParzenError) in
        let estimate = try ScoreDebiasedKernelDensity(
          samples: samples, score: try learned?(samples, weights, threads).density,
          bandwidth: options.bandwidth ?? .scott, covariance: options.kernelCovariance(usual: .diagonal),
          sampleWeights: weights, tolerance: options.tolerance ?? defaultTolerance, threads: threads)
        var result = kernelEstimate(
          estimate, scoreDebiasedKernelDensity, estimate.bandwidths, samples, weights, options,
          isSaved: learned == nil)
        result.details += ", \(options.score ?? "empirical") score"
        return result
      }
    })

  /// `AttentionKernelDensity`.
  public static let attentionKernelDensity: Estimator = Estimator(
    name: "kde-attention", title: "kernel density estimate as one block of attention",
    kind: "kernel density as attention", summary: "kernel density written as one block of attention",
    options: [.bandwidth], isMixture: false, isKernelDensity: true,
    check: { (options) throws(ParzenError) in
      guard options.bandwidth == .silverman || options.bandwidth == .crossValidation else { return }
      throw .invalidOption("the bandwidth is scott or a number for the method kde-attention")
    },
    prepare: { (options, _) throws(ParzenError) in
      { (samples, weights, threads) throws(ParzenError) in
        guard weights == nil else {
          throw .invalidOption("the method kde-attention takes no weights of samples: use the method kde")
        }
        let width: Double? = if case .fixed(let width) = options.bandwidth { width } else { nil }
        let estimate = try AttentionKernelDensity(samples: samples, bandwidth: width, threads: threads)
        return kernelEstimate(
          estimate, attentionKernelDensity, [estimate.bandwidth], samples, nil, options, isSaved: true)
      }
    })

  private static let defaultTolerance = 1e-5

  /// An estimate with kernels at the samples.
  private static func kernelEstimate(
    _ density: any Density, _ estimator: Estimator, _ bandwidths: [Double], _ samples: Matrix,
    _ weights: SampleWeights?, _ options: EstimatorOptions, isSaved: Bool
  ) -> Estimate {
    var facts = Estimate.Facts(kind: estimator.kind)
    facts.bandwidths = bandwidths
    let recipe = EstimatorRecipe(
      estimator, samples: samples, sampleWeights: weights, bandwidth: options.bandwidth ?? .scott,
      covariance: options.covariance, tolerance: options.tolerance)
    return Estimate(
      density: density, title: estimator.title,
      details: "\(counted(samples.rows, "Gaussian kernel")) of bandwidth \(shortList(bandwidths.map(short)))",
      content: isSaved ? .recipe(recipe) : nil, facts: facts)
  }
}

extension EstimatorOptions {
  fileprivate func kernelCovariance(usual: KernelCovariance) -> KernelCovariance {
    switch covariance {
    case .full: .full
    case .diagonal: .diagonal
    case nil: usual
    }
  }
}
