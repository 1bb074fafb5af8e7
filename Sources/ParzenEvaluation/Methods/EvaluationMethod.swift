import ParzenCore
import ParzenDistributions
import ParzenEstimators

/// What a method is measured on: samples to learn from, and queries at which the truth is known.
package struct EvaluationContext: Sendable {
  /// The distribution behind the samples.
  package let target: any Distribution
  /// n samples, n x d, as an estimator sees them.
  package let samples: Matrix
  /// Fresh draws from the same distribution, m x d.
  package let queries: Matrix
  /// The true log density and score at the queries; where samples are contaminated, log((1 - p) f) for a
  /// share p of foreign ones.
  package let truth: DensityEvaluation
}

/// A named way to make a density, or at least a score, from samples.
package struct EvaluationMethod: Sendable {
  /// The name, as the command line and the tables have it.
  package let name: String
  /// Makes the estimate; figures about the log density are missing where it is no `Density`. Only oracles
  /// look at more than the context's samples.
  package let estimate: @Sendable (EvaluationContext) throws -> any Score
  /// Makes the estimate from samples; oracles have none.
  package let fit: (@Sendable (Matrix) throws -> any Score)?

  /// A method that sees the samples alone. Contexts run in parallel, so it should use one thread.
  package init(name: String, fit: @escaping @Sendable (Matrix) throws -> any Score) {
    self.name = name
    self.fit = fit
    estimate = { try fit($0.samples) }
  }

  /// A method that is told the truth.
  package init(oracle name: String, estimate: @escaping @Sendable (EvaluationContext) throws -> any Score) {
    self.name = name
    self.estimate = estimate
    fit = nil
  }
}

extension EvaluationMethod {
  /// Kernel density estimate, Scott's rule, standard deviations of the columns: the reference of all ratios,
  /// as in the literature.
  package static let kernelDensity = EvaluationMethod(name: "kde-diagonal") {
    try KernelDensity(samples: $0, bandwidth: .scott, covariance: .diagonal, threads: 1)
  }

  /// The kernel density with the best of 41 bandwidths, which is told the truth.
  static let bestIsotropicKernels = EvaluationMethod(oracle: "kde-oracle") {
    try bestIsotropicKernelDensity($0)
  }

  /// The kernel density that is debiased along the true score.
  static let truthDebiasedKernels = EvaluationMethod(oracle: "sd-kde-oracle") {
    try ScoreDebiasedKernelDensity(samples: $0.samples, score: $0.target, bandwidth: .scott, threads: 1)
  }

  /// The kernel density estimate, one bandwidth for all directions, with the least score error at the
  /// context's queries: the best of 41 bandwidths from 0.05 to 2 times the root mean variance, each 10 %
  /// above the last.
  private static func bestIsotropicKernelDensity(_ context: EvaluationContext) throws -> any Density {
    let samples = context.samples
    let variance = samples.columnVariances.reduce(0, +)
    var bandwidth = 0.05 * (variance / Double(samples.columns)).squareRoot()
    var best: (error: Double, density: KernelDensity)?
    for _ in 0...40 {
      let density = try KernelDensity(samples: samples, bandwidth: .fixed(bandwidth), threads: 1)
      let errors = ContextErrors(try density.evaluate(at: context.queries), truth: context.truth)
      if errors.squaredScoreError < best?.error ?? .infinity { best = (errors.squaredScoreError, density) }
      bandwidth *= 1.1
    }
    guard let best else {
      throw ParzenError.unusableSamples(
        "no bandwidth gives these samples a finite score: check that they vary")
    }
    return best.density
  }
}
