import ParzenCore
import ParzenPlatform

/// The lower tail of the log densities that samples have under estimates that they had no part in: what
/// share of samples has one as low as a given value.
///
/// The share is the rank among the samples, which is right for samples of any law and any estimate, however
/// wrong: if those that judge and those that are judged can be exchanged, ranks are uniform (V. Vovk,
/// Cross-conformal predictors, Annals of Mathematics and Artificial Intelligence 74, 2015). Ranks end where
/// samples do, and outliers among these take the lowest ones. So below five samples, and where there may be
/// outliers below the tenth part, the share falls exponentially with the log density, as it does in the tails
/// of normal laws and of those with algebraic tails, at the rate of the samples above, up to four times as
/// many (J. Pickands, Statistical inference using extreme order statistics, Annals of Statistics 3, 1975).
struct HeldOutTail {
  /// The different values, ascending.
  private let values: [Double]
  /// The weight of the samples with values up to each; the total is the number of samples.
  private let sums: [Double]
  /// The value at which the ranks end, and its share.
  private let threshold: Double
  private let share: Double
  /// By which the logarithm of the share falls for each nat below the threshold; 0 where no value differs.
  private let rate: Double

  /// The share that outliers among the samples may have.
  private static let contamination = 0.1
  private static let (fewest, factor, largestShare) = (5.0, 4.0, 0.75)
  private static let largestRate = 2.0

  /// - Parameters:
  ///   - values: one of each sample.
  ///   - weights: of the samples; their sum is the number of samples that these are worth.
  ///   - mayHoldOutliers: whether outliers may be among the samples.
  init(_ values: [Double], weights: [Double], mayHoldOutliers: Bool) {
    var (different, sums, total) = ([Double](), [Double](), 0.0)
    for row in ascendingOrder(values) {
      total += weights[row]
      if values[row] == different.last {
        sums[sums.count - 1] = total
      } else {
        different.append(values[row])
        sums.append(total)
      }
    }
    (self.values, self.sums) = (different, sums)
    let low = min(Self.largestShare, max(mayHoldOutliers ? Self.contamination : 0, Self.fewest / total))
    let high = min(Self.largestShare, Self.factor * low)
    let first = sums.firstIndex { $0 >= low * total } ?? 0
    let last = sums.firstIndex { $0 >= high * total } ?? 0
    let (lowest, highest) = (different[first], different[last])
    (threshold, share) = (lowest, sums[first] / total)
    // The exponential law's rate from the values between the two, and that there are so many below them.
    var distance = sums[first] * (highest - lowest)
    for place in first..<last {
      distance += (sums[place + 1] - sums[place]) * (highest - different[place + 1])
    }
    let rate =
      distance > 0 && distance.isFinite
      ? min((sums[last] - sums[first]) / distance, Self.largestRate) : 0
    let belowLowest = total * share * exp(rate * (different[0] - lowest))
    self.rate = mayHoldOutliers && belowLowest >= Self.fewest ? 0 : rate
  }

  /// The share of samples with values as low as that of one of them.
  func share(ofOwn value: Double) -> Double { share(value, others: 0) }

  /// The probability that a sample that can be exchanged with these has a value as low.
  func share(ofOther value: Double) -> Double { share(value, others: 1) }

  private func share(_ value: Double, others: Double) -> Double {
    if value < threshold, rate > 0 {
      return max(share * exp(rate * (value - threshold)), .leastNormalMagnitude)
    }
    let above = values.indices.partitioningIndex { values[$0] > value }
    let total = sums[sums.count - 1]
    return ((above == 0 ? 0 : sums[above - 1]) + others) / (total + others)
  }
}
