import ParzenCore
import ParzenPlatform

/// The search for the number of components of a mixture: maximum likelihood for K = 1, 2, ..., and of these
/// the least Bayesian information criterion, BIC = -2 log likelihood + p log n with p free parameters.
///
/// For every K the starts are several by k-means++ and the fit of K - 1 components with each of these split
/// in two. All take a few steps on a part of the samples; the best of them is run to convergence on all.
///
/// G. Schwarz, Estimating the dimension of a model, Annals of Statistics 6, 1978; short runs: C. Biernacki,
/// G. Celeux, G. Govaert, Choosing starting values for the EM algorithm, Computational Statistics & Data
/// Analysis 41, 2003.
struct ComponentSearch {
  let options: MaximumLikelihoodMixture.Options
  let shape: MixtureCovariance
  private let all: ExpectationMaximization
  /// The same on a part of the samples.
  private let part: ExpectationMaximization

  /// The samples of short runs, and their steps.
  private static let (partSize, partSteps) = (2048, 15)

  /// What is lost of variances of the order of one.
  private static let rounding = 1e-14

  /// - Parameter hasTies: whether samples are repeated: components then have a least width, below which each
  ///   of the values would be a component of no width.
  init(
    _ samples: SampleColumns<Double>, hasTies: Bool, shape: MixtureCovariance,
    options: MaximumLikelihoodMixture.Options, threads: Int
  ) {
    self.options = options
    self.shape = shape
    let floor = options.floor ?? 5 / samples.total
    let least = hasTies ? options.floor ?? 2 / samples.total : Self.rounding
    all = ExpectationMaximization(samples: samples, floor: floor, leastVariance: least, threads: threads)
    if samples.count > Self.partSize {
      var generator = Xoshiro256(seed: options.seed, stream: -1)
      let rows = generator.nextSubset(of: samples.count, size: Self.partSize)
      part = ExpectationMaximization(
        samples: samples.selecting(rows), floor: floor, leastVariance: least, threads: threads)
    } else {
      part = all
    }
  }

  /// A fit and its criterion, for the samples' coordinates.
  struct Candidate {
    var fit: ExpectationMaximization.Fit
    var criterion: Double
  }

  /// The fits for the numbers of components that were tried, in ascending order; at least one.
  ///
  /// - Throws: `ParzenError.cancelled`.
  func candidates() throws(ParzenError) -> [Candidate] {
    var candidates: [Candidate] = []
    var best = (criterion: Double.infinity, count: 0)
    let total = all.samples.total
    let range = options.components
    let least = min(range.lowerBound, all.samples.count)
    // More components than this have likelihoods without bound.
    let most = max(least, min(range.upperBound, Int(total / samplesOfComponent)))
    for count in least...most {
      let fit = fit(count, previous: candidates.last?.fit.components)
      try WorkPhase.checkCancellation()
      let parameters = Double(fit.components.parameterCount)
      let criterion = -2 * total * fit.logLikelihood + parameters * log(total)
      candidates.append(Candidate(fit: fit, criterion: criterion))
      if criterion < best.criterion { best = (criterion, count) }
      if count - best.count >= options.patience { break }
    }
    return candidates
  }

  /// The samples without which a component has no width in some direction.
  private var samplesOfComponent: Double { shape == .full ? Double(all.samples.dimension + 1) : 2 }

  /// The best fit found with a number of components.
  private func fit(_ count: Int, previous: GaussianComponents?) -> ExpectationMaximization.Fit {
    var starts: [GaussianComponents] = []
    for start in 0..<(count == 1 ? 1 : options.starts) {
      var generator = Xoshiro256(seed: options.seed, stream: count, start)
      starts.append(part.start(count, shape: shape, using: &generator))
    }
    if let previous, previous.count == count - 1 {
      starts += part.splits(previous)
    }
    let short = starts.map { part.run(from: $0, steps: Self.partSteps, tolerance: options.tolerance) }
    let best = short.max { $0.logLikelihood < $1.logLikelihood }!
    return all.run(from: best.components, steps: options.steps, tolerance: options.tolerance)
  }
}
