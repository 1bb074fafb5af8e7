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
  /// A run ends where a step gains less in mean log likelihood for each dimension.
  fileprivate static let tolerance = 1e-5
  /// So many counts in a row that do not lower the criterion end the search.
  private static let patience = 2
  /// Components of their own covariances are split up to so many, by short runs.
  private static let (mostGrown, shortSteps) = (24, 8)

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
  private struct Start {
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
  }

  private func start(_ merged: MergedComponents) -> Start {
    let (d, map) = (merged.columns.dimension, merged.whitening)
    let division = Self.divides(merged.columns, shape) ? merged.division : nil
    guard shape == .diagonal else {
      return Start(
        columns: merged.columns, matrix: map.unwhiteningMatrix, shift: map.mean, rotation: nil,
        division: division, logDeterminant: -map.logDeterminant)
    }
    var scale = Matrix.identity(d)
    for i in 0..<d { scale[i, i] = map.scale[i] }
    return Start(
      columns: merged.standardised, matrix: scale, shift: map.mean, rotation: map.inverse.transposed,
      division: division, logDeterminant: map.scale.reduce(0) { $0 + log($1) })
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
  private func firstRun(
    _ stage: ComponentMerging.Stage, _ start: Start, on part: SampleColumns<Double>, threads: Int
  ) throws(ParzenError) -> ExpectationMaximization.Fit {
    let maximization = maximization(part, threads: threads)
    var starts = [try components(stage, start)]
    if let division = start.division, 2...Self.mostDivided ~= stage.count {
      starts.append(maximization.start(division.parts(stage.count), shape: shape))
    }
    let fits = starts.map { run(maximization, from: $0, steps: Self.steps) }
    return fits.max { $0.logLikelihood < $1.logLikelihood }!
  }

  private func maximization(_ columns: SampleColumns<Double>, threads: Int) -> ExpectationMaximization {
    ExpectationMaximization(
      samples: columns, floor: 0, pooling: pooling * Double(shape == .full ? columns.dimension : 1),
      threads: threads)
  }

  private func run(
    _ maximization: ExpectationMaximization, from components: GaussianComponents, steps: Int
  ) -> ExpectationMaximization.Fit {
    maximization.run(
      from: components, steps: steps, tolerance: Self.tolerance * Double(components.dimension))
  }

  /// Whether a number of components may grow by splitting: where there is a sample for every parameter of a
  /// covariance. With fewer, a component must gain more than log n / 2 nats for each sample of all to be
  /// worth its price, as clusters that merging and dividing tell from each other alone do.
  private func grows(_ samples: SampleColumns<Double>) -> Bool {
    pooling < .infinity && samples.total >= Double(shape.parameterCount(dimension: samples.dimension))
  }

  /// The fit with one component more: the best of those that begin with one of the components split in two,
  /// or with one where a column has many more samples than the components say; nil where there is none.
  ///
  /// - Parameter orders: those of the columns.
  private func grown(
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
      let maximization = maximization(part, threads: threads)
      let orders = maximization.columnOrders(shape)
      for _ in count.merged..<count.total { fit = grown(fit, by: maximization, orders: orders) ?? fit }
    }
    if part.count < start.columns.count {
      fit = run(
        maximization(start.columns, threads: threads), from: fit.components, steps: Self.furtherSteps)
    }
    return try attempt(fit.components.mixture().affineImage(start.matrix, shift: start.shift))
  }

  /// The free parameters of so many components.
  private func parameterCount(_ count: Int, dimension d: Int) -> Double {
    let covariances = pooling == .infinity ? 1 : count
    return Double(count - 1 + count * d + covariances * shape.parameterCount(dimension: d))
  }

  /// Covariances of a shape, each component's own or one for all, and as many components, as the criterion
  /// says; and the number for covariances of their own.
  static func chosen(
    _ shape: MixtureCovariance, _ merged: MergedComponents, threads: Int
  ) throws(ParzenError) -> (kind: FewComponents, count: Count, ownCount: Count) {
    let own = FewComponents(shape: shape, pooling: 0.5)
    let common = FewComponents(shape: shape, pooling: .infinity)
    let first = try own.count(merged, threads: threads)
    // One covariance for all takes at most some more components.
    let second = try common.count(merged, atMost: 2 * first.count.merged + 3, threads: threads)
    return first.criterion <= second.criterion
      ? (own, first.count, first.count) : (common, second.count, first.count)
  }

  /// The number of components with the least criterion -2 log likelihood + p log n, and the criterion. The
  /// search goes from the number that the bounds of merging suggest, or divisions, to smaller ones, a quarter
  /// less each time, then over those beside the best, and from there on to larger ones by splitting.
  ///
  /// - Parameter most: it begins at no more components than these.
  /// - Complexity: O(n K^2 d^2) time for each of 32 steps.
  func count(
    _ merged: MergedComponents, atMost most: Int = .max, threads: Int
  ) throws(ParzenError) -> (count: Count, criterion: Double) {
    let start = start(merged)
    let columns = Self.searched(start.columns)
    let (n, d) = (columns.total, columns.dimension)
    func price(_ count: Int) -> Double { log(n) * parameterCount(count, dimension: d) }
    func bound(_ stage: ComponentMerging.Stage) -> Double { 2 * n * stage.cost + price(stage.count) }
    func criterion(_ fit: ExpectationMaximization.Fit) -> Double {
      -2 * n * (fit.logLikelihood - start.logDeterminant) + price(fit.components.count)
    }
    let stages = merged.stages.filter { $0.count <= max(1, most) }
    let suggested = stages.indices.min { bound(stages[$0]) < bound(stages[$1]) } ?? 0
    let divided = start.division == nil ? nil : stages.firstIndex { $0.count <= Self.mostDivided }
    let first = min(suggested, divided ?? suggested)
    var fits: [Int: (fit: ExpectationMaximization.Fit, criterion: Double)] = [:]
    func judge(_ place: Int) throws(ParzenError) {
      let fit = try firstRun(stages[place], start, on: columns, threads: threads)
      fits[place] = (fit, criterion(fit))
    }
    func best() -> Int {
      fits.keys.min { (fits[$0]!.criterion, stages[$0].count) < (fits[$1]!.criterion, stages[$1].count) }!
    }
    var place = first
    while place < stages.count {
      try judge(place)
      let least = best()
      if fits.keys.count(where: { $0 > least }) >= Self.patience { break }
      place += max(1, stages[place].count / 4)
    }
    while true {
      let least = best()
      let beside = [least - 2, least - 1, least + 1, least + 2].filter {
        fits[$0] == nil && $0 > first && $0 < stages.count
      }
      if beside.isEmpty { break }
      for place in beside { try judge(place) }
    }
    var (last, chosen) = (fits[best()]!, fits[best()]!)
    let maximization = maximization(columns, threads: threads)
    let orders = grows(columns) ? maximization.columnOrders(shape) : []
    while grows(columns), last.fit.components.count < Self.mostGrown,
      let fit = grown(last.fit, by: maximization, orders: orders)
    {
      let count = last.fit.components.count
      last = (fit, criterion(fit))
      if last.criterion < chosen.criterion {
        chosen = last
      } else if count > chosen.fit.components.count
        || last.criterion > chosen.criterion + (price(count + 1) - price(count)) / 2
      {
        // Where a component is not worth half its price, one more will not be worth both.
        break
      }
    }
    let count = Count(merged: stages[best()].count, total: chosen.fit.components.count)
    return (count, chosen.criterion)
  }
}

/// Expectation-maximisation from as many of the network's components, merged, as Akaike's criterion keeps:
/// the network's estimate with its smoothing undone, for laws that no few Gaussians make.
struct AdaptedComponents: Sendable {
  private static let (steps, pooling, price) = (16, 6.0, 2.0)

  func mixture(_ merged: MergedComponents, threads: Int) throws(ParzenError) -> GaussianMixture? {
    let (columns, d) = (merged.columns, merged.columns.dimension)
    let price = Self.price * Double(1 + d + d * (d + 1) / 2)
    func bound(_ stage: ComponentMerging.Stage) -> Double {
      2 * columns.total * stage.cost + Double(stage.count) * price
    }
    guard let stage = merged.stages.min(by: { bound($0) < bound($1) }) else { return nil }
    let fit = ExpectationMaximization(
      samples: columns, floor: 0, pooling: Self.pooling * Double(d), threads: threads
    ).run(from: stage.mixture, steps: Self.steps, tolerance: FewComponents.tolerance * Double(d))
    return try attempt(
      fit.components.mixture().affineImage(
        merged.whitening.unwhiteningMatrix, shift: merged.whitening.mean))
  }
}
