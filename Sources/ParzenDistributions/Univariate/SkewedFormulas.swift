import ParzenCore
import ParzenPlatform

/// With q = tail arsinh(z) - skew, sinh(q) is standard normal.
struct SinhArcsinh: UnivariateFormulas {
  let skew: Double
  let tail: Double

  init(skew: Double, tail: Double) {
    precondition(tail > 0, "the tail parameter of a sinh-arcsinh law is positive")
    self.skew = skew
    self.tail = tail
  }

  var standardDeviation: Double? { nil }

  func draw(using generator: inout Xoshiro256) -> Double {
    sinh((asinh(generator.nextNormal()) + skew) / tail)
  }

  func evaluate(at z: Double) -> (logDensity: Double, score: Double) {
    let root = hypot(1, z)
    let q = tail * asinh(z) - skew
    let slope = tail / root  // dq/dz
    let size = min(abs(q), 350)  // the square of sinh(350) is still finite
    let (growing, falling) = (exp(size), exp(-size))
    let (sine, cosine) = (copysign(growing - falling, q) / 2, (growing + falling) / 2)
    let logDensity = -0.5 * (sine * sine + log(2 * .pi)) + log(cosine * slope)
    return (logDensity, (sine / cosine - sine * cosine) * slope - z / root / root)
  }
}

struct Beta: UnivariateFormulas {
  let a: Double
  let b: Double
  let logConstant: Double

  init(a: Double, b: Double) {
    precondition(a > 0 && b > 0, "the parameters of a beta law are positive")
    self.a = a
    self.b = b
    logConstant = lgamma(a + b) - lgamma(a) - lgamma(b)
  }

  var standardDeviation: Double? { (a * b / (a + b + 1)).squareRoot() / (a + b) }

  func draw(using generator: inout Xoshiro256) -> Double { generator.nextBeta(a, b) }

  func evaluate(at z: Double) -> (logDensity: Double, score: Double) {
    guard z > 0, z < 1 else { return z.isNaN ? (z, z) : (-.infinity, 0) }
    return (logConstant + (a - 1) * log(z) + (b - 1) * log1p(-z), (a - 1) / z - (b - 1) / (1 - z))
  }
}

struct Gamma: UnivariateFormulas {
  let shape: Double
  let logConstant: Double

  init(shape: Double) {
    precondition(shape > 0, "the shape of a gamma law is positive")
    self.shape = shape
    logConstant = -lgamma(shape)
  }

  var standardDeviation: Double? { shape.squareRoot() }

  func draw(using generator: inout Xoshiro256) -> Double { generator.nextGamma(shape: shape) }

  func evaluate(at z: Double) -> (logDensity: Double, score: Double) {
    guard z > 0 else { return z.isNaN ? (z, z) : (-.infinity, 0) }
    return (logConstant + (shape - 1) * log(z) - z, (shape - 1) / z - 1)
  }
}

/// f(z) = exp(blur^2 / 2 - z) erfc(v) / 2 with v = (blur - z / blur) / sqrt(2); the exponent is v^2 - (z /
/// blur)^2 / 2.
struct BlurredExponential: UnivariateFormulas {
  let blur: Double

  init(blur: Double) {
    precondition(blur > 0, "a blur is positive")
    self.blur = blur
  }

  var standardDeviation: Double? { (1 + blur * blur).squareRoot() }

  func draw(using generator: inout Xoshiro256) -> Double {
    generator.nextExponential() + blur * generator.nextNormal()
  }

  func evaluate(at z: Double) -> (logDensity: Double, score: Double) {
    let v = (blur - z / blur) / 2.0.squareRoot()
    let edge = (2 / Double.pi).squareRoot() / blur
    if v > 0 {
      let scaled = scaledComplementaryErrorFunction(v)
      let standardized = z / blur
      return (log(scaled / 2) - standardized * standardized / 2, edge / scaled - 1)
    }
    return (blur * blur / 2 - z + log(erfc(v) / 2), edge * exp(-v * v) / erfc(v) - 1)
  }
}
