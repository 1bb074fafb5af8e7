import ParzenAnalysis
import ParzenCore
import ParzenEstimators

extension EvaluationMethod {
  /// The estimators of the catalogue, each with its defaults under its name, and with other options under
  /// names like `kde-cv`.
  ///
  /// - Parameter network: the weights of the mixture transformer's network; nil for those that ship with the
  ///   package.
  package static func estimators(network: MixtureTransformerWeights? = nil) -> [EvaluationMethod] {
    Estimator.all.flatMap { estimator in
      let variants = estimator.variants.map { ("\(estimator.name)-\($0.name)", $0.options) }
      return ([(estimator.name, EstimatorOptions())] + variants).map { name, options in
        var options = options
        if estimator == .mixtureTransformer { options.network = network.map { .mixtureTransformer($0) } }
        return EvaluationMethod(name: name) { [options] samples in
          try estimator.fitter(options, dimension: samples.columns)(samples, nil, 1).density
        }
      }
    }
  }

  /// Score networks trained on every context's samples: a score without a density.
  package static let scoreMatching: [EvaluationMethod] = [
    EvaluationMethod(name: "score-matching-hutchinson") {
      try ScoreMatching(samples: $0, options: ScoreMatchingOptions(objective: .hutchinson))
    },
    EvaluationMethod(name: "score-matching-sliced") {
      try ScoreMatching(samples: $0, options: ScoreMatchingOptions(objective: .sliced))
    },
  ]

  /// The mixture transformer with standard errors by the jackknife.
  ///
  /// - Parameter network: the weights of its network; nil for those that ship with the package.
  package static func mixtureJackknife(network: MixtureTransformerWeights? = nil) -> EvaluationMethod {
    EvaluationMethod(name: "mixture-jackknife") {
      try GroupJackknife(samples: $0, threads: 1) { (samples, threads) throws(ParzenError) in
        try MixtureTransformer(samples: samples, network: network, threads: threads)
      }
    }
  }

  /// The least error that the information in the samples allows, on targets of the families `gmm`,
  /// `gmm-rotated` and `gmm-many`.
  package static let bayes = EvaluationMethod(oracle: "bayes") { try BayesOracle($0) }

  /// All methods with a name.
  ///
  /// - Parameter network: the weights of the mixture transformer's network; nil for those that ship with the
  ///   package.
  package static func all(network: MixtureTransformerWeights? = nil) -> [EvaluationMethod] {
    estimators(network: network) + [mixtureJackknife(network: network)] + scoreMatching
      + [shrunkGaussian, bestIsotropicKernels, truthDebiasedKernels, bayes]
  }

  /// The method of a name.
  ///
  /// - Throws: `ParzenError.invalidOption`, with all names, if there is none.
  package static func named(
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
