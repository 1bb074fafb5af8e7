import ParzenCore
import ParzenPlatform

/// A law on the real line in its standard form, to be shifted and scaled.
///
/// ```swift
/// let law = UnivariateLaw.generalizedNormal(shape: 1)  // Laplace's
/// let target = try UnivariateDistribution(law, location: 3, scale: 0.5)
/// ```
public enum UnivariateLaw: Sendable, Hashable {
  /// The standard normal law.
  case normal
  /// Density b / (2 Gamma(1/b)) exp(-|z|^b), b > 0: Laplace at b = 1, normal at b = 2, towards a box as b
  /// grows.
  case generalizedNormal(shape: Double)
  /// Student's t law with nu > 0 degrees of freedom.
  case studentT(degrees: Double)
  /// The law of sinh((arsinh(x) + skew) / tail) for a standard normal x, tail > 0; below 1 the tails are
  /// heavy.
  ///
  /// Source: M. C. Jones, A. Pewsey, *Sinh-arcsinh distributions*, Biometrika 96 (2009).
  case sinhArcsinh(skew: Double, tail: Double)
  /// The uniform law on [-1, 1].
  case uniform
  /// The sum of a uniform value on [-1, 1] and a normal one of standard deviation `blur` > 0: a box with soft
  /// edges.
  case blurredUniform(blur: Double)
  /// The beta law on (0, 1): density proportional to z^(a - 1) (1 - z)^(b - 1), a, b > 0.
  case beta(a: Double, b: Double)
  /// The gamma law on (0, inf): density proportional to z^(a - 1) exp(-z), a > 0; exponential at a = 1.
  case gamma(shape: Double)
  /// The sum of a standard exponential value and a normal one of standard deviation `blur` > 0: one-sided,
  /// with a soft edge.
  case blurredExponential(blur: Double)
  /// The law of |x| for a standard normal x.
  case halfNormal
  /// The law of exp(x) for a standard normal x.
  case logNormal
  /// Density a z^(-a - 1) on [1, inf), a > 0.
  case pareto(shape: Double)
  /// Density k z^(k - 1) exp(-z^k) on (0, inf), k > 0.
  case weibull(shape: Double)
  /// Density exp(-z) / (1 + exp(-z))^2.
  case logistic

  /// The Laplace law, density exp(-|z|) / 2.
  public static let laplace = UnivariateLaw.generalizedNormal(shape: 1)
  /// The Cauchy law, density 1 / (pi (1 + z^2)).
  public static let cauchy = UnivariateLaw.studentT(degrees: 1)
  /// The exponential law, density exp(-z) on (0, inf).
  public static let exponential = UnivariateLaw.gamma(shape: 1)

  /// The standard deviation; nothing, if it is infinite or has no closed form (sinh-arcsinh), or if there is
  /// no law with these parameters.
  public var standardDeviation: Double? { hasValidParameters ? formulas.standardDeviation : nil }

  /// Throws `ParzenError.invalidOption` for parameters out of their ranges.
  func check() throws(ParzenError) {
    guard hasValidParameters else {
      throw .invalidOption("there is no law \(self): give positive, finite parameters")
    }
  }

  private var hasValidParameters: Bool {
    let positive: [Double] =
      switch self {
      case .normal, .uniform, .halfNormal, .logNormal, .logistic: []
      case .generalizedNormal(let value), .studentT(let value), .blurredUniform(let value),
        .gamma(let value), .blurredExponential(let value), .pareto(let value), .weibull(let value):
        [value]
      case .beta(let a, let b): [a, b]
      case .sinhArcsinh(let skew, let tail): skew.isFinite ? [tail] : [.nan]
      }
    return positive.allSatisfy { $0 > 0 && $0.isFinite }
  }

  /// The formulas of this law, with their constants computed.
  ///
  /// - Precondition: the parameters are in their ranges.
  var formulas: any UnivariateFormulas {
    switch self {
    case .normal: Normal()
    case .generalizedNormal(let shape): GeneralizedNormal(shape: shape)
    case .studentT(let degrees): StudentT(degrees: degrees)
    case .sinhArcsinh(let skew, let tail): SinhArcsinh(skew: skew, tail: tail)
    case .uniform: Uniform()
    case .blurredUniform(let blur): BlurredUniform(blur: blur)
    case .beta(let a, let b): Beta(a: a, b: b)
    case .gamma(let shape): Gamma(shape: shape)
    case .blurredExponential(let blur): BlurredExponential(blur: blur)
    case .halfNormal: HalfNormal()
    case .logNormal: LogNormal()
    case .pareto(let shape): Pareto(shape: shape)
    case .weibull(let shape): Weibull(shape: shape)
    case .logistic: Logistic()
    }
  }
}

/// f(z) = sqrt(2 / pi) exp(-z^2 / 2), z >= 0.
struct HalfNormal: UnivariateFormulas {
  var standardDeviation: Double? { (1 - 2 / Double.pi).squareRoot() }

  func draw(using generator: inout Xoshiro256) -> Double { abs(generator.nextNormal()) }

  func evaluate(at z: Double) -> (logDensity: Double, score: Double) {
    guard z >= 0 else { return z.isNaN ? (z, z) : (-.infinity, 0) }
    return (0.5 * (log(2 / Double.pi) - z * z), -z)
  }
}

/// f(z) = exp(-log(z)^2 / 2) / (z sqrt(2 pi)), z > 0.
struct LogNormal: UnivariateFormulas {
  var standardDeviation: Double? { (exp(1) * (exp(1) - 1)).squareRoot() }

  func draw(using generator: inout Xoshiro256) -> Double { exp(generator.nextNormal()) }

  func evaluate(at z: Double) -> (logDensity: Double, score: Double) {
    guard z > 0 else { return z.isNaN ? (z, z) : (-.infinity, 0) }
    let logarithm = log(z)
    return (-logarithm - 0.5 * (logarithm * logarithm + log(2 * .pi)), -(1 + logarithm) / z)
  }
}

/// f(z) = a z^(-a - 1), z >= 1.
struct Pareto: UnivariateFormulas {
  let shape: Double

  init(shape: Double) {
    precondition(shape > 0, "the shape of a Pareto law is positive")
    self.shape = shape
  }

  var standardDeviation: Double? {
    shape > 2 ? (shape / (shape - 2)).squareRoot() / (shape - 1) : nil
  }

  func draw(using generator: inout Xoshiro256) -> Double { exp(generator.nextExponential() / shape) }

  func evaluate(at z: Double) -> (logDensity: Double, score: Double) {
    guard z >= 1 else { return z.isNaN ? (z, z) : (-.infinity, 0) }
    return (log(shape) - (shape + 1) * log(z), -(shape + 1) / z)
  }
}

/// f(z) = k z^(k - 1) exp(-z^k), z > 0.
struct Weibull: UnivariateFormulas {
  let shape: Double

  init(shape: Double) {
    precondition(shape > 0, "the shape of a Weibull law is positive")
    self.shape = shape
  }

  var standardDeviation: Double? {
    let mean = tgamma(1 + 1 / shape)
    return (tgamma(1 + 2 / shape) - mean * mean).squareRoot()
  }

  func draw(using generator: inout Xoshiro256) -> Double { pow(generator.nextExponential(), 1 / shape) }

  func evaluate(at z: Double) -> (logDensity: Double, score: Double) {
    guard z > 0 else { return z.isNaN ? (z, z) : (-.infinity, 0) }
    let power = pow(z, shape)
    return (log(shape) + (shape - 1) * log(z) - power, (shape - 1 - shape * power) / z)
  }
}
