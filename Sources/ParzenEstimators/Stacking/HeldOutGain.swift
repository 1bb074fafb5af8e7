/// By how much one estimate is better than another on samples that neither has seen: the mean gain in log
/// density, in nats a sample, where no sample counts for more than four, and none that both miss by far.
struct HeldOutGain: Sendable {
  let mean: Double
  /// The standard error of the mean.
  let error: Double
  /// The number of samples.
  let total: Double

  private static let most = 4.0
  /// So many nats below the samples in the middle, a sample is missed.
  private static let missed = 50.0
  /// The fewest nats in all, and nats times standard errors, that speak for an assumption.
  private static let (fewest, fewestTimesErrors) = (3.0, 15.0)

  /// Whether the one estimate is so much better that an assumption may rest on it: by a standard error and so
  /// many nats in all, or by fewer of which more samples speak, down to three nats by five standard errors.
  ///
  /// - Parameter enough: the more, the more harm it does to assume what is not so.
  func isClear(enough: Double) -> Bool {
    let nats = mean * total
    return mean > error
      && (nats > enough || nats > Self.fewest && nats * mean > Self.fewestTimesErrors * error)
  }

  /// - Parameters:
  ///   - values: log densities of n samples under the one.
  ///   - reference: those under the other.
  ///   - counts: how many samples each of the n stands for.
  init(_ values: [Double], over reference: [Double], counts: [Double]) {
    let least = Self.leastTold(by: zip(values, reference).map(max))
    let gains = zip(values, reference).map { one, other in
      one == other || (one - other).isNaN || max(one, other) < least
        ? 0 : min(Self.most, max(-Self.most, one - other))
    }
    total = counts.reduce(0, +)
    mean = zip(gains, counts).reduce(0) { $0 + $1.0 * $1.1 } / total
    let centre = mean
    let variance = zip(gains, counts).reduce(0) { $0 + ($1.0 - centre) * ($1.0 - centre) * $1.1 } / total
    error = (variance / total).squareRoot()
  }

  /// The log density below which a sample tells nothing of which estimate is better, as all miss it by far.
  ///
  /// - Parameter tops: the highest log densities of n samples.
  static func leastTold(by tops: [Double]) -> Double {
    (tops.isEmpty ? 0 : tops.sorted()[tops.count / 2]) - missed
  }
}
