import ParzenCore
import ParzenPlatform

/// The value that a standard normal variable does not exceed with a probability p, 0 < p < 1, to rounding.
package func standardNormalQuantile(_ p: Double) -> Double { NormalProbability.quantile(p) }

/// Probabilities of the standard normal law.
enum NormalProbability {
  /// P(Z <= x), with a relative error of a few ulps in both tails.
  static func below(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  /// log P(Z <= x), also where the probability is below the numbers of Float64.
  static func logBelow(_ x: Double) -> Double {
    guard x < -30 else { return log(below(x)) }
    // Mills's ratio by its asymptotic series: the next term is below 1e-11.
    let q = 1 / (x * x)
    return -0.5 * x * x - log(-x) - halfLogOfTwoPi + log(1 - q * (1 - q * (3 - q * (15 - 105 * q))))
  }

  /// The x > 0 beyond which a tail has a probability of a logarithm below -400.
  static func distance(logTail: Double) -> Double {
    var x = (-2 * logTail).squareRoot()
    for _ in 0..<4 {
      let error = logBelow(-x) - logTail
      // The derivative of log P(Z > x) is minus the reciprocal of Mills's ratio.
      x += error * exp(logBelow(-x) + 0.5 * x * x + halfLogOfTwoPi)
    }
    return x
  }

  static let halfLogOfTwoPi = 0.5 * log(2 * Double.pi)

  /// P(a <= Z <= b) for a <= b, without cancellation where both are in one tail.
  static func between(_ a: Double, _ b: Double) -> Double {
    guard a < b else { return 0 }
    if a > 0 { return below(-a) - below(-b) }
    return b < 0 ? below(b) - below(a) : 1 - below(a) - below(-b)
  }

  /// The value with P(Z <= x) = p, for 0 < p < 1.
  ///
  /// P. J. Acklam's rational approximation (relative error 1.2e-9), and one step of Halley's method on it.
  static func quantile(_ p: Double) -> Double {
    precondition(p > 0 && p < 1, "a quantile is asked for a probability between 0 and 1")
    let a = [
      -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
      -3.066479806614716e+01, 2.506628277459239e+00,
    ]
    let b = [
      -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
      -1.328068155288572e+01,
    ]
    let c = [
      -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00,
      4.374664141464968e+00, 2.938163982698783e+00,
    ]
    let d = [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00]
    func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
      coefficients.reduce(0) { $0 * x + $1 }
    }
    let tail = min(p, 1 - p)
    var x: Double
    if tail < 0.02425 {
      let q = (-2 * log(tail)).squareRoot()
      x = polynomial(c, q) / (polynomial(d, q) * q + 1)
      if p > 0.5 { x = -x }
    } else {
      let q = p - 0.5
      let r = q * q
      x = polynomial(a, r) * q / (polynomial(b, r) * r + 1)
    }
    let error = p > 0.5 ? (1 - p) - below(-x) : below(x) - p
    let step = error * (2 * Double.pi).squareRoot() * exp(x * x / 2)
    return x - step / (1 + x * step / 2)
  }
}

/// P(X <= h, Y <= k) for two standard normal variables with correlation rho, to about 1e-15.
///
/// The integral over the correlation, by Gauss-Legendre rules of 6 to 20 points, after Z. Drezner and G.
/// Wesolowsky (1990) as improved by A. Genz, Numerical computation of rectangular bivariate and trivariate
/// normal and t probabilities, Statistics and Computing 14, 2004.
enum BivariateNormalProbability {
  /// P(X > h, Y > k).
  static func above(_ h: Double, _ k: Double, correlation r: Double) -> Double {
    if h == .infinity || k == .infinity { return 0 }
    if h == -.infinity { return NormalProbability.below(-k) }
    if k == -.infinity { return NormalProbability.below(-h) }
    let rule = GaussLegendre.rule(abs(r) < 0.3 ? 6 : abs(r) < 0.75 ? 12 : 20)
    var k = k
    var hk = h * k
    if abs(r) < 0.925 {
      let hs = (h * h + k * k) / 2
      let angle = asin(r)
      var sum = 0.0
      for (node, weight) in rule {
        let sine = sin(angle * (node + 1) / 2)
        sum += weight * exp((sine * hk - hs) / (1 - sine * sine))
      }
      return sum * angle / (4 * .pi) + NormalProbability.below(-h) * NormalProbability.below(-k)
    }
    if r < 0 { (k, hk) = (-k, -hk) }
    var result = 0.0
    if abs(r) < 1 {
      let a2 = (1 - r) * (1 + r)
      var a = a2.squareRoot()
      let b2 = (h - k) * (h - k)
      let c = (4 - hk) / 8
      let d = (12 - hk) / 16
      let exponent = -(b2 / a2 + hk) / 2
      if exponent > -100 {
        result = a * exp(exponent) * (1 - c * (b2 - a2) * (1 - d * b2 / 5) / 3 + c * d * a2 * a2 / 5)
      }
      if -hk < 100 {
        let b = b2.squareRoot()
        let tail = (2 * Double.pi).squareRoot() * NormalProbability.below(-b / a)
        result -= exp(-hk / 2) * tail * b * (1 - c * b2 * (1 - d * b2 / 5) / 3)
      }
      a /= 2
      for (node, weight) in rule {
        let x = a * (node + 1)
        let xs = x * x
        let rs = (1 - xs).squareRoot()
        let exponent = -(b2 / xs + hk) / 2
        guard exponent > -100 else { continue }
        let series = 1 + c * xs * (1 + d * xs)
        let exact = exp(-hk * (1 - rs) / (2 * (1 + rs))) / rs
        result += a * weight * exp(exponent) * (exact - series)
      }
      result = -result / (2 * .pi)
    }
    if r > 0 { return result + NormalProbability.below(-max(h, k)) }
    return max(0, -result + max(0, NormalProbability.below(-h) - NormalProbability.below(-k)))
  }

  /// P(a_1 <= X <= b_1, a_2 <= Y <= b_2).
  static func inBox(lower: [Double], upper: [Double], correlation r: Double) -> Double {
    // From the side of the box that is further out in its tail, where probabilities are small, so that less
    // cancels.
    let flipX = lower[0] + upper[0] < 0
    let flipY = lower[1] + upper[1] < 0
    let (a, b) = flipX ? (-upper[0], -lower[0]) : (lower[0], upper[0])
    let (c, d) = flipY ? (-upper[1], -lower[1]) : (lower[1], upper[1])
    let correlation = flipX == flipY ? r : -r
    func above(_ h: Double, _ k: Double) -> Double { Self.above(h, k, correlation: correlation) }
    return max(0, (above(a, c) - above(b, c)) - (above(a, d) - above(b, d)))
  }
}

/// Nodes and weights for integrals over -1...1.
private enum GaussLegendre {
  static func rule(_ count: Int) -> [(node: Double, weight: Double)] { rules[count] ?? made(count) }

  private static let rules = [6: made(6), 12: made(12), 20: made(20)]

  /// The zeros of the Legendre polynomial by Newton's method.
  private static func made(_ count: Int) -> [(node: Double, weight: Double)] {
    (0..<count).map { index in
      var x = cos(.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (last, value) = (0.0, 1.0)
        for degree in 1...count {
          (last, value) = (
            value, (Double(2 * degree - 1) * x * value - Double(degree - 1) * last) / Double(degree)
          )
        }
        slope = Double(count) * (x * value - last) / (x * x - 1)
        let step = value / slope
        x -= step
        if abs(step) < 1e-16 { break }
      }
      return (x, 2 / ((1 - x * x) * slope * slope))
    }
  }
}
