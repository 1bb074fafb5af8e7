import ParzenCore
import ParzenPlatform

extension TransformedMixture {
  /// P(X <= x) in one dimension, with a relative error of a few ulps in both tails; in mirrored and wrapped
  /// columns, an absolute one. The values of a wrapped column are those of its one period.
  ///
  /// - Throws: `ParzenError.invalidOption` in other than one dimension.
  /// - Complexity: O(K).
  public func cumulativeProbability(at x: Double) throws(ParzenError) -> Double {
    try checkIsLine("a distribution function")
    return massBelow(x)
  }

  /// P(X > x) in one dimension.
  ///
  /// - Throws: `ParzenError.invalidOption` in other than one dimension.
  public func tailProbability(at x: Double) throws(ParzenError) -> Double {
    try checkIsLine("a distribution function")
    guard columns[0].isBijection else { return 1 - massBelow(x) }
    return switch place(x) {
    case .below: 1
    case .above: 0
    case .inside(let y): coordinateMixture.massAbove(y)
    }
  }

  /// P(a <= X <= b) in one dimension; in a wrapped column that of the arc from a to b.
  ///
  /// - Throws: `ParzenError.invalidOption` in other than one dimension, where
  ///   `probability(lower:upper:seed:)` is that of a box.
  public func probability(of interval: ClosedRange<Double>) throws(ParzenError) -> Double {
    try checkIsLine("the probability of an interval")
    guard columns[0].isBijection else {
      return columns[0].parts(of: interval).reduce(0) {
        $0 + massBelow($1.upperBound) - massBelow($1.lowerBound)
      }
    }
    let (low, high) = (end(interval.lowerBound), end(interval.upperBound))
    return coordinateMixture.mass(in: low...max(low, high))
  }

  /// P(X <= x) of a density that is known to have one dimension.
  private func massBelow(_ x: Double) -> Double {
    switch place(x) {
    case .below: 0
    case .above: 1
    case .inside(let y):
      columns[0].isBijection
        ? coordinateMixture.massBelow(y) : min(max(images.massBelow(y) - massBelowDomain, 0), 1)
    }
  }

