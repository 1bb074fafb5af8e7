/// By how much one estimate is better than another on samples that neither has seen: the mean gain in log
/// density, in nats a sample, where no sample counts for more than a few nats.
struct HeldOutGain: Sendable {
  let mean: Double
  /// The standard error of the mean.
  let error: Double
  /// The number of samples.
  let total: Double

  /// - Parameters:
  ///   - values: log densities of n samples under the one.
  ///   - reference: those under the other.
  ///   - counts: how many samples each of the n stands for.
  ///   - clip: the most nats that a sample counts for.
  init(_ values: [Double], over reference: [Double], counts: [Double], clip: Double) {
    let gains = zip(values, reference).map { one, other in
      one == other || (one - other).isNaN ? 0 : min(clip, max(-clip, one - other))
    }
    total = counts.reduce(0, +)
    mean = zip(gains, counts).reduce(0) { $0 + $1.0 * $1.1 } / total
    let centre = mean
    let variance = zip(gains, counts).reduce(0) { $0 + ($1.0 - centre) * ($1.0 - centre) * $1.1 } / total
    error = (variance / total).squareRoot()
  }
}
