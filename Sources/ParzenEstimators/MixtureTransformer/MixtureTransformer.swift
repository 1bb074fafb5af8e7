import ParzenCore
import ParzenDistributions
import ParzenKernels
import ParzenNetworks
import ParzenPlatform

/// The pretrained estimator: samples in, a mixture of Gaussians out, by one pass of a mixture transformer.
///
/// The density is positive, integrates to exactly one, and its score is its exact gradient. It follows every invertible
/// affine map of the samples, from five of them a dimension on (see `ShrinkagePolicy`), and does not depend on their order,
/// up to rounding. There is nothing to choose: neither a
/// bandwidth nor a number of components, and no training on the samples.
///
/// - Complexity: O(n (d^2 + K h d^2)) time for n samples in d dimensions with K <= 64 components in h = 4 heads and 6
///   layers, about 26 kFLOP a sample in d = 2 with K = 32; for d > 32, where the layers' covariances are an isotropic part
///   plus two directions, O(n (d^2 + K h d) + K h d^2); adaptation, from 2,048 samples or 33 dimensions on, adds some ten
///   times that for at most 65,536 samples. O(n d) memory. Evaluation takes O(K d^2) for a query.
public struct MixtureTransformer: DensityEstimator, Distribution, MarginalizableDensity,
  GaussianMixtureDensity
{
  /// The fitted mixture, in the units of the samples.
  public let mixture: GaussianMixture
  /// The weights of the network that made it.
  public let network: MixtureTransformerWeights
  /// The most threads that fitting and evaluations use. The results do not depend on it.
  public let threads: Int
  /// The map to whitened coordinates, and the mixture there: evaluation is best conditioned in them.
  let whitening: Whitening
  let whitenedMixture: GaussianMixture
  /// By how much very few samples' covariance was shrunk, from 0 to 1; see `ShrinkagePolicy`.
  public let shrinkage: Double
  /// What adaptation did; nil without one.
  public let adaptation: MixtureAdaptation?

  public var dimension: Int { whitening.dimension }

  /// Fits the shipped network's estimator to samples, n x d.
  public init(samples: Matrix) throws(ParzenError) {
    try self.init(samples: samples, network: nil)
  }

  /// Fits to samples.
  ///
  /// - Parameters:
  ///   - samples: points in d dimensions, one a row; with their weights they stand for n of them, at least d + 2.
  ///   - sampleWeights: the weights of the samples; ones when nil. The network is told their n.
  ///   - network: the network's weights; nil for the shipped ones.
  ///   - regularise: accepts constant and linearly dependent columns, see `Whitening`.
  ///   - shrinkage: whether the covariance of very few samples is shrunk, see `ShrinkagePolicy`.
  ///   - adaptation: whether many samples, or those of many dimensions, adapt the network's mixture; see `adapted`.
  ///   - threads: the most threads to use.
  /// - Throws: `ParzenError.unusableSamples` for too few, identical, not finite or (unless `regularise`) singular samples;
  ///   `ParzenError.invalidOption` for weights of samples that make no sense.
  public init(
    samples: Matrix, sampleWeights: SampleWeights? = nil, network: MixtureTransformerWeights? = nil,
    regularise: Bool = false, shrinkage: ShrinkagePolicy = .automatic,
    adaptation policy: AdaptationPolicy = .automatic,
    threads: Int = processorCount
  ) throws(ParzenError) {
    let samples = regularise ? SampleDiagnosis(samples).regularised(samples) : samples
    let moments = try SampleMoments(samples, weights: sampleWeights)
    let estimate = try MixtureTransformer(
      moments, network: network ?? .pretrained(dimension: samples.columns), shrinkage: shrinkage,
      threads: threads)
    let isAdapted = policy.applies(samples: moments.effectiveCount, dimension: samples.columns)
    self = isAdapted ? try estimate.adapted(to: moments) : estimate
  }

  /// The network's estimate.
  private init(
    _ moments: SampleMoments, network: MixtureTransformerWeights, shrinkage: ShrinkagePolicy, threads: Int
  ) throws(ParzenError) {
    let sampleWhitening = try Whitening(moments)
    whitenedMixture = try Self.mixture(
      of: sampleWhitening.whiten(moments.samples), counts: moments.counts, network: network, threads: threads)
    self.network = network
    self.threads = threads
    self.shrinkage = shrinkage.share(moments, whitening: sampleWhitening)
    // The estimate is stretched along the samples' principal axes, so that it has the shrunk covariance.
    whitening = sampleWhitening.shrunk(by: self.shrinkage)
    adaptation = nil
    mixture = try whitenedMixture.affineImage(whitening.unwhiteningMatrix, shift: whitening.mean)
  }

  /// An estimate with what its adaptation did, and where this changed it the new mixture in whitened coordinates.
  init(
    _ estimate: MixtureTransformer, whitened components: GaussianComponents, adaptation: MixtureAdaptation
  ) throws(ParzenError) {
    network = estimate.network
    threads = estimate.threads
    whitening = estimate.whitening
    shrinkage = estimate.shrinkage
    self.adaptation = adaptation
    whitenedMixture = try components.mixture()
    mixture = try whitenedMixture.affineImage(whitening.unwhiteningMatrix, shift: whitening.mean)
  }

  /// An estimate that its adaptation did not change.
  init(_ estimate: MixtureTransformer, adaptation: MixtureAdaptation) {
    network = estimate.network
    threads = estimate.threads
    whitening = estimate.whitening
    shrinkage = estimate.shrinkage
    self.adaptation = adaptation
    whitenedMixture = estimate.whitenedMixture
    mixture = estimate.mixture
  }

  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    return whitening.unwhiten(try whitenedMixture.evaluate(at: whitening.whiten(queries), threads: threads))
  }

  /// Exact draws from the estimated density, count x d.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    mixture.sample(count: count, using: &generator)
  }

  public func marginal(of columns: [Int]) -> GaussianMixture { mixture.marginal(of: columns) }

  /// The network's mixture for whitened samples.
  private static func mixture(
    of samples: Matrix, counts: [Double]?, network: MixtureTransformerWeights, threads: Int
  ) throws(ParzenError) -> GaussianMixture {
    let small = samples.rows <= Self.exactSamples
    let mixture =
      small
      ? mixture(of: SampleColumns<Double>(samples, weights: counts), network, threads) { .exact($0) }
      : mixture(of: SampleColumns<Float>(samples, weights: counts), network, threads) { .rounded($0) }
    return try mixture.gaussianMixture(dimension: samples.columns)
  }

  /// Up to this many samples, all is in Float64; beyond, where rounding is far below the error of the estimate, the
  /// responsibilities of samples are in Float32.
  private static let exactSamples = 1 << 15

  private static func mixture<Coordinate: KernelScalar>(
    of samples: SampleColumns<Coordinate>, _ network: MixtureTransformerWeights, _ threads: Int,
    _ points: (PointBlock<Coordinate>) -> SamplePoints<Double>
  ) -> WhitenedMixture {
    let d = samples.dimension
    let components = network.configuration.components(samples: Int(samples.total.rounded()))
    let pass = MixtureTransformerPass<Double>(network.configuration, gradients: false)
    return samples.withPoints { block in
      let anchors = selectAnchors(components, from: block, dimension: d).map { Double($0) }
      return anchors.withUnsafeBufferPointer { anchors in
        pass.mixtures(
          WhitenedContexts(
            count: 1, dimension: d, samples: points(block), anchors: anchors.baseAddress!,
            components: components),
          parameters: network.parameters.map { Double($0) }, threads: threads)[0]
      }
    }
  }
}

extension WhitenedMixture {
  /// The same mixture as the public type.
  fileprivate func gaussianMixture(dimension d: Int) throws(ParzenError) -> GaussianMixture {
    let size = d * (d + 1) / 2
    let covariances = logWeights.indices.map { k in
      var covariance = Matrix(rows: d, columns: d)
      var next = k * size
      for i in 0..<d {
        for j in i..<d {
          covariance[i, j] = self.covariances[next]
          covariance[j, i] = self.covariances[next]
          next += 1
        }
      }
      return covariance
    }
    return try GaussianMixture(
      weights: logWeights.map { exp($0) }, means: Matrix(rows: logWeights.count, columns: d, elements: means),
      covariances: covariances)
  }
}
