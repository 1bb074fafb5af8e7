import ParzenCore
import ParzenPlatform

/// The coordinate y = T(x) in which a column x of a table is modelled, so that a density with edges, skewness
/// or heavy tails becomes one that Gaussians fit.
///
/// | transformation | y | values x |
/// |---|---|---|
/// | `identity` | x | all |
/// | `logarithmAbove(a)` | log(x - a) | x > a |
/// | `logarithmBelow(b)` | -log(b - x) | x < b |
/// | `inverseSoftplusAbove(a, s)` | log(exp((x - a) / s) - 1) | x > a |
/// | `inverseSoftplusBelow(b, s)` | -log(exp((b - x) / s) - 1) | x < b |
/// | `logit(a, b)` | log((x - a) / (b - x)) | a < x < b |
/// | `inverseSinh(c, s)` | asinh((x - c) / s) | all |
/// | `doubleInverseSinh(a, b, s)` | asinh((x - a) / s) + asinh((x - b) / s) | all |
/// | `normalScores(law)` | the normal score of x under a law, `NormalScores` | all that the law is of |
/// | `reflection(a, b)` | x, mirrored at the edges | a <= x <= b; either edge may be missing |
/// | `period(a, P)` | x, wrapped | all; x and x + P are one point |
///
/// All but the last two are increasing bijections of their values onto the real line. `inverseSinh` is linear
/// within s of c and logarithmic beyond: about the median it tames heavy tails, about an edge it does what
/// the logarithm does, with an edge that is soft on the scale s. `inverseSoftplusAbove` is logarithmic within
/// s of the edge and linear beyond, so that tails stay as they are: of an exponential law of mean s it makes
/// a logistic one. With `reflection` and `period`, several points of the line are one point x, and densities
/// there add up.
///
/// ```swift
/// let growth = ColumnTransformation.logarithmAbove(0)
/// ```
public enum ColumnTransformation: Sendable, Hashable, Codable {
  case identity
  case logarithmAbove(Double)
  case logarithmBelow(Double)
  case inverseSoftplusAbove(Double, scale: Double)
  case inverseSoftplusBelow(Double, scale: Double)
  case logit(lower: Double, upper: Double)
  case inverseSinh(centre: Double, scale: Double)
  case doubleInverseSinh(lower: Double, upper: Double, scale: Double)
  indirect case normalScores(NormalScores)
  case reflection(lower: Double?, upper: Double?)
  case period(origin: Double, length: Double)

  /// Whether the transformation is an increasing bijection onto the line, and no sum over images.
  package var isBijection: Bool {
    switch self {
    case .reflection, .period: false
    default: true
    }
  }

  /// Whether x has a density here; outside, the density is zero.
  public func contains(_ x: Double) -> Bool {
    switch self {
    case .identity, .inverseSinh, .doubleInverseSinh, .period: x.isFinite
    case .logarithmAbove(let lower), .inverseSoftplusAbove(let lower, _): x > lower && x.isFinite
    case .logarithmBelow(let upper), .inverseSoftplusBelow(let upper, _): x < upper && x.isFinite
    case .logit(let lower, let upper): x > lower && x < upper
    case .normalScores(let scores): scores.contains(x)
    case .reflection(let lower, let upper): x >= lower ?? -.infinity && x <= upper ?? .infinity && x.isFinite
    }
  }

  /// The coordinate of a point, with the logarithm of its derivative and the derivative of that.
  package typealias Expansion = (y: Double, logSlope: Double, bend: Double)

  /// The coordinates of points that `contains` accepts, with their derivatives.
  package func expansions(at points: [Double]) -> [Expansion] {
    if case .normalScores(let scores) = self { scores.expansions(at: points) } else { points.map(expansion) }
  }

  /// The coordinates alone.
  package func coordinates(at points: [Double]) -> [Double] {
    switch self {
    case .identity: points
    case .normalScores(let scores): scores.scores(at: points)
    default: points.map { expansion(at: $0).y }
    }
  }

