import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// A mixture of few components by maximum likelihood: expectation-maximisation from the network's mixture
/// with its alike components merged, as many as the Bayesian information criterion chooses.
struct FewComponents: Sendable {
  /// The shape of the covariances; diagonal ones lie along the columns.
  let shape: MixtureCovariance
  /// The samples besides, for each dimension, that every component has of the pooled covariance; infinitely
  /// many where all components have one covariance.
  let pooling: Double

  /// Steps of one run, and of one that goes on from the fit of a part of the samples.
  private static let (steps, furtherSteps) = (32, 16)
  /// Steps of the runs that choose between splits.
  private static let shortSteps = 8
  /// A run ends where a step gains less in mean log likelihood for each dimension.
  static let tolerance = 1e-5

  /// A number of components: so many of the network's merged, some of these split.
  struct Count: Hashable {
    var merged: Int
    var total: Int
  }
  /// The search for the number of components, and the first steps of a fit, look at a quarter of the samples,
  /// but at so many.
  private static let mostSearched = 2048...8192

  /// In more dimensions, where the network's components may not tell clusters from each other, up to so many
  /// start from a division along principal axes, too, where there are so many samples for every parameter of
  /// a covariance.
  private static let (seenDimensions, fewestDivided) = (4, 4.0)
  static let mostDivided = 6

  /// Whether samples are divided for components of a shape.
  static func divides(_ samples: SampleColumns<Double>, _ shape: MixtureCovariance) -> Bool {
    let d = samples.dimension
    return d > seenDimensions && samples.total >= fewestDivided * Double(shape.parameterCount(dimension: d))
  }

  /// The samples that a search looks at.
  static func searched(_ columns: SampleColumns<Double>) -> SampleColumns<Double> {
    columns.thinned(to: min(max(columns.count / 4, mostSearched.lowerBound), mostSearched.upperBound))
  }

  /// Samples and starts in the coordinates of a shape: whitened ones for full covariances, standardised
  /// columns for diagonal ones.
  struct Start {
    let columns: SampleColumns<Double>
    /// From these coordinates to the units of the samples.
    let matrix: Matrix
    let shift: [Double]
    /// From whitened coordinates to these; nil for whitened ones.
    let rotation: Matrix?
    /// The division that is to be tried, of the samples that a search looks at.
    let division: PrincipalDivision?
    /// The logarithm of the determinant of `matrix`.
    let logDeterminant: Double
    /// Added to all variances.
    let leastVariance: Double
  }

  func start(_ merged: MergedComponents) -> Start {
    let (d, map) = (merged.columns.dimension, merged.whitening)
    let division = Self.divides(merged.columns, shape) ? merged.division : nil
    guard shape == .diagonal else {
      return Start(
        columns: merged.columns, matrix: map.unwhiteningMatrix, shift: map.mean, rotation: nil,
        division: division, logDeterminant: -map.logDeterminant, leastVariance: merged.leastVariance)
    }
    var scale = Matrix.identity(d)
    for i in 0..<d { scale[i, i] = map.scale[i] }
    return Start(
      columns: merged.standardised, matrix: scale, shift: map.mean, rotation: map.inverse.transposed,
      division: division, logDeterminant: map.scale.reduce(0) { $0 + log($1) },
      leastVariance: merged.leastVariance)
  }

  private func components(_ stage: ComponentMerging.Stage, _ start: Start) throws(ParzenError)
    -> GaussianComponents
  {
    guard let rotation = start.rotation else { return stage.mixture }
    let zero = [Double](repeating: 0, count: rotation.rows)
    return GaussianComponents(
      try stage.mixture.mixture().affineImage(rotation, shift: zero), shape: .diagonal)
  }

  /// The best of the first steps from the network's components merged, and from a division.
  func firstRun(
    _ stage: ComponentMerging.Stage, _ start: Start, on part: SampleColumns<Double>, threads: Int
  ) throws(ParzenError) -> ExpectationMaximization.Fit {
    let maximization = maximization(part, start, threads: threads)
    var starts = [try components(stage, start)]
    if let division = start.division, 2...Self.mostDivided ~= stage.count {
      starts.append(maximization.start(division.parts(stage.count), shape: shape))
    }
    let fits = starts.map { run(maximization, from: $0, steps: Self.steps) }
    return fits.max { $0.logLikelihood < $1.logLikelihood }!
  }

  func maximization(
    _ columns: SampleColumns<Double>, _ start: Start, threads: Int
  ) -> ExpectationMaximization {
    ExpectationMaximization(
      samples: columns, floor: 0, leastVariance: start.leastVariance,
      pooling: pooling * Double(shape == .full ? columns.dimension : 1),
      threads: threads)
  }

  private func run(
    _ maximization: ExpectationMaximization, from components: GaussianComponents, steps: Int
  ) -> ExpectationMaximization.Fit {
    maximization.run(
      from: components, steps: steps, tolerance: Self.tolerance * Double(components.dimension))
  }

  /// The fit with one component more: the best of those that begin with one of the components split in two,
  /// or with one where a column has many more samples than the components say; nil where there is none.
  ///
  /// - Parameter orders: those of the columns.
  func grown(
    _ fit: ExpectationMaximization.Fit, by maximization: ExpectationMaximization, orders: [[Int]]
  ) -> ExpectationMaximization.Fit? {
    let spike = [maximization.addingSpike(fit.components, orders: orders)].compactMap(\.self)
    let starts = maximization.splits(fit.components) + spike
    let short = starts.map { run(maximization, from: $0, steps: Self.shortSteps) }
    guard let best = short.max(by: { $0.logLikelihood < $1.logLikelihood }) else { return nil }
    return run(maximization, from: best.components, steps: Self.steps)
  }

  /// The mixture of a number of components in the units of the samples; nil where a covariance becomes
  /// singular.
  func mixture(
    _ merged: MergedComponents, count: Count, threads: Int
  ) throws(ParzenError) -> GaussianMixture? {
    let start = start(merged)
    guard
      let stage = merged.stages.min(by: { abs($0.count - count.merged) < abs($1.count - count.merged) })
    else { return nil }
    let part = Self.searched(start.columns)
    var fit = try firstRun(stage, start, on: part, threads: threads)
    if count.total > count.merged {
      let maximization = maximization(part, start, threads: threads)
      let orders = maximization.columnOrders(shape)
      for _ in count.merged..<count.total { fit = grown(fit, by: maximization, orders: orders) ?? fit }
    }
    if part.count < start.columns.count {
      fit = run(
        maximization(start.columns, start, threads: threads), from: fit.components, steps: Self.furtherSteps)
    }
    var components = fit.components
    components.logWeights = ComponentShares.estimated(
      components.logWeights.map { exp($0) * start.columns.total }
    ).map { log($0) }
    return try attempt(components.mixture().affineImage(start.matrix, shift: start.shift))
  }
}
