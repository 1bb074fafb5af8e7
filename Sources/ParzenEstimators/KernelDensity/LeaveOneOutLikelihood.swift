import ParzenCore
import ParzenKernels
import ParzenPlatform

/// The likelihood of distinct samples, all or some of them, under the kernel density estimate from all the
/// others, as a function of the factor by which a shape of kernels is widened.
///
/// With v_g the distinct samples in units of the shape and W_g their total weights, but for values of very
/// many samples, which would widen the kernels of all others (`RepeatedSamples`), it is
///
///     l(a) = sum_g W_g log sum_{g' != g} W_g' / (1 - W_g) N(v_g; v_g', a^2 I).
///
/// l'(a) = 0 means a^2 = sum_g W_g <|v_g - v_g'|^2>_g / d, where <>_g averages over g' != g with weights W_g'
/// N(v_g; v_g', a^2 I). Such a mean lies between the least squared distance and the mean that the weights
/// W_g' alone give, because the kernel falls with the distance. So every maximum lies between the two, and
/// both are positive and finite.
struct LeaveOneOutLikelihood: Sendable {
  /// The distinct samples, in kernel units of the shape, row by row.
  private let points: [Double]
  private let weights: [Double]
  /// The samples g that judge.
  private let judges: [Int]
  private let dimension: Int
  private let threads: Int

  /// - Parameter most: at most so many samples judge, evenly by their place.
  /// - Precondition: the samples have at least two distinct values.
  init(_ moments: SampleMoments, shape: KernelShape, judges most: Int = .max, threads: Int) {
    let limited = RepeatedSamples.limited(moments.weights)
    let total = limited.reduce(0, +)
    weights = limited.map { $0 / total }
    let n = moments.weights.count
    judges = n <= most ? Array(0..<n) : (0..<most).map { $0 * n / most }
    self.threads = threads
    points = shape.kernelUnits(moments.samples).elements
    dimension = moments.samples.columns
  }

  /// l(a) up to a constant, for a factor a.
  ///
  /// - Throws: `ParzenError.cancelled`.
  /// - Complexity: O(m n d) time for m samples that judge n, O(n d) memory.
  func callAsFunction(_ factor: Double) throws(ParzenError) -> Double {
    try WorkPhase.checkCancellation()
    return mean(logarithmsOfSums(scale: 1 / factor)) * M_LN2 - Double(dimension) * log(factor)
  }

  /// The mean over the samples that judge, by their weights.
  private func mean(_ values: [Double]) -> Double {
    var (sum, total) = (0.0, 0.0)
    for (g, value) in zip(judges, values) { (sum, total) = (sum + weights[g] * value, total + weights[g]) }
    return sum / total
  }

  /// The factor of the largest likelihood, to a relative tolerance: the best of a grid of powers of two
  /// between the bounds, refined by golden-section search between its neighbours.
  ///
  /// - Throws: `ParzenError.cancelled`.
  func bestFactor(tolerance: Double = 1e-3) throws(ParzenError) -> Double {
    let (low, high) = bounds()
    let intervals = max(1, Int(log2(high / low).rounded(.up)))
    let grid = (0...intervals).map { log(low) + log(high / low) * Double($0) / Double(intervals) }
    let values = try grid.map { (logarithm) throws(ParzenError) in try self(exp(logarithm)) }
    let best = values.indices.max { values[$0] < values[$1] }!

    let search = try GoldenSection(
      from: grid[max(best - 1, 0)], to: grid[min(best + 1, intervals)], tolerance: tolerance
    ) { (logarithm) throws(ParzenError) in try self(exp(logarithm)) }
    return exp((search.low + search.high) / 2)
  }

  /// Factors between which every maximum lies.
  private func bounds() -> (low: Double, high: Double) {
    // Kernels so narrow that only the nearest neighbour counts: its squared distance is the logarithm of the
    // sum.
    let narrow = 0x1p200
    let nearest = mean(logarithmsOfSums(scale: narrow).map { -$0 / (narrow * narrow) })
    let moments = (0..<dimension).map { k in
      weights.indices.reduce(into: (0.0, 0.0)) { sum, g in
        let value = points[g * dimension + k]
        sum.0 += weights[g] * value
        sum.1 += weights[g] * value * value
      }
    }
    let spreads = judges.map { g in
      // sum_g' W_g' |v_g - v_g'|^2
      let spread = (0..<dimension).reduce(0.0) { sum, k in
        let value = points[g * dimension + k]
        return sum + value * value - 2 * value * moments[k].0 + moments[k].1
      }
      return spread / max(1 - weights[g], .ulpOfOne)
    }
    // Squared distances in kernel units are those in bandwidths, divided by 2 ln 2.
    let unit = 2 * M_LN2 / Double(dimension)
    return ((unit * nearest).squareRoot(), (unit * mean(spreads)).squareRoot())
  }

  /// For every g that judges, log2 of sum_{g' != g} W_g' 2^-|scale (u_g - u_g')|^2.
  private func logarithmsOfSums(scale: Double) -> [Double] {
    let scaled = points.map { $0 * scale }
    let queries =
      judges.count == weights.count
      ? scaled : judges.flatMap { scaled[$0 * dimension..<($0 + 1) * dimension] }
    let sums = GaussianKernelSums(
      queries: queries, samples: scaled, bias: weights.map { log2($0) }, dimension: dimension,
      excluding: judges, weightingSamples: false, threads: threads)
    return judges.indices.map { log2(sums.sum[$0]) + sums.shift[$0] }
  }
}
