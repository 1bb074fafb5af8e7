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
  /// The search for the number of components, and the first steps of a fit, look at a quarter of the samples,
  /// but at so many.
  private static let mostSearched = 2048...8192

  private static func searched(_ columns: SampleColumns<Double>) -> SampleColumns<Double> {
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
    /// The logarithm of the determinant of `matrix`.
    let logDeterminant: Double
  }

  private func start(_ merged: MergedComponents) -> Start {
    let (d, map) = (merged.columns.dimension, merged.whitening)
    guard shape == .diagonal else {
      return Start(
        columns: merged.columns, matrix: map.unwhiteningMatrix, shift: map.mean, rotation: nil,
        logDeterminant: -map.logDeterminant)
    }
    var scale = Matrix.identity(d)
    for i in 0..<d { scale[i, i] = map.scale[i] }
    return Start(
      columns: merged.columns.mapped(by: map.inverse), matrix: scale, shift: map.mean,
      rotation: map.inverse.transposed, logDeterminant: map.scale.reduce(0) { $0 + log($1) })
  }

  private func components(_ stage: ComponentMerging.Stage, _ start: Start) throws(ParzenError)
    -> GaussianComponents
  {
    guard let rotation = start.rotation else { return stage.mixture }
    let zero = [Double](repeating: 0, count: rotation.rows)
    return GaussianComponents(
      try stage.mixture.mixture().affineImage(rotation, shift: zero), shape: .diagonal)
  }

  /// A run on all samples, the first steps on a part of them.
  private func run(
    _ components: GaussianComponents, on columns: SampleColumns<Double>, threads: Int
  ) -> ExpectationMaximization.Fit {
    let part = Self.searched(columns)
    let first = run(components, on: part, steps: Self.steps, threads: threads)
    return part.count == columns.count
      ? first : run(first.components, on: columns, steps: Self.furtherSteps, threads: threads)
  }

  private func run(
    _ components: GaussianComponents, on columns: SampleColumns<Double>, steps: Int, threads: Int
  ) -> ExpectationMaximization.Fit {
    ExpectationMaximization(
      samples: columns, floor: 0, pooling: pooling * Double(shape == .full ? columns.dimension : 1),
      threads: threads
    ).run(from: components, steps: steps, tolerance: Self.tolerance * Double(columns.dimension))
  }

  /// The mixture of a number of components in the units of the samples; nil where a covariance becomes
  /// singular.
  func mixture(_ merged: MergedComponents, count: Int, threads: Int) throws(ParzenError) -> GaussianMixture? {
    let start = start(merged)
    guard let stage = merged.stages.min(by: { abs($0.count - count) < abs($1.count - count) }) else {
      return nil
    }
    let fit = run(try components(stage, start), on: start.columns, threads: threads)
    return try? fit.components.mixture().affineImage(start.matrix, shift: start.shift)
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
  ) throws(ParzenError) -> (kind: FewComponents, count: Int, ownCount: Int) {
    let own = FewComponents(shape: shape, pooling: 0.5)
    let common = FewComponents(shape: shape, pooling: .infinity)
    let first = try own.count(merged, threads: threads)
    // One covariance for all takes at most some more components.
    let second = try common.count(merged, atMost: 2 * first.count + 3, threads: threads)
    return first.criterion <= second.criterion
      ? (own, first.count, first.count) : (common, second.count, first.count)
  }

  /// The number of components with the least criterion -2 log likelihood + p log n, and the criterion. The
  /// search goes from the number that the bounds of merging suggest to smaller ones, a quarter less each
  /// time, and then over those beside the best.
  ///
  /// - Parameter most: it begins at no more components than these.
  /// - Complexity: O(n K^2 d^2) time for each of 32 steps.
  func count(
    _ merged: MergedComponents, atMost most: Int = .max, threads: Int
  ) throws(ParzenError) -> (count: Int, criterion: Double) {
    let start = start(merged)
    let columns = Self.searched(start.columns)
    let (n, d) = (columns.total, columns.dimension)
    func price(_ count: Int) -> Double { log(n) * parameterCount(count, dimension: d) }
    func bound(_ stage: ComponentMerging.Stage) -> Double { 2 * n * stage.cost + price(stage.count) }
    func criterion(_ stage: ComponentMerging.Stage) throws(ParzenError) -> Double {
      let fit = run(try components(stage, start), on: columns, steps: Self.steps, threads: threads)
      return -2 * n * (fit.logLikelihood - start.logDeterminant) + price(fit.components.count)
    }
    let stages = merged.stages.filter { $0.count <= max(1, most) }
    let first = stages.indices.min { bound(stages[$0]) < bound(stages[$1]) } ?? 0
    var criteria: [Int: Double] = [:]
    func best() -> Int {
      criteria.keys.min { (criteria[$0]!, stages[$0].count) < (criteria[$1]!, stages[$1].count) }!
    }
    var place = first
    while place < stages.count {
      criteria[place] = try criterion(stages[place])
      let least = best()
      if criteria.keys.count(where: { $0 > least }) >= Self.patience { break }
      place += max(1, stages[place].count / 4)
    }
    while true {
      let least = best()
      let beside = [least - 2, least - 1, least + 1, least + 2].filter {
        criteria[$0] == nil && $0 > first && $0 < stages.count
      }
      guard !beside.isEmpty else { return (stages[least].count, criteria[least]!) }
      for place in beside { criteria[place] = try criterion(stages[place]) }
    }
  }
}

/// Expectation-maximisation from as many of the network's components, merged, as Akaike's criterion keeps:
/// the network's estimate with its smoothing undone, for laws that no few Gaussians make.
struct AdaptedComponents: Sendable {
  private static let (steps, pooling, price) = (16, 6.0, 2.0)

  func mixture(_ merged: MergedComponents, threads: Int) -> GaussianMixture? {
    let (columns, d) = (merged.columns, merged.columns.dimension)
    let price = Self.price * Double(1 + d + d * (d + 1) / 2)
    func bound(_ stage: ComponentMerging.Stage) -> Double {
      2 * columns.total * stage.cost + Double(stage.count) * price
    }
    guard let stage = merged.stages.min(by: { bound($0) < bound($1) }) else { return nil }
    let fit = ExpectationMaximization(
      samples: columns, floor: 0, pooling: Self.pooling * Double(d), threads: threads
    ).run(from: stage.mixture, steps: Self.steps, tolerance: FewComponents.tolerance * Double(d))
    return try? fit.components.mixture().affineImage(
      merged.whitening.unwhiteningMatrix, shift: merged.whitening.mean)
  }
}
