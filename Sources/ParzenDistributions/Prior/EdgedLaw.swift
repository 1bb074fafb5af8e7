import ParzenCore
import ParzenPlatform

/// One-sided, bounded and skewed laws on the real line whose edges are blurred, so that the density is finite
/// and smooth everywhere: mixtures of narrow Gaussians on a fine grid of the law.
///
/// With z the logarithm of a one-sided law's value x, or the log odds of a bounded one's, the Gaussians sit
/// at equal steps dz, weighted by the law's density of z, and are sqrt(blur^2 + (dx/dz dz)^2) wide. What this
/// changes of the law beside its edge is a smoothing of z by one step, at most 0.15.
enum EdgedLaw {
  /// Density proportional to x^(shape - 1) e^-x; exponential at shape 1.
  case gamma(shape: Double)
  /// Density proportional to x^(a - 1) (1 - x)^(b - 1) on (0, 1); uniform at a = b = 1.
  case beta(a: Double, b: Double)
  /// The absolute value of a standard normal value.
  case halfNormal
  /// e to the power of a normal value of standard deviation sigma.
  case logNormal(sigma: Double)
  /// Lomax's law, Pareto's from its edge on: density proportional to (1 + x)^(-shape - 1).
  case pareto(shape: Double)

  static let gridSize = 160

  /// A law of a random kind; all are equally likely, and exponential and uniform laws as likely as the
  /// others.
  ///
  /// Shapes are log-uniform: 0.5 to 5 of gamma and beta laws, 1.5 to 5 of Pareto's, sigma 0.3 to 1.2.
  static func random(using generator: inout Xoshiro256) -> EdgedLaw {
    switch generator.nextInteger(below: 7) {
    case 0: .gamma(shape: 1)
    case 1: .gamma(shape: generator.nextLogUniform(0.5, 5))
    case 2: .beta(a: 1, b: 1)
    case 3: .beta(a: generator.nextLogUniform(0.5, 5), b: generator.nextLogUniform(0.5, 5))
    case 4: .halfNormal
    case 5: .logNormal(sigma: generator.nextLogUniform(0.3, 1.2))
    default: .pareto(shape: generator.nextLogUniform(1.5, 5))
    }
  }

  /// The law with blurred edges, to a step of the grid: its median at `location`, its interquartile range
  /// that of a normal law of standard deviation |scale|; mirrored if `scale` is negative.
  ///
  /// - Parameter blur: the standard deviation of the blur, relative to |scale|; positive.
  func blurred(_ blur: Double, location: Double, scale: Double) -> GaussianMixture {
    let (low, high) = range
    let step = (high - low) / Double(Self.gridSize - 1)
    let grid = (0..<Self.gridSize).map { low + step * Double($0) }
    let logs = grid.map(logDensity)
    let largest = logs.max()!
    var weights = logs.map { exp($0 - largest) }
    let total = weights.reduce(0, +)
    for i in weights.indices { weights[i] /= total }
    let values = grid.map { value($0).x }
    func quantile(_ level: Double) -> Double {
      var sum = 0.0
      return values[
        weights.firstIndex {
          sum += $0
          return sum >= level
        } ?? values.count - 1]
    }
    let unit = abs(scale) * 1.349 / (quantile(0.75) - quantile(0.25))
    let median = quantile(0.5)
    let sign: Double = scale < 0 ? -1 : 1
    let means = values.map { location + sign * unit * ($0 - median) }
    let variances = grid.map { z in
      let spacing = unit * value(z).slope * step
      return spacing * spacing + blur * blur * scale * scale
    }
    return byConstruction {
      try GaussianMixture(
        weights: weights, means: Matrix(rows: means.count, columns: 1, elements: means),
        variances: Matrix(rows: means.count, columns: 1, elements: variances))
    }
  }

  /// The first and the last z of the grid; beyond lies less than a blur, or one in a million.
  private var range: (low: Double, high: Double) {
    switch self {
    case .gamma(let shape): (-9, log(shape + 12 + 4 * shape.squareRoot()))
    case .beta: (-11, 11)
    case .halfNormal: (-9, 1.6)
    case .logNormal(let sigma): (-5 * sigma, 5 * sigma)
    case .pareto(let shape): (-9, 13 / shape)
    }
  }

  /// The log density of z, but for a constant.
  private func logDensity(_ z: Double) -> Double {
    switch self {
    case .gamma(let shape): shape * z - exp(z)
    case .beta(let a, let b): -a * log1p(exp(-z)) - b * log1p(exp(z))
    case .halfNormal: z - exp(2 * z) / 2
    case .logNormal(let sigma): -z * z / (2 * sigma * sigma)
    case .pareto(let shape): z - (shape + 1) * log1p(exp(z))
    }
  }

  /// x, and dx/dz.
  private func value(_ z: Double) -> (x: Double, slope: Double) {
    if case .beta = self {
      let x = 1 / (1 + exp(-z))
      return (x, x * (1 - x))
    }
    return (exp(z), exp(z))
  }
}

/// One-sided, bounded and skewed laws, as columns of amounts, times and shares have them: exponential, gamma,
/// uniform, beta, half normal, lognormal and Pareto's laws, mirrored or not, with edges that are sharp on the
/// scale of the law.
///
/// | what | how |
/// |---|---|
/// | components | one (60 %), or two or three, placed and weighted as in `GaussianMixturePrior` |
/// | columns | independent; all of one law (half of the draws), or each with its own, one in four normal |
/// | laws | `EdgedLaw.random`; every column mirrored in half of the cases |
/// | blur of the edges | log-uniform in [0.003, 0.1] of a column's size, one for the draw |
/// | warp | from two dimensions on, 20 %: a random `Coupling` of strength 0.2 to 0.8 |
///
/// ```swift
/// let target = EdgedLawPrior().draw(dimension: 2, using: &generator)
/// ```
public struct EdgedLawPrior: DistributionPrior, Equatable {
  /// The prior.
  public init() {}

  public func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution {
    var local = Xoshiro256(drawnFrom: &generator)
    let components = local.nextUniform() < 0.6 ? 1...1 : 2...3
    let frame = GaussianMixturePrior(components: components).drawFrame(dimension: dimension, using: &local)
    let blur = local.nextLogUniform(0.003, 0.1)
    let shared = local.nextUniform() < 0.5 ? EdgedLaw.random(using: &local) : nil
    let target = frame.mixture { location, deviations in
      let columns = (0..<dimension).map { i -> any Distribution in
        if shared == nil && dimension > 1 && local.nextUniform() < 0.25 {
          return byConstruction {
            try UnivariateDistribution(.normal, location: location[i], scale: deviations[i])
          }
        }
        let law = shared ?? .random(using: &local)
        return law.blurred(blur, location: location[i], scale: local.nextSign() * deviations[i])
      }
      return byConstruction { try IndependentColumns(columns) }
    }
    guard dimension > 1, local.nextUniform() < 0.2 else { return target }
    let strength = local.nextUniform(0.2, 0.8)
    return byConstruction {
      try SmoothWarp(target, by: Coupling(dimension: dimension, strength: strength, using: &local))
    }
  }
}
