import ParzenAnalysis
import ParzenCore
import ParzenEstimators

extension EvaluationMethod {
  /// The mixture transformer.
  ///
  /// - Parameter weights: its weights; nil for those that ship with the package.
  public static func mixtureTransformer(weights: MixtureTransformerWeights? = nil) -> EvaluationMethod {
    EvaluationMethod(name: "mixture") {
      try MixtureTransformer(samples: $0, weights: weights ?? .pretrained, threads: 1)
    }
  }

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
  /// - Parameter weights: its weights; nil for those that ship with the package.
  public static func mixtureJackknife(weights: MixtureTransformerWeights? = nil) -> EvaluationMethod {
    EvaluationMethod(name: "mixture-jackknife") {
      try GroupJackknife(samples: $0, threads: 1) { (samples, threads) throws(ParzenError) in
        try MixtureTransformer(samples: samples, weights: weights ?? .pretrained, threads: threads)
      }
    }
  }

  /// All methods with a name.
  ///
  /// - Parameter weights: those of the mixture transformer; nil for those that ship with the package.
  public static func all(weights: MixtureTransformerWeights? = nil) -> [EvaluationMethod] {
    [mixtureTransformer(weights: weights), mixtureJackknife(weights: weights)] + maximumLikelihoodMixtures
      + kernelDensities + scoreMatching
  }

  /// The method of a name.
  ///
  /// - Throws: `ParzenError.invalidOption`, with all names, if there is none.
  public static func named(
    _ name: String, weights: MixtureTransformerWeights? = nil
  ) throws(ParzenError) -> EvaluationMethod {
    let methods = all(weights: weights)
    guard let method = methods.first(where: { $0.name == name }) else {
      throw .invalidOption(
        "there is no method \"\(name)\"; choose from \(methods.map(\.name).joined(separator: ", "))")
    }
    return method
  }
}
