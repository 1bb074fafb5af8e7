import ParzenCore
import ParzenPlatform

extension GaussianMixture {
  /// The probability of a box with sides along the axes, of which some may be infinitely far away.
  ///
  /// Exact to rounding in one and two dimensions and for diagonal covariances. Otherwise by the separation
  /// of variables on randomly shifted lattices, that grow until the standard error is below a 2 * 10^-7th
  /// of the probability, or have 2^17 points for a component.
  ///
  /// A. Genz, Numerical computation of multivariate normal probabilities, J. Computational and Graphical
  /// Statistics 1, 1992.
  ///
  /// - Parameters:
  ///   - lower: the lower ends, d values, `-.infinity` for none.
  ///   - upper: the upper ends, d values, `.infinity` for none.
  ///   - seed: the seed of the shifts.
  /// - Throws: `ParzenError.invalidOption` if the box has another dimension or an end is not a number.
  public func probability(
    lower: [Double], upper: [Double], seed: UInt64 = 1
  ) throws(ParzenError) -> BoxProbability {
    guard lower.count == dimension, upper.count == dimension, !(lower + upper).contains(where: \.isNaN) else {
      throw .invalidOption("a box in \(dimension) dimensions has as many lower and upper ends")
    }
    // Sides without ends are integrated out.
    let bounded = lower.indices.filter { lower[$0] > -.infinity || upper[$0] < .infinity }
    guard !bounded.isEmpty else { return BoxProbability(value: 1, standardError: 0) }
    if bounded.count < dimension {
      return try marginal(of: bounded).probability(
        lower: bounded.map { lower[$0] }, upper: bounded.map { upper[$0] }, seed: seed)
    }
    guard zip(lower, upper).allSatisfy({ $0 <= $1 }) else {
      return BoxProbability(value: 0, standardError: 0)
    }
    // The first pass says how much each component matters.
    let rough = componentSum(lower, upper, seed: seed) { _ in .infinity }
    guard rough.standardError > 0 else { return rough }
    let tolerance = Self.relativeError * rough.value / Double(componentCount).squareRoot()
    return componentSum(lower, upper, seed: seed) { tolerance / $0 }
  }

  /// The accepted standard error of a box's probability, relative to it.
  private static let relativeError = 2e-7

  /// The sum of the components' probabilities.
  ///
  /// - Parameter tolerance: the accepted standard error of a component's probability, for its weight.
  private func componentSum(
    _ lower: [Double], _ upper: [Double], seed: UInt64, tolerance: (Double) -> Double
  ) -> BoxProbability {
    var (value, squares) = (0.0, 0.0)
    for k in 0..<componentCount where weights[k] > 0 {
      let part = Self.componentProbability(
        covarianceFactor(of: k), lower: lower.indices.map { lower[$0] - means[k, $0] },
        upper: upper.indices.map { upper[$0] - means[k, $0] }, isDiagonal: isDiagonal,
        seed: seed &+ UInt64(k),
        tolerance: tolerance(weights[k]))
      value += weights[k] * part.value
      squares += weights[k] * weights[k] * part.standardError * part.standardError
    }
    return BoxProbability(value: value, standardError: squares.squareRoot())
  }

  /// The probability of a box under N(0, L L^T).
  private static func componentProbability(
    _ factor: Matrix, lower: [Double], upper: [Double], isDiagonal: Bool, seed: UInt64, tolerance: Double
  ) -> BoxProbability {
    let d = factor.rows
    let deviations = (0..<d).map { i in
      (0...i).reduce(0) { $0 + factor[i, $1] * factor[i, $1] }.squareRoot()
    }
    let a = lower.indices.map { lower[$0] / deviations[$0] }
    let b = upper.indices.map { upper[$0] / deviations[$0] }
    if isDiagonal || d == 1 {
      let value = a.indices.reduce(1) { $0 * NormalProbability.between(a[$1], b[$1]) }
      return BoxProbability(value: value, standardError: 0)
    }
    if d == 2 {
      let correlation = factor[1, 0] / deviations[1]
      return BoxProbability(
        value: BivariateNormalProbability.inBox(lower: a, upper: b, correlation: correlation),
        standardError: 0)
    }
    return SeparatedNormalProbability(factor, lower: lower, upper: upper).probability(
      seed: seed, tolerance: tolerance)
  }
}

