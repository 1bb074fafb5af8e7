import ParzenCore
import ParzenPlatform

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
