import ParzenCore
import ParzenPlatform

extension GaussianMixture {
  /// P(X <= x) in one dimension, with a relative error of a few ulps however small it is.
  ///
  /// - Throws: `ParzenError.invalidOption` in other than one dimension.
  /// - Complexity: O(K).
  public func cumulativeProbability(at x: Double) throws(ParzenError) -> Double {
    try checkIsLine("a distribution function")
    return massBelow(x)
  }

  /// P(X > x) in one dimension, with a relative error of a few ulps however small it is.
  ///
  /// - Throws: `ParzenError.invalidOption` in other than one dimension.
  public func tailProbability(at x: Double) throws(ParzenError) -> Double {
    try checkIsLine("a distribution function")
    return massAbove(x)
  }

  /// P(a <= X <= b) in one dimension.
  ///
  /// - Throws: `ParzenError.invalidOption` in other than one dimension, where
  ///   `probability(lower:upper:seed:)` is that of a box.
  public func probability(of interval: ClosedRange<Double>) throws(ParzenError) -> Double {
    try checkIsLine("the probability of an interval")
    return mass(in: interval)
  }

  /// The value x with P(X <= x) = p in one dimension, to rounding.
  ///
  /// Newton's method on the logarithm of the smaller tail, which is nearly straight far out, within a bracket
  /// of the components' own quantiles, that the quantile of the mixture cannot leave.
  ///
  /// - Parameter p: a probability between 0 and 1; 0 and 1 themselves give infinities.
  /// - Throws: `ParzenError.invalidOption` for a probability outside 0...1, and in other than one dimension.
  /// - Complexity: O(K) for each of about ten steps.
  public func quantile(_ p: Double) throws(ParzenError) -> Double {
    try checkIsLine("a quantile")
    guard (0...1).contains(p) else {
      throw .invalidOption("a quantile is asked for \(p): give a probability from 0 to 1")
    }
    if p == 0 || p == 1 { return p == 0 ? -.infinity : .infinity }
    let standard = NormalProbability.quantile(p)
    var (low, high) = (Double.infinity, -Double.infinity)
    for k in 0..<componentCount where weights[k] > 0 {
      let own = means[k, 0] + deviation(k) * standard
      (low, high) = (min(low, own), max(high, own))
    }
    var x = low + (high - low) / 2
    // In the upper half by the upper tail, which does not cancel.
    let (isLower, target) = p < 0.5 ? (true, p) : (false, 1 - p)
    for _ in 0..<200 {
      let tail = isLower ? massBelow(x) : massAbove(x)
      if tail == target { return x }
      if (tail > target) == isLower { high = x } else { low = x }
      let slope = sum { exp(-0.5 * (x - $0) * (x - $0) / ($1 * $1)) / ($1 * (2 * Double.pi).squareRoot()) }
      let step = log(tail / target) * tail / slope
      var next = isLower ? x - step : x + step
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      if next == x || next == low || next == high { return next }
      let isClose = abs(next - x) <= 4e-16 * abs(next)
      x = next
      if isClose { break }
    }
    return x
  }

  // The same of a mixture that is known to have one dimension.

  func massBelow(_ x: Double) -> Double { sum { NormalProbability.below((x - $0) / $1) } }

  func massAbove(_ x: Double) -> Double { sum { NormalProbability.below(($0 - x) / $1) } }

  func mass(in interval: ClosedRange<Double>) -> Double {
    sum { NormalProbability.between((interval.lowerBound - $0) / $1, (interval.upperBound - $0) / $1) }
  }

  /// The sum over components of weight times a function of mean and standard deviation.
  private func sum(_ value: (_ mean: Double, _ deviation: Double) -> Double) -> Double {
    weights.indices.reduce(0) {
      $0 + (weights[$1] > 0 ? weights[$1] * value(means[$1, 0], deviation($1)) : 0)
    }
  }

  private func deviation(_ component: Int) -> Double { covarianceFactor(of: component)[0, 0] }
}