  /// The coordinate of a point that `contains` accepts, with its derivatives.
  package func expansion(at x: Double) -> Expansion {
    switch self {
    case .identity, .reflection:
      return (x, 0, 0)
    case .period(let origin, let length):
      return (Self.wrapped(x, origin, length), 0, 0)
    case .logarithmAbove(let lower):
      let (y, distance) = (log(x - lower), x - lower)
      return (y, -y, -1 / distance)
    case .logarithmBelow(let upper):
      let (y, distance) = (-log(upper - x), upper - x)
      return (y, y, 1 / distance)
    case .inverseSoftplusAbove(let lower, let scale):
      return Self.inverseSoftplus(of: x - lower, scale: scale)
    case .inverseSoftplusBelow(let upper, let scale):
      let (y, logSlope, bend) = Self.inverseSoftplus(of: upper - x, scale: scale)
      return (-y, logSlope, -bend)
    case .logit(let lower, let upper):
      let (left, right) = (x - lower, upper - x)
      return (log(left) - log(right), log(upper - lower) - log(left) - log(right), 1 / right - 1 / left)
    case .inverseSinh(let centre, let scale):
      // With h = sqrt(s^2 + (x - c)^2), T' = 1 / h and T'' / T' = -(x - c) / h^2: nothing overflows.
      let h = hypot(scale, x - centre)
      return (Self.asinh(x - centre, over: scale), -log(h), -(x - centre) / h / h)
    case .doubleInverseSinh(let lower, let upper, let scale):
      // T' = 1 / g + 1 / h; the derivative of its logarithm is the mean of those of the terms.
      let (g, h) = (hypot(scale, x - lower), hypot(scale, x - upper))
      let y = Self.asinh(x - lower, over: scale) + Self.asinh(x - upper, over: scale)
      let bend = -(x - lower) / g / g / (1 + g / h) - (x - upper) / h / h / (1 + h / g)
      return (y, log(1 + min(g, h) / max(g, h)) - log(min(g, h)), bend)
    case .normalScores(let scores):
      return scores.expansions(at: [x])[0]
    }
  }

  /// The coordinate alone of a point that `contains` accepts.
  package func coordinate(at x: Double) -> Double { coordinates(at: [x])[0] }

  /// log(exp(u) - 1) for u = distance / scale, whose slope is 1 / s (1 - exp(-u)).
  private static func inverseSoftplus(of distance: Double, scale: Double) -> Expansion {
    let u = distance / scale
    let logSlope = -log(-expm1(-u))
    return (u - logSlope, logSlope - log(scale), -1 / expm1(u) / scale)
  }

  /// log(1 + exp(y)).
  private static func softplus(_ y: Double) -> Double { max(y, 0) + log1p(exp(-abs(y))) }

  /// asinh(distance / scale), also where the quotient is no number any more.
  private static func asinh(_ distance: Double, over scale: Double) -> Double {
    let quotient = distance / scale
    guard quotient.isInfinite else { return ParzenPlatform.asinh(quotient) }
    return (log(abs(distance)) - log(scale) + log(2)) * (distance < 0 ? -1 : 1)
  }

  /// The image of x in [origin, origin + length); the remainder is exact, however far x is.
  private static func wrapped(_ x: Double, _ origin: Double, _ length: Double) -> Double {
    let rest = (x - origin).truncatingRemainder(dividingBy: length)
    return origin + (rest < 0 ? rest + length : rest)
  }

  /// The points of coordinates; one does not depend on its neighbours.
  package func inverses(of coordinates: [Double]) -> [Double] {
    if case .normalScores(let scores) = self {
      scores.inverses(of: coordinates)
    } else {
      coordinates.map(inverse)
    }
  }

  /// The point x of a coordinate y.
  package func inverse(_ y: Double) -> Double {
    switch self {
    case .identity: return y
    case .logarithmAbove(let lower): return lower + exp(y)
    case .logarithmBelow(let upper): return upper - exp(-y)
    case .inverseSoftplusAbove(let lower, let scale): return lower + scale * Self.softplus(y)
    case .inverseSoftplusBelow(let upper, let scale): return upper - scale * Self.softplus(-y)
    case .logit(let lower, let upper):
      // From the nearer edge, so that nothing is lost beside it.
      return y < 0
        ? lower + (upper - lower) * (exp(y) / (1 + exp(y))) : upper - (upper - lower) / (1 + exp(y))
    case .inverseSinh(let centre, let scale): return centre + scale * sinh(y)
    case .doubleInverseSinh(let lower, let upper, let scale):
      return Self.solve(y, lower: lower, upper: upper, scale: scale)
    case .normalScores(let scores): return scores.inverses(of: [y])[0]
    case .reflection(let lower?, let upper?):
      let width = upper - lower
      let place = (y - lower) - 2 * width * ((y - lower) / (2 * width)).rounded(.down)
      return min(upper, max(lower, lower + (place <= width ? place : 2 * width - place)))
    case .reflection(let lower?, nil): return lower + abs(y - lower)
    case .reflection(nil, let upper?): return upper - abs(upper - y)
    case .reflection(nil, nil): return y
    case .period(let origin, let length): return Self.wrapped(y, origin, length)
    }
  }

  /// The root x of asinh((x - lower) / scale) + asinh((x - upper) / scale) = y.
  ///
  /// With h half the distance of the edges and t the distance from their middle, both in units of the scale,
  /// and q = sinh(y / 2), the addition theorems give t = q sqrt(1 + h^2 / (1 + q^2)).
  private static func solve(_ y: Double, lower: Double, upper: Double, scale: Double) -> Double {
    let (middle, half) = (lower + (upper - lower) / 2, (upper - lower) / 2 / scale)
    let q = sinh(y / 2)
    let t = q * (1 + half * half / (1 + q * q)).squareRoot()
    return middle + scale * t
  }
}
