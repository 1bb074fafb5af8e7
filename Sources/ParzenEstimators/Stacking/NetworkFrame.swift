import ParzenCore
import ParzenDistributions

/// The samples of a group in whitened coordinates, and the network's mixture there.
struct NetworkFrame: Sendable {
  let whitening: Whitening
  let columns: SampleColumns<Double>
  let whitened: GaussianMixture
  /// The mixture in the units of the group.
  let mixture: GaussianMixture
  /// What is added to whitened variances of what is fitted by likelihood, which has no bound else where a
  /// component can lie on equal samples.
  let leastVariance: Double
  /// Whether the whitening is that of shrunk correlations.
  private let isShrunk: Bool

  /// Shrunk correlations are tried below so many samples a dimension.
  private static let fewForCovariance = 20.0

  /// - Parameters:
  ///   - usesAxes: whether very few samples' covariance is shrunk towards that of uncorrelated columns.
  ///   - share: by which correlations are shrunk before the network reads the samples, which are too few for
  ///     a covariance; nil where they are enough.
  /// - Throws: `ParzenError.unusableSamples` for samples that allow no estimate.
  init(
    _ group: SampleGroup, network: MixtureTransformerWeights, usesAxes: Bool, share: Double? = nil,
    precision: NetworkPrecision, threads: Int
  ) throws(ParzenError) {
    let moments = try SampleMoments(
      share == nil ? group.regular : group.points, weights: group.counts.map(SampleWeights.counts),
      rows: .asGiven)
    let sampleWhitening =
      if let share { try Whitening(moments, shrunkBy: share) } else { try Whitening(moments) }
    isShrunk = share != nil
    let image = sampleWhitening.whitened(moments.samples)
    whitened = try network.mixture(
      of: image, counts: moments.counts, precision: precision, threads: threads)
    columns = SampleColumns(image, weights: moments.counts)
    leastVariance = Self.leastVariance(of: group)
    let share =
      usesAxes && !isShrunk
      ? CovarianceShrinkage.share(columns, whitening: sampleWhitening, isUnjudged: true) : 0
    // The estimate is stretched along the samples' principal axes, so that it has the shrunk covariance.
    whitening = sampleWhitening
    let stretched = sampleWhitening.shrunk(by: share)
    mixture = try whitened.affineImage(stretched.unwhiteningMatrix, shift: stretched.mean)
  }

  /// - Parameter group: the samples for what is fitted beside the network, in the units of `mixture`.
  init(
    whitening: Whitening, beside group: SampleGroup, whitened: GaussianMixture, mixture: GaussianMixture
  ) {
    self.whitening = whitening
    columns = SampleColumns(whitening.whitened(group.points), weights: group.counts)
    self.whitened = whitened
    self.mixture = mixture
    leastVariance = Self.leastVariance(of: group)
    isShrunk = false
  }

  /// The same with other samples for what is fitted beside the network.
  func replacingSamples(by group: SampleGroup) -> NetworkFrame {
    NetworkFrame(whitening: whitening, beside: group, whitened: whitened, mixture: mixture)
  }

  /// One Gaussian with shrunk correlations, along the columns; nil where samples are enough for a covariance.
  ///
  /// - Complexity: O(n d) time for each of some shares.
  func shrunkGaussian() throws(ParzenError) -> GaussianMixture? {
    let d = columns.dimension
    guard d > 1, columns.total < Self.fewForCovariance * Double(d) else { return nil }
    let shrunk = isShrunk ? whitening : whitening.shrunk(by: shareOfFew)
    return try GaussianMixture(
      weights: [1], means: Matrix(rows: 1, columns: d), covariances: [.identity(d)]
    ).affineImage(shrunk.unwhiteningMatrix, shift: shrunk.mean)
  }

  /// The share by which the samples' correlations are best shrunk.
  var shareOfFew: Double { CovarianceShrinkage.share(columns, whitening: whitening, isUnjudged: false) }

  private static func leastVariance(of group: SampleGroup) -> Double { group.hasRepeats ? 1e-8 : 0 }
}

/// Where fits by maximum likelihood start from: the network's components merged two by two, down to one, for
/// samples in whitened coordinates, and divisions of the samples.
struct MergedComponents: Sendable {
  let whitening: Whitening
  let columns: SampleColumns<Double>
  /// The samples in standardised columns.
  let standardised: SampleColumns<Double>
  let stages: [ComponentMerging.Stage]
  /// The division of the standardised samples that a search looks at; nil where none is tried.
  let division: PrincipalDivision?
  /// That of the frame.
  let leastVariance: Double

  /// - Parameter usesAxes: whether principal axes of the columns may say where fits start.
  /// - Complexity: O(K^2 d^3) time for K components.
  init(_ frame: NetworkFrame, usesAxes: Bool) {
    standardised = frame.columns.mapped(by: frame.whitening.inverse)
    division =
      usesAxes && FewComponents.divides(frame.columns, .diagonal)
      ? PrincipalDivision(FewComponents.searched(standardised), most: FewComponents.mostDivided) : nil
    whitening = frame.whitening
    columns = frame.columns
    leastVariance = frame.leastVariance
    stages = ComponentMerging.path(
      GaussianComponents(frame.whitened, shape: .full), samples: frame.columns.total)
  }
}
