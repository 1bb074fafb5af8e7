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
  /// Where rounding makes a covariance singular, the components before are the result.
  ///
  /// - Complexity: O(n K d^2) time a step, O(n K d) with diagonal covariances; O(K d^2) memory.
  func run(from start: GaussianComponents, steps: Int, tolerance: Double) -> Fit {
    let cells = Cells(dimension: start.dimension, heads: 1, components: start.count, rank: 0)
    let block = ResponsibilityBlock<Double>(cells, features: start.shape.features)
    var fit = Fit(components: start, logLikelihood: -.infinity, converged: false)
    var next = start
    for step in 0...steps {
      let sums = samples.withPoints {
        momentSums($0, parameters: next.naturalParameters, block: block, threads: threads)
      }
      let logLikelihood = logLikelihood(sums, components: start.count)
      guard logLikelihood.isFinite else { break }
      fit.converged = logLikelihood - fit.logLikelihood < tolerance
      (fit.components, fit.logLikelihood) = (next, logLikelihood)
      if fit.converged || step == steps { break }
      next = GaussianComponents(
        sums: sums, count: start.count, total: samples.total, dimension: start.dimension, shape: start.shape)
      if leastVariance > 0 { next.widen(by: leastVariance) }
      if floor > 0 { next.addFloor(floor, like: fit.components) }
      if pooling > 0 { next.poolCovariances(pooling / samples.total) }
    }
    return fit
  }

  /// The mean log likelihood of a sample, of components whose sums these are.
  private func logLikelihood(_ sums: [Double], components: Int) -> Double {
    sums.suffix(components).reduce(0, +) / samples.total
      - Double(samples.dimension) / 2 * log(2 * Double.pi)
  }

  /// Components to start from: centres by k-means++, one of the samples each; every sample belongs to the
  /// nearest one. All have the pooled covariance of the samples about their centres.
  ///
  /// D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.
  ///
  /// - Complexity: O(n K d + n d^2) time, O(n) memory.
  func start(_ count: Int, shape: MixtureCovariance, using generator: inout Xoshiro256) -> GaussianComponents
  {
    let d = samples.dimension
    var distances = [Double](repeating: .infinity, count: samples.count)
    var owners = [Int](repeating: 0, count: samples.count)
    for centre in 0..<count {
      let chosen = draw(centre == 0 ? nil : distances, using: &generator)
      for row in 0..<samples.count {
        let distance = (0..<d).reduce(0.0) { sum, i in
          let step = samples[row, i] - samples[chosen, i]
          return sum + step * step
        }
        if distance < distances[row] { (distances[row], owners[row]) = (distance, centre) }
      }
    }
    return pooled(owners, count: count, shape: shape)
  }

  /// A random row, with probability proportional to its weight times a factor.
  private func draw(_ factors: [Double]?, using generator: inout Xoshiro256) -> Int {
    func mass(_ row: Int) -> Double { samples.weight(of: row) * (factors?[row] ?? 1) }
    var rest = generator.nextUniform() * (0..<samples.count).reduce(0) { $0 + mass($1) }
    for row in 0..<samples.count {
      rest -= mass(row)
      if rest < 0 { return row }
    }
    return samples.count - 1
  }

  /// Components of samples that belong to one each, with a common covariance.
  private func pooled(_ owners: [Int], count: Int, shape: MixtureCovariance) -> GaussianComponents {
    let entries = GaussianComponents.entries(shape, dimension: samples.dimension)
    let d = samples.dimension
    var sums = [Double](repeating: 0, count: (1 + d + entries.count) * count)
    for row in 0..<samples.count {
      let (owner, weight) = (owners[row], samples.weight(of: row))
      sums[owner] += weight
      for i in 0..<d { sums[(1 + i) * count + owner] += weight * samples[row, i] }
      for (place, (i, j)) in entries.enumerated() {
        sums[(1 + d + place) * count + owner] += weight * samples[row, i] * samples[row, j]
      }
    }
    var components = GaussianComponents(
      sums: sums, count: count, total: samples.total, dimension: d, shape: shape)
    for place in entries.indices {
      let row = place * count..<(place + 1) * count
      let common = row.reduce(0) { $0 + exp(components.logWeights[$1 % count]) * components.covariances[$1] }
      for index in row { components.covariances[index] = common }
    }
    return components
  }
}
