import ParzenCore
import ParzenDistributions
import ParzenKernels
import ParzenMixtures
import ParzenNetworks

/// The pretrained estimator: samples in, a density out.
///
/// A mixture transformer reads the samples in one pass and writes down a mixture of Gaussians. Beside it
/// stand, by default, estimates of other kinds (see `EstimationPolicy` and `EstimateRecord.Candidate`):
/// groups of samples that lie apart are read again, each for itself; few components are fitted by maximum
/// likelihood; columns are transformed, to normal scores for example. All of them compete on samples held
/// out, and the estimate is their best convex combination. There is nothing to choose: neither a bandwidth
/// nor a number of components.
///
/// The density is positive, integrates to exactly one, and its score is its exact gradient. It does not
/// depend on the order of the samples, nor on the threads.
///
/// ```swift
/// let estimate = try MixtureTransformer(samples: samples)
/// let logDensity = try estimate.logDensity(at: queries)
/// ```
///
/// - Complexity: a pass takes O(n (d^2 + K h d^2)) time for n samples in d dimensions with K <= 64 components
///   in h = 4 heads and 6 layers, about 26 kFLOP a sample in d = 2 with K = 32; for d > 32, where the layers'
///   covariances are an isotropic part plus two directions, O(n (d^2 + K h d) + K h d^2). The competition
///   makes some six passes of up to 2,048 samples, three of more, and for more than 32,768 those of that
///   many; where normal scores of columns may be better, as much twice more for up to 4,096 samples; then,
///   what has won takes one to three passes of expectation-maximisation over all. O(n d) memory. Evaluation
///   takes O(K d^2) for a query, and O(K d) for the normal scores of one.
public struct MixtureTransformer: DensityEstimator, Distribution, MarginalizableDensity {
  /// The estimate.
  public let density: TransformedMixture
  /// What it rests on.
  public let record: EstimateRecord
  /// What it may rest on.
  public let policy: EstimationPolicy
  /// The weights of the network.
  public let network: MixtureTransformerWeights
  /// The most threads that fitting and evaluations use. The results do not depend on it.
  public let threads: Int

  public var dimension: Int { density.dimension }

  /// The estimate as a mixture of Gaussians in the units of the samples; nil where columns are transformed,
  /// which only the policy `automatic` does.
  ///
  /// - Complexity: O(K d^2) time.
  public var mixture: GaussianMixture? { density.gaussianMixture }

  /// Fits the shipped weights' estimator to samples, n x d.
  public init(samples: Matrix) throws(ParzenError) {
    try self.init(samples: samples, network: nil)
  }

  /// Fits to samples.
  ///
  /// - Parameters:
  ///   - samples: points in d dimensions, one a row; with their weights they stand for n of them, at least d
  ///     + 2.
  ///   - sampleWeights: the weights of the samples; ones when nil. The network is told their n.
  ///   - network: the network's weights; nil for the shipped ones.
  ///   - policy: what the estimate may rest on.
  ///   - columns: what values each column can have, d domains; unbounded when nil.
  ///   - keepsTies: leaves ties as they are; otherwise those of rounded or counted columns are spread over
  ///     the columns' steps, by the policies `automatic` and `untransformed`.
  ///   - regularise: accepts constant and linearly dependent columns, see `Whitening`.
  ///   - threads: the most threads to use.
  /// - Throws: `ParzenError.unusableSamples` for too few, identical, not finite or (unless `regularise`)
  ///   singular samples, and for such as are outside their columns' domains; `ParzenError.invalidOption` for
  ///   weights of samples and domains that make no sense, and for domains with the policy `equivariant`;
  ///   `ParzenError.dimensionMismatch` for another number of domains; `ParzenError.cancelled`.
  public init(
    samples: Matrix, sampleWeights: SampleWeights? = nil, network: MixtureTransformerWeights? = nil,
    policy: EstimationPolicy = .automatic, columns domains: [ColumnDomain]? = nil, keepsTies: Bool = false,
    regularise: Bool = false, threads: Int = Parallelism.threads
  ) throws(ParzenError) {
    self = try Parallelism.limited(to: threads) { () throws(ParzenError) in
      let domains = try Self.checked(domains, policy, dimension: samples.columns)
      let network = network ?? .pretrained
      guard samples.rows <= SampleFolds.most else {
        return try Self(
          source: SampleSource(samples, sampleWeights: sampleWeights), network: network, policy: policy,
          columns: domains, keepsTies: keepsTies, regularise: regularise, threads: threads)
      }
      let samples = regularise ? SampleDiagnosis.regularised(samples) : samples
      let prepared = try PreparedSamples(
        samples, sampleWeights: sampleWeights, domains: domains, spreads: policy.usesAxes && !keepsTies,
        record: network.record)
      let choice = CoordinateChoice(network: network, threads: threads)
      let chosen =
        policy == .network
        ? (columns: domains.map { $0.transformations[0] }, estimate: nil)
        : try choice.choose(prepared, domains: domains, guesses: policy == .automatic)
      let image = try prepared.image(chosen.columns)
      try image.standard.checkRegularity()
      let estimator = GroupEstimator(network: network, policy: policy, threads: threads)
      let found =
        if let estimate = chosen.estimate { estimate } else {
          try estimator.estimate(
            image.points, counts: image.counts, resolution: prepared.resolution(in: image),
            samples: prepared.samples.rows)
        }
      try WorkPhase.checkCancellation()
      let density = try image.density(found.fit.full)
      let record = EstimateRecord(
        parts: found.parts, groups: found.groups, samples: prepared)
      return Self(density: density, record: record, policy: policy, network: network, threads: threads)
    }
  }

  init(
    density: TransformedMixture, record: EstimateRecord, policy: EstimationPolicy,
    network: MixtureTransformerWeights, threads: Int
  ) {
    self.density = density
    self.record = record
    self.policy = policy
    self.network = network
    self.threads = threads
  }

  /// The domains of the columns.
  static func checked(
    _ domains: [ColumnDomain]?, _ policy: EstimationPolicy, dimension d: Int
  ) throws(ParzenError) -> [ColumnDomain] {
    let domains = domains ?? [ColumnDomain](repeating: .unbounded, count: d)
    guard domains.count == d else { throw .dimensionMismatch(expected: d, found: domains.count) }
    guard policy != .equivariant || domains.allSatisfy({ $0 == .unbounded }) else {
      throw .invalidOption(
        "bounds and periods belong to columns, which the policy equivariant takes for arbitrary: take another"
          + " one"
      )
    }
    return domains
  }

  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try Parallelism.limited(to: threads) { () throws(ParzenError) in try density.evaluate(at: queries) }
  }

  public func logDensity(at queries: Matrix) throws(ParzenError) -> [Double] {
    try Parallelism.limited(to: threads) { () throws(ParzenError) in try density.logDensity(at: queries) }
  }

  /// Exact draws from the estimated density, count x d.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    density.sample(count: count, using: &generator)
  }

  public func marginal(of columns: [Int]) -> TransformedMixture { density.marginal(of: columns) }
}
