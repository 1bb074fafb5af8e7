import ParzenPlatform

/// exp(x^2) erfc(x) for x >= 0, which stays finite and positive where both factors do not.
///
/// From x = 20 on by the asymptotic series, whose first left-out term is below 4e-14 of the value; below, by
/// the product, with a relative error of about 2 x^2 ulps.
func scaledComplementaryErrorFunction(_ x: Double) -> Double {
  guard x > 20 else { return exp(x * x) * erfc(x) }
  let y = 1 / (2 * x * x)
  let series = 1 + y * (-1 + y * (3 + y * (-15 + y * (105 - y * 945))))
  return series / (x * Double.pi.squareRoot())
}
