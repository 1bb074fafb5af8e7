import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// Expectation-maximisation from a mixture with alike components merged, with pooled covariances.
///
/// Of the mixtures that merging leads through, the start is the one with the least 2 n (sum of the bounds) + p q, where the
/// bounds stand for the loss of likelihood, p is the number of free parameters, and q the price of one.
struct AdaptationPath: Sendable {
  /// The price of a parameter.
  enum Criterion {
    /// Bayes (Schwarz): log n.
    case bayes
    /// Akaike: 2.
    case akaike
  }

  let criterion: Criterion
  /// The samples besides, for each dimension, that every component has of the pooled covariance.
  let pooling: Double

  /// The paths that are tried.
  static let all = [
    AdaptationPath(criterion: .bayes, pooling: 0.5), AdaptationPath(criterion: .bayes, pooling: 6),
    AdaptationPath(criterion: .akaike, pooling: 0.5), AdaptationPath(criterion: .akaike, pooling: 6),
  ]

  /// Steps end where one gains less in mean log likelihood.
  private static let tolerance = 1e-5

  /// The numbers of steps that are tried: 4, 8, 16, ... and `steps`.
  static func stops(upTo steps: Int) -> [Int] {
    Array(sequence(first: min(4, steps)) { $0 < steps ? min(2 * $0, steps) : nil })
  }

  /// The components after some steps.
  ///
  /// - Parameter merging: the stages that lead from the network's mixture.
  func components(
    from merging: [ComponentMerging.Stage], samples: SampleColumns<Double>, steps: Int, threads: Int
  ) -> GaussianComponents {
    run(from: start(merging, samples: samples), samples: samples, steps: steps, threads: threads).components
  }

  /// The gains in log likelihood of held-out samples over `reference`, of each of `all` after the numbers of steps that are
  /// tried, as far as covariances stay regular. Paths that start alike are followed once.
  static func gains(
    from merging: [ComponentMerging.Stage], samples: SampleColumns<Double>, heldOut: WeightedPoints,
    reference: [Double], upTo steps: Int
  ) throws(ParzenError) -> [[GainSums]] {
    var known: [Beginning: [GainSums]] = [:]
    return try all.map { (path) throws(ParzenError) in
      let start = path.start(merging, samples: samples)
      let beginning = Beginning(components: start.count, pooling: path.pooling)
      if let gains = known[beginning] { return gains }
      let gains = try path.gains(
        from: start, samples: samples, heldOut: heldOut, reference: reference, upTo: steps)
      known[beginning] = gains
      return gains
    }
  }

  /// What a path's course depends on.
  private struct Beginning: Hashable {
    let components: Int
    let pooling: Double
  }

  private func gains(
    from start: GaussianComponents, samples: SampleColumns<Double>, heldOut: WeightedPoints,
    reference: [Double], upTo steps: Int
  ) throws(ParzenError) -> [GainSums] {
    var gains: [GainSums] = []
    var (components, taken, converged) = (start, 0, false)
    for next in Self.stops(upTo: steps) {
      if converged {
        gains.append(gains[gains.count - 1])
        continue
      }
      let fit = run(from: components, samples: samples, steps: next - taken, threads: 1)
      (components, taken, converged) = (fit.components, next, fit.converged)
      guard let adapted = try? components.mixture() else { break }
      let values = try adapted.evaluate(at: heldOut.points, threads: 1).logDensity
      gains.append(GainSums(zip(values, reference).map { $0 - $1 }, counts: heldOut.counts))
    }
    return gains
  }

  private func start(
    _ merging: [ComponentMerging.Stage], samples: SampleColumns<Double>
  ) -> GaussianComponents {
    let d = samples.dimension
    let price = (criterion == .bayes ? log(samples.total) : 2) * Double(1 + d + d * (d + 1) / 2)
    func value(_ stage: ComponentMerging.Stage) -> Double {
      2 * samples.total * stage.cost + Double(stage.count) * price
    }
    return merging.min { value($0) < value($1) }!.mixture
  }

  private func run(
    from components: GaussianComponents, samples: SampleColumns<Double>, steps: Int, threads: Int
  ) -> ExpectationMaximization.Fit {
    ExpectationMaximization(
      samples: samples, floor: 0, pooling: pooling * Double(samples.dimension), threads: threads
    ).run(from: components, steps: steps, tolerance: Self.tolerance)
  }
}

/// Sums over samples of a gain and its square.
struct GainSums: Sendable {
  private var count = 0.0
  private var sum = 0.0
  private var squares = 0.0

  init() {}

  init(_ gains: [Double], counts: [Double]?) {
    for (row, gain) in gains.enumerated() {
      let weight = counts?[row] ?? 1
      count += weight
      sum += weight * gain
      squares += weight * gain * gain
    }
  }

  static func + (one: GainSums, other: GainSums) -> GainSums {
    var result = one
    result.count += other.count
    result.sum += other.sum
    result.squares += other.squares
    return result
  }

  var mean: Double { sum / count }
  var standardError: Double { (max(0, squares / count - mean * mean) / count).squareRoot() }
}
