import ParzenCore
import ParzenDistributions
import ParzenNetworks

/// What adaptation to the samples' likelihood did to a mixture transformer's estimate.
public struct MixtureAdaptation: Sendable, Equatable {
  /// The steps of expectation-maximisation taken from the network's mixture; 0 where none of those tried helped.
  public let steps: Int
  /// The gain in mean log likelihood of held-out samples of the best steps, with its standard error.
  public let gain: Double
  public let standardError: Double

  /// Nothing done, since too few samples could tell whether it helps.
  static let untried = MixtureAdaptation(steps: 0, gain: 0, standardError: 0)
}

/// When a mixture transformer's estimate is adapted to the likelihood of its samples.
public enum AdaptationPolicy: Sendable, Hashable {
  /// From 2,048 samples on, where the network and no longer the samples limit the estimate, and above 32 dimensions, where its
  /// layers see no full covariances.
  case automatic
  /// Never: the estimate is one pass of the network.
  case never

  /// Whether n samples in d dimensions are for it.
  func applies(samples n: Double, dimension d: Int) -> Bool {
    self == .automatic && (n >= 2048 || CovarianceForm.best(dimension: d) == .lowRank)
  }
}

extension MixtureTransformer {
  /// The estimate after some steps of expectation-maximisation from the network's mixture, as many as held-out samples
  /// want, or the estimate itself where they want none.
  ///
  /// A fixed network does not converge to the truth as n grows; likelihood does, for mixtures of Gaussians. Alike components
  /// of the network's mixture are merged (`ComponentMerging`), as far as the Bayesian or Akaike's information criterion
  /// say, and from there 4, 8, 16, ... up to `steps` steps are taken, in which covariances are drawn weakly or strongly
  /// towards their mean. All of these candidates are judged by five-fold cross-validation: the network reads four folds, the
  /// fifth gives the gain in log likelihood. Of many samples, 65,536 are judged by. The candidate whose mean gain less two
  /// standard errors is largest is made from all samples, unless that is negative. With fewer than
  /// 100 samples, or 2 d + 4, nothing is tried, nor where four folds are no usable samples.
  ///
  /// So as n grows the estimate is at least as near to the truth, in the Kullback-Leibler divergence and up to what
  /// held-out samples cannot tell, as the network's own, and where the truth is a mixture of no more Gaussians than the
  /// network has, it tends to it at the rate of maximum likelihood, 1 / n.
  ///
  /// Samples are divided into folds by their rank in distance from the mean, so that the result depends neither on their
  /// order nor, up to rounding, on affine maps; equal samples are in the same fold.
  ///
  /// - Parameters:
  ///   - samples: the samples of this estimate.
  ///   - sampleWeights: their weights.
  ///   - steps: the most steps, at least 1.
  /// - Throws: `ParzenError.invalidOption` for fewer than 1 step or weights that make no sense;
  ///   `ParzenError.dimensionMismatch` for samples of another dimension.
  /// - Complexity: five more passes of the network on at most 65,536 samples, and O(steps n K d^2) time.
  public func adapted(
    to samples: Matrix, sampleWeights: SampleWeights? = nil, steps: Int = defaultAdaptationSteps
  ) throws(ParzenError) -> MixtureTransformer {
    guard steps >= 1 else {
      throw .invalidOption("the number of steps of an adaptation is \(steps): give 1 or more")
    }
    try check(samples)
    return try adapted(to: SampleMoments(samples, weights: sampleWeights), steps: steps)
  }

  /// The same for samples that are checked already.
  func adapted(
    to moments: SampleMoments, steps: Int = defaultAdaptationSteps
  ) throws(ParzenError) -> MixtureTransformer {
    let fewest = Double(max(Self.fewestAdapted, 2 * dimension + 4))
    guard moments.effectiveCount >= fewest else { return MixtureTransformer(self, adaptation: .untried) }
    let whitened = whitening.whiten(moments.samples)
    let judges = FoldedSamples(whitened, counts: moments.counts)
    // Folds are smaller: what is not shrunk must not be judged by what is.
    let shrinkage: ShrinkagePolicy = shrinkage > 0 ? .automatic : .never
    let gains = try? concurrentResults(FoldedSamples.folds, threads: threads) {
      (fold) throws(ParzenError) in
      let (training, heldOut) = (judges.training(fold), judges.heldOut(fold))
      let estimate = try MixtureTransformer(
        samples: training.points, sampleWeights: training.counts.map(SampleWeights.counts), network: network,
        shrinkage: shrinkage, adaptation: .never, threads: 1)
      let reference = try estimate.mixture.evaluate(at: heldOut.points, threads: 1).logDensity
      let merging = ComponentMerging.path(GaussianComponents(estimate.mixture, shape: .full))
      let columns = SampleColumns<Double>(training.points, weights: training.counts)
      return try AdaptationPath.gains(
        from: merging, samples: columns, heldOut: heldOut, reference: reference, upTo: steps)
    }
    guard let gains else { return MixtureTransformer(self, adaptation: .untried) }
    let (path, best) = Self.best(gains, upTo: steps)
    guard best.steps > 0 else { return MixtureTransformer(self, adaptation: best) }
    let components = path.components(
      from: ComponentMerging.path(GaussianComponents(whitenedMixture, shape: .full)),
      samples: SampleColumns(whitened, weights: moments.counts), steps: best.steps, threads: threads)
    // Folds stayed regular; should all samples together not, the network's mixture stands.
    let adapted = try? MixtureTransformer(self, whitened: components, adaptation: best)
    return adapted ?? MixtureTransformer(self, adaptation: .untried)
  }

  /// The most steps of an adaptation where nothing else is said.
  public static let defaultAdaptationSteps = 32
  private static let fewestAdapted = 100

  /// The path and number of steps with the largest lower bound of the gain over all folds; 0 steps where that is negative.
  private static func best(
    _ folds: [[[GainSums]]], upTo steps: Int
  ) -> (path: AdaptationPath, adaptation: MixtureAdaptation) {
    var best = (path: AdaptationPath.all[0], adaptation: MixtureAdaptation.untried, bound: -Double.infinity)
    for (index, path) in AdaptationPath.all.enumerated() {
      for (place, count) in AdaptationPath.stops(upTo: steps).enumerated() {
        // A path that a fold could not follow to the end is no candidate beyond.
        guard folds.allSatisfy({ place < $0[index].count }) else { break }
        let sums = folds.reduce(GainSums()) { $0 + $1[index][place] }
        let bound = sums.mean - 2 * sums.standardError
        guard bound > best.bound else { continue }
        best = (
          path,
          MixtureAdaptation(
            steps: bound > 0 ? count : 0, gain: sums.mean, standardError: sums.standardError), bound
        )
      }
    }
    return (best.path, best.adaptation)
  }
}
