import ParzenAnalysis
import ParzenCore
import ParzenEstimators

extension EvaluationMethod {
  /// The mixture transformer with each of its policies: `mixture` for the default, `mixture-network` and so
  /// on.
  ///
  /// - Parameter network: its weights; nil for those that ship with the package.
  public static func mixtureTransformers(network: MixtureTransformerWeights? = nil) -> [EvaluationMethod] {
    EstimationPolicy.allCases.map { policy in
      EvaluationMethod(name: policy == .automatic ? "mixture" : "mixture-\(policy.rawValue)") {
        try MixtureTransformer(samples: $0, network: network, policy: policy, threads: 1)
      }
    }
  }

  /// Cross-attention transformers with the shipped weights, as they are, in a single pass, and adapted;
  /// score-debiased kernel densities with learned scores; and the kernel density that is one block of
  /// attention.
  public static let attention: [EvaluationMethod] = [
    EvaluationMethod(name: "cross-attention") {
      try CrossAttentionTransformer(samples: $0, network: nil, threads: 1)
    },
    EvaluationMethod(name: "cross-attention-single") {
      try CrossAttentionTransformer(samples: $0, network: nil, averagesTurns: false, threads: 1)
    },
    EvaluationMethod(name: "cross-attention-adapted") {
      try CrossAttentionTransformer(samples: $0, network: nil, threads: 1).adapted(steps: 6).estimator
    },
    EvaluationMethod(name: "cross-attention-adapted-both") {
      try CrossAttentionTransformer(samples: $0, network: nil, threads: 1).adapted(steps: 6, of: .both)
        .estimator
    },
    EvaluationMethod(name: "kde-attention") { try AttentionKernelDensity(samples: $0) },
    EvaluationMethod(name: "sd-kde-mixture") {
      let score = try MixtureTransformer(samples: $0, threads: 1)
      return try ScoreDebiasedKernelDensity(samples: $0, score: score, bandwidth: .scott, threads: 1)
    },
    EvaluationMethod(name: "sd-kde-cross-attention") {
      let score = try CrossAttentionTransformer(samples: $0, network: nil, threads: 1)
      return try ScoreDebiasedKernelDensity(samples: $0, score: score, bandwidth: .scott, threads: 1)
    },
  ]

  /// Score networks trained on every context's samples: a score without a density.
  public static let scoreMatching: [EvaluationMethod] = [
    EvaluationMethod(name: "score-matching-hutchinson") {
      try ScoreMatching(samples: $0, options: ScoreMatchingOptions(objective: .hutchinson))
    },
    EvaluationMethod(name: "score-matching-sliced") {
      try ScoreMatching(samples: $0, options: ScoreMatchingOptions(objective: .sliced))
    },
  ]

  /// Mixtures by expectation-maximisation, their number of components by BIC: the better of full and diagonal
  /// covariances, and each of them.
  public static let maximumLikelihoodMixtures: [EvaluationMethod] = [
    ("em", nil), ("em-full", MixtureCovariance.full), ("em-diagonal", .diagonal),
  ].map { name, covariance in
    EvaluationMethod(name: name) {
      try MaximumLikelihoodMixture(samples: $0, options: .init(covariance: covariance), threads: 1)
    }
  }

  /// The mixture transformer with standard errors by the jackknife.
  ///
  /// - Parameter network: the weights of its network; nil for those that ship with the package.
  public static func mixtureJackknife(network: MixtureTransformerWeights? = nil) -> EvaluationMethod {
    EvaluationMethod(name: "mixture-jackknife") {
      try GroupJackknife(samples: $0, threads: 1) { (samples, threads) throws(ParzenError) in
        try MixtureTransformer(samples: samples, network: network, threads: threads)
      }
    }
  }

  /// The least error that the information in the samples allows, on targets of the families `gmm`,
  /// `gmm-rotated` and `gmm-many`.
  public static let bayes = EvaluationMethod(oracle: "bayes") { try BayesOracle($0) }

  /// All methods with a name.
  ///
  /// - Parameter network: the weights of the mixture transformer's network; nil for those that ship with the
  ///   package.
  public static func all(network: MixtureTransformerWeights? = nil) -> [EvaluationMethod] {
    mixtureTransformers(network: network)
      + [mixtureJackknife(network: network)]
      + maximumLikelihoodMixtures + kernelDensities + attention + scoreMatching + [shrunkGaussian, bayes]
  }

  /// The method of a name.
  ///
  /// - Throws: `ParzenError.invalidOption`, with all names, if there is none.
  public static func named(
    _ name: String, network: MixtureTransformerWeights? = nil
  ) throws(ParzenError) -> EvaluationMethod {
    let methods = all(network: network)
    guard let method = methods.first(where: { $0.name == name }) else {
      throw .invalidOption(
        "there is no method \"\(name)\"; choose from \(methods.map(\.name).joined(separator: ", "))")
    }
    return method
  }
}