  /// The value x with P(X <= x) = p in one dimension, to rounding.
  ///
  /// - Parameter p: a probability between 0 and 1; 0 and 1 themselves give the ends of the domain.
  /// - Throws: `ParzenError.invalidOption` for a probability outside 0...1, and in other than one dimension.
  public func quantile(_ p: Double) throws(ParzenError) -> Double {
    try checkIsLine("a quantile")
    let column = columns[0]
    if column.isBijection {
      let y = try coordinateMixture.quantile(p)
      if y.isFinite { return column.inverse(origin[0] + scale[0] * y) }
      return y < 0 ? column.domain.lowerBound : column.domain.upperBound
    }
    guard (0...1).contains(p) else {
      throw .invalidOption("a quantile is asked for \(p): give a probability from 0 to 1")
    }
    let domain = column.domain
    if p == 0 || p == 1 { return p == 0 ? domain.lowerBound : domain.upperBound }
    // Mirrored beyond one edge only, quantiles of the mixture without its mirror images are bounds.
    let reach = try (
      origin[0] + scale[0] * images.quantile(1e-18), origin[0] + scale[0] * images.quantile(1 - 1e-16)
    )
    var (low, high) = (max(domain.lowerBound, reach.0), min(domain.upperBound, reach.1))
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { break }
      if massBelow(middle) < p { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }

  /// The probability of a box with sides along the axes; see
  /// `GaussianMixture.probability(lower:upper:seed:)`.
  public func probability(
    lower: [Double], upper: [Double], seed: UInt64 = 1
  ) throws(ParzenError) -> BoxProbability {
    guard lower.count == dimension, upper.count == dimension, !(lower + upper).contains(where: \.isNaN) else {
      throw .invalidOption("a box in \(dimension) dimensions has as many lower and upper ends")
    }
    // A side that passes the end of a period is in two parts.
    var boxes: [(lower: [Double], upper: [Double])] = [([], [])]
    for i in 0..<dimension {
      let marginal = marginal(of: [i])
      let sides = lower[i] <= upper[i] ? columns[i].parts(of: lower[i]...upper[i]) : []
      boxes = sides.flatMap { side in
        boxes.map { ($0.lower + [marginal.end(side.lowerBound)], $0.upper + [marginal.end(side.upperBound)]) }
      }
    }
    var result = BoxProbability(value: 0, standardError: 0)
    for box in boxes {
      let part = try images.probability(lower: box.lower, upper: box.upper, seed: seed)
      result.value += part.value
      result.standardError = hypot(result.standardError, part.standardError)
    }
    return result
  }

  /// The mean in one dimension.
  ///
  /// - Throws: `ParzenError.invalidOption` in other than one dimension.
  public var mean: Double {
    get throws(ParzenError) {
      try checkIsLine("a mean")
      return moments.mean
    }
  }

  /// The standard deviation in one dimension.
  ///
  /// - Throws: `ParzenError.invalidOption` in other than one dimension.
  public var standardDeviation: Double {
    get throws(ParzenError) {
      try checkIsLine("a standard deviation")
      return moments.deviation
    }
  }

  /// The mean and the standard deviation in one dimension.
  ///
  /// In closed form for columns as they are, logarithms and inverse hyperbolic sines; else by Simpson's rule
  /// over ten standard deviations of every component, or of all for normal scores, which take longer.
  private var moments: (mean: Double, deviation: Double) {
    guard columns[0] != .identity else { return plainMoments }
    if case .normalScores = columns[0] { return momentsOfScores }
    var (first, second) = (0.0, 0.0)
    // About a place inside, so that little cancels.
    let centre = columns[0].inverse(origin[0] + scale[0] * coordinateMixture.mean[0])
    for k in coordinateMixture.weights.indices where coordinateMixture.weights[k] > 0 {
      let m = origin[0] + scale[0] * coordinateMixture.means[k, 0]
      let s = scale[0] * coordinateMixture.covarianceFactor(of: k)[0, 0]
      let part = columns[0].moments(mean: m, deviation: s, about: centre)
      first += coordinateMixture.weights[k] * part.first
      second += coordinateMixture.weights[k] * part.second
    }
    return (centre + first, max(second - first * first, 0).squareRoot())
  }

  /// By the trapezoidal rule, in steps of an eighth of the narrowest component's standard deviation, at most
  /// 20,000.
  private var momentsOfScores: (mean: Double, deviation: Double) {
    let components = coordinateMixture.weights.indices.map { k in
      (mean: coordinateMixture.means[k, 0], deviation: coordinateMixture.covarianceFactor(of: k)[0, 0])
    }
    let low = components.reduce(Double.infinity) { min($0, $1.mean - 9 * $1.deviation) }
    let high = components.reduce(-Double.infinity) { max($0, $1.mean + 9 * $1.deviation) }
    let narrowest = components.reduce(Double.infinity) { min($0, $1.deviation) }
    let steps = min(20_000, max(4000, ((high - low) / (narrowest / 8)).rounded(.up)))
    let places = (0...Int(steps)).map { low + (high - low) * Double($0) / steps }
    let density = byConstruction { try coordinateMixture.density(at: Matrix(places.map { [$0] })) }
    let values = columns[0].inverses(of: places.map { origin[0] + scale[0] * $0 })
    let total = density.reduce(0, +)
    let mean = zip(values, density).reduce(0) { $0 + $1.0 * ($1.1 / total) }
    let unit = values.reduce(0) { max($0, abs($1 - mean)) }
    let variance = zip(values, density).reduce(0) {
      let distance = ($1.0 - mean) / unit
      return $0 + distance * distance * ($1.1 / total)
    }
    return (mean, unit * variance.squareRoot())
  }

  /// Mean and standard deviation of a column as it is, in units in which no square leaves Float64.
  private var plainMoments: (mean: Double, deviation: Double) {
    let mean = coordinateMixture.mean[0]
    let parts = coordinateMixture.weights.indices.map { k in
      (
        weight: coordinateMixture.weights[k], distance: coordinateMixture.means[k, 0] - mean,
        deviation: coordinateMixture.covarianceFactor(of: k)[0, 0]
      )
    }
    let unit = parts.reduce(0) { max($0, abs($1.distance), $1.deviation) }
    let variance = parts.reduce(0) { sum, part in
      let (distance, deviation) = (part.distance / unit, part.deviation / unit)
      return sum + part.weight * (distance * distance + deviation * deviation)
    }
    return (origin[0] + scale[0] * mean, scale[0] * unit * variance.squareRoot())
  }
}

// MARK: - Coordinates

extension TransformedMixture {
  private enum Place {
    case below, above
    case inside(Double)
  }

