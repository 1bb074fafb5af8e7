import ParzenCore
import ParzenKernels
import ParzenMixtures
import ParzenPlatform

/// Expectation-maximisation for mixtures of Gaussians on fixed samples.
///
/// A step takes the responsibilities of the components for the samples and their moments, both by matrix
/// products on blocks of samples, and sets the components to these moments. The likelihood never falls, but
/// for the floor.
///
/// A. P. Dempster, N. M. Laird, D. B. Rubin, Maximum likelihood from incomplete data via the EM algorithm,
/// JRSS B 39, 1977.
struct ExpectationMaximization: Sendable {
  let samples: SampleColumns<Double>
  /// Added to all covariances after every step, relative to the components' own size: see
  /// `GaussianComponents.addFloor`.
  let floor: Double
  /// Added to all variances after every step.
  let leastVariance: Double
  /// Covariances are drawn towards their mean over all samples, as if so many more samples of each component
  /// had that one.
  let pooling: Double
  let threads: Int

  init(
    samples: SampleColumns<Double>, floor: Double, leastVariance: Double = 0, pooling: Double = 0,
    threads: Int
  ) {
    self.samples = samples
    self.floor = floor
    self.leastVariance = leastVariance
    self.pooling = pooling
    self.threads = threads
  }

  /// Components with the mean log likelihood that they give a sample.
  struct Fit: Sendable {
    var components: GaussianComponents
    var logLikelihood: Double
    /// Whether the last step gained less than the tolerance.
    var converged: Bool
  }

  /// Steps from a start, until one gains less than `tolerance` in mean log likelihood, or `steps` have been
  /// taken.
  ///
  /// Where rounding makes a covariance singular, the components before are the result; where the work is
  /// cancelled, any step may be the last.
  ///
  /// - Complexity: O(n K d^2) time a step, O(n K d) with diagonal covariances; O(K d^2) memory.
  func run(from start: GaussianComponents, steps: Int, tolerance: Double) -> Fit {
    let moments = ComponentMoments(like: start)
    var fit = Fit(components: start, logLikelihood: -.infinity, converged: false)
    var next = start
    for step in 0...steps {
      let found = samples.withPoints { moments.sums(over: $0, of: next, threads: threads) }
      guard let sums = found else { break }
      let logLikelihood = logLikelihood(sums, components: start.count)
      guard logLikelihood.isFinite else { break }
      fit.converged = logLikelihood - fit.logLikelihood < tolerance
      (fit.components, fit.logLikelihood) = (next, logLikelihood)
      if fit.converged || step == steps || WorkPhase.isCancelled { break }
      next = GaussianComponents(
        sums: sums, count: start.count, total: samples.total, dimension: start.dimension, shape: start.shape)
      if leastVariance > 0 { next.widen(by: leastVariance) }
      if floor > 0 { next.addFloor(floor, like: fit.components) }
      if pooling > 0 { next.poolCovariances(pooling, like: fit.components, samples: samples.total) }
    }
    return fit
  }

  /// The mean log likelihood of a sample, of components whose sums these are.
  private func logLikelihood(_ sums: [Double], components: Int) -> Double {
    sums.suffix(components).reduce(0, +) / samples.total
      - Double(samples.dimension) / 2 * log(2 * Double.pi)
  }
}
