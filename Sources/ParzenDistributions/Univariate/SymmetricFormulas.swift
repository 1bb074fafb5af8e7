import ParzenCore
import ParzenPlatform

private let logTwoPi = log(2 * Double.pi)

struct Normal: UnivariateFormulas {
  var standardDeviation: Double? { 1 }

  func draw(using generator: inout Xoshiro256) -> Double { generator.nextNormal() }

  func evaluate(at z: Double) -> (logDensity: Double, score: Double) {
    (-0.5 * (z * z + logTwoPi), -z)
  }
}

struct GeneralizedNormal: UnivariateFormulas {
  let shape: Double
  let logConstant: Double

  init(shape: Double) {
    precondition(shape > 0, "the shape of a generalised normal law is positive")
    self.shape = shape
    logConstant = log(shape / 2) - lgamma(1 / shape)
  }

  var standardDeviation: Double? { exp((lgamma(3 / shape) - lgamma(1 / shape)) / 2) }

  /// |z|^b has the gamma law of shape 1/b, which is U^b times one of shape 1 + 1/b for a uniform U.
  func draw(using generator: inout Xoshiro256) -> Double {
    if shape == 1 { return generator.nextSign() * generator.nextExponential() }
    let size = pow(generator.nextGamma(shape: 1 + 1 / shape), 1 / shape) * generator.nextUniform()
    return generator.nextSign() * size
  }

  func evaluate(at z: Double) -> (logDensity: Double, score: Double) {
    let power = shape == 1 ? abs(z) : pow(abs(z), shape)
    return (logConstant - power, z == 0 ? 0 : -shape * power / z)
  }
}

struct StudentT: UnivariateFormulas {
  let degrees: Double
  let logConstant: Double

  init(degrees: Double) {
    precondition(degrees > 0, "the degrees of freedom of Student's t are positive")
    self.degrees = degrees
    logConstant = lgamma((degrees + 1) / 2) - lgamma(degrees / 2) - log(degrees * .pi) / 2
  }

  var standardDeviation: Double? { degrees > 2 ? (degrees / (degrees - 2)).squareRoot() : nil }

  func draw(using generator: inout Xoshiro256) -> Double {
    generator.nextNormal() * (degrees / generator.nextChiSquare(degrees: degrees)).squareRoot()
  }

  func evaluate(at z: Double) -> (logDensity: Double, score: Double) {
    let square = z * z
    return (
      logConstant - (degrees + 1) / 2 * log1p(square / degrees), -(degrees + 1) * z / (degrees + square)
    )
  }
}

struct Uniform: UnivariateFormulas {
  var standardDeviation: Double? { 1 / 3.0.squareRoot() }

  func draw(using generator: inout Xoshiro256) -> Double { generator.nextUniform(-1, 1) }

  func evaluate(at z: Double) -> (logDensity: Double, score: Double) {
    (abs(z) <= 1 ? -log(2) : -.infinity, 0)
  }
}

/// f(z) = (erfc(u) - erfc(v)) / 4 with u, v = (|z| -+ 1) / (sqrt(2) blur).
struct BlurredUniform: UnivariateFormulas {
  let blur: Double

  init(blur: Double) {
    precondition(blur > 0, "a blur is positive")
    self.blur = blur
  }

  var standardDeviation: Double? { (1 / 3.0 + blur * blur).squareRoot() }

  func draw(using generator: inout Xoshiro256) -> Double {
    generator.nextUniform(-1, 1) + blur * generator.nextNormal()
  }

  func evaluate(at z: Double) -> (logDensity: Double, score: Double) {
    let scale = 1 / (2.0.squareRoot() * blur)
    let (u, v) = ((abs(z) - 1) * scale, (abs(z) + 1) * scale)
    // Beyond the edge, both terms divided by exp(-u^2), which underflows first.
    let excess = exp((u - v) * (u + v))  // exp(u^2 - v^2) <= 1
    let (difference, exponent) =
      u > 0
      ? (scaledComplementaryErrorFunction(u) - scaledComplementaryErrorFunction(v) * excess, -u * u)
      : (erfc(u) - erfc(v), 0)
    let edge = exp(-u * u - exponent) * (1 - excess)
    let slope = -edge / difference * (2 / Double.pi).squareRoot() / blur
    return (exponent + log(difference / 4), z < 0 ? -slope : slope)
  }
}

/// f(z) = exp(-|z|) / (1 + exp(-|z|))^2.
struct Logistic: UnivariateFormulas {
  var standardDeviation: Double? { .pi / 3.0.squareRoot() }

  func draw(using generator: inout Xoshiro256) -> Double {
    let u = generator.nextUniform()
    return log(u) - log1p(-u)
  }

  func evaluate(at z: Double) -> (logDensity: Double, score: Double) {
    (-abs(z) - 2 * log1p(exp(-abs(z))), -tanh(z / 2))
  }
}
