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

  /// All methods with a name.
  ///
  /// - Parameter weights: those of the mixture transformer; nil for those that ship with the package.
  public static func all(weights: MixtureTransformerWeights? = nil) -> [EvaluationMethod] {
    [mixtureTransformer(weights: weights)] + kernelDensities + scoreMatching
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