/// The probability of a box under N(0, L L^T) as an integral over the unit cube: with y_i = Phi^-1(d_i +
/// w_i (e_i - d_i)) and
///
///     d_i = Phi((a_i - sum over j < i of L_ij y_j) / L_ii),     e_i likewise with b_i,
///
/// it is the mean of the product of e_i - d_i over uniform w; the last two variables are integrated exactly.
/// Variables with the smallest probabilities come first.
private struct SeparatedNormalProbability {
  private let factor: Matrix
  private let lower: [Double]
  private let upper: [Double]

  init(_ factor: Matrix, lower: [Double], upper: [Double]) {
    let covariance = factor * factor.transposed
    let order = lower.indices.sorted { i, j in
      func mass(_ k: Int) -> Double {
        let deviation = covariance[k, k].squareRoot()
        return NormalProbability.between(lower[k] / deviation, upper[k] / deviation)
      }
      return (mass(i), i) < (mass(j), j)
    }
    var sorted = covariance
    for (i, source) in order.enumerated() {
      for (j, other) in order.enumerated() { sorted[i, j] = covariance[source, other] }
    }
    if let cholesky = Cholesky(sorted) {
      self.factor = cholesky.lower
      self.lower = order.map { lower[$0] }
      self.upper = order.map { upper[$0] }
    } else {
      self.factor = factor
      self.lower = lower
      self.upper = upper
    }
  }

  private static let shifts = 8
  private static let mostPoints = 1 << 17

  /// - Parameter tolerance: the standard error up to which the lattices grow.
  func probability(seed: UInt64, tolerance: Double) -> BoxProbability {
    var generator = Xoshiro256(seed: seed, stream: -2)
    let d = lower.count
    let offsets = (0..<Self.shifts).map { _ in (0..<d).map { _ in generator.nextUniform() } }
    let steps = Self.primes(d).map { Double($0).squareRoot() }
    var sums = [Double](repeating: 0, count: Self.shifts)
    var (count, target) = (0, 1 << 11)
    while true {
      for (shift, offset) in offsets.enumerated() {
        for point in count..<target { sums[shift] += integrand(point, steps, offset) }
      }
      count = target
      let means = sums.map { $0 / Double(count) }
      let mean = means.reduce(0, +) / Double(means.count)
      let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let error = (squares / Double(Self.shifts * (Self.shifts - 1))).squareRoot()
      if error <= tolerance || count >= Self.mostPoints {
        return BoxProbability(value: mean, standardError: error)
      }
      target = 2 * count
    }
  }

  /// The product of e_i - d_i over all variables but the last two, whose probability given the others is
  /// exact, at a point of a lattice that is folded at the middle so that it is periodic.
  private func integrand(_ point: Int, _ steps: [Double], _ offset: [Double]) -> Double {
    var product = 1.0
    var y: [Double] = []
    func shift(_ i: Int) -> Double { y.indices.reduce(0) { $0 + factor[i, $1] * y[$1] } }
    for i in lower.indices.dropLast(2) {
      let shift = shift(i)
      let (a, b) = ((lower[i] - shift) / factor[i, i], (upper[i] - shift) / factor[i, i])
      let mass = NormalProbability.between(a, b)
      product *= mass
      guard product > 0 else { return 0 }
      let fraction = (Double(point) * steps[i] + offset[i]).truncatingRemainder(dividingBy: 1)
      let w = abs(2 * fraction - 1)
      // From the side where probabilities are small.
      let isUpper = a > 0
      let base = isUpper ? NormalProbability.below(-b) : NormalProbability.below(a)
      let p = min(max(base + (isUpper ? 1 - w : w) * mass, Double.leastNormalMagnitude), 1 - 0x1p-53)
      y.append(isUpper ? -NormalProbability.quantile(p) : NormalProbability.quantile(p))
    }
    let (i, j) = (lower.count - 2, lower.count - 1)
    let (first, second) = (shift(i), shift(j))
    let spread = (factor[j, i] * factor[j, i] + factor[j, j] * factor[j, j]).squareRoot()
    return product
      * BivariateNormalProbability.inBox(
        lower: [(lower[i] - first) / factor[i, i], (lower[j] - second) / spread],
        upper: [(upper[i] - first) / factor[i, i], (upper[j] - second) / spread],
        correlation: factor[j, i] / spread)
  }

  private static func primes(_ count: Int) -> [Int] {
    var primes: [Int] = []
    var candidate = 2
    while primes.count < count {
      if !primes.contains(where: { candidate.isMultiple(of: $0) }) { primes.append(candidate) }
      candidate += 1
    }
    return primes
  }
}