  /// A value in one dimension as a coordinate.
  private func place(_ x: Double) -> Place {
    if case .period(let start, let length) = columns[0] {
      if x < start { return .below }
      if x >= start + length { return .above }
    }
    guard columns[0].contains(x) else {
      return x <= columns[0].domain.lowerBound ? .below : .above
    }
    return .inside((columns[0].coordinate(at: x) - origin[0]) / scale[0])
  }

  /// The coordinate of the end of an interval, infinite outside the domain.
  private func end(_ x: Double) -> Double {
    // The upper end of a period is the lower one of the next.
    if case .period(let start, let length) = columns[0], x >= start + length {
      return (start + length - origin[0]) / scale[0]
    }
    return switch place(x) {
    case .below: -.infinity
    case .above: .infinity
    case .inside(let y): y
    }
  }

  /// The images' mass below the domain, in one dimension.
  private var massBelowDomain: Double {
    let low = columns[0].domain.lowerBound
    return low.isFinite ? images.massBelow((low - origin[0]) / scale[0]) : 0
  }
}

extension ColumnTransformation {
  /// An interval as intervals of the domain: the part of it where there are values, or the two of an arc that
  /// passes the end of a period.
  fileprivate func parts(of interval: ClosedRange<Double>) -> [ClosedRange<Double>] {
    let (low, high) = (interval.lowerBound, interval.upperBound)
    guard !isBijection else { return [interval] }
    guard case .period(let start, let length) = self, low.isFinite, high.isFinite else {
      return interval.overlaps(domain) ? [interval.clamped(to: domain)] : []
    }
    guard high - low < length else { return [domain] }
    let (end, begin) = (start + length, inverse(low))
    let rest = begin + (high - low) - end
    return rest <= 0 ? [begin...min(end, begin + (high - low))] : [begin...end, start...(start + rest)]
  }

  /// The ends of the values.
  var domain: ClosedRange<Double> {
    switch self {
    case .identity, .inverseSinh, .doubleInverseSinh: -.infinity ... .infinity
    case .logarithmAbove(let lower), .inverseSoftplusAbove(let lower, _): lower ... .infinity
    case .logarithmBelow(let upper), .inverseSoftplusBelow(let upper, _): -.infinity...upper
    case .logit(let lower, let upper): lower...upper
    case .normalScores(let scores): scores.coordinate.domain
    case .reflection(let lower, let upper): (lower ?? -.infinity)...(upper ?? .infinity)
    case .period(let origin, let length): origin...origin + length
    }
  }

  /// The first two moments about a place of the value whose coordinate is normal.
  fileprivate func moments(
    mean m: Double, deviation s: Double, about centre: Double
  ) -> (first: Double, second: Double) {
    let v = s * s
    func shifted(_ edge: Double, _ first: Double, _ second: Double) -> (first: Double, second: Double) {
      let distance = edge - centre
      return (distance + first, distance * distance + 2 * distance * first + second)
    }
    switch self {
    case .identity: return shifted(m, 0, v)
    case .logarithmAbove(let lower): return shifted(lower, exp(m + v / 2), exp(2 * m + 2 * v))
    case .logarithmBelow(let upper): return shifted(upper, -exp(v / 2 - m), exp(2 * v - 2 * m))
    case .inverseSinh(let middle, let scale):
      return shifted(
        middle, scale * sinh(m) * exp(v / 2), scale * scale * (cosh(2 * m) * exp(2 * v) - 1) / 2)
    default:
      let (steps, reach) = (4000, 10 + s)
      var (first, second) = (0.0, 0.0)
      let places = (0...steps).map { reach * (2 * Double($0) / Double(steps) - 1) }
      for (step, (z, x)) in zip(places, inverses(of: places.map { m + s * $0 })).enumerated() {
        let factor = step == 0 || step == steps ? 1.0 : step.isMultiple(of: 2) ? 2 : 4
        let weight = factor * exp(-z * z / 2)
        let value = x - centre
        first += weight * value
        second += weight * value * value
      }
      let norm = 2 * reach / Double(steps) / 3 / (2 * Double.pi).squareRoot()
      return (first * norm, second * norm)
    }
  }
}
