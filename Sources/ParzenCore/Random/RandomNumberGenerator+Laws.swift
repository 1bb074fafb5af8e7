import ParzenPlatform

extension RandomNumberGenerator {
  /// A uniform value in the open interval (0, 1): the midpoint of one of 2^52 equal cells, so never 0 or 1.
  @inlinable
  package mutating func nextUniform() -> Double {
    (Double(next() &>> 12) + 0.5) * 0x1p-52
  }

  /// A uniform value in the open interval (`low`, `high`).
  @inlinable
  package mutating func nextUniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * nextUniform()
  }

  /// A uniform integer in `0..<bound`.
  ///
  /// Unlike the standard library's, this sequence is part of the contract: it never changes.
  ///
  /// Source: D. Lemire, *Fast random integer generation in an interval*, ACM TOMACS 29 (2019).
  @inlinable
  package mutating func nextInteger(below bound: Int) -> Int {
    precondition(bound > 0, "an integer below \(bound) does not exist")
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// Either 1 or -1.
  @inlinable
  package mutating func nextSign() -> Double {
    Int64(bitPattern: next()) < 0 ? -1 : 1
  }

  /// A value from the gamma law of a shape a > 0 and scale 1: density x^(a - 1) exp(-x) / Gamma(a), mean a.
  ///
  /// Shapes below 1 are drawn at a + 1 and multiplied by U^(1/a); for shapes below about 0.01 the result may
  /// underflow to zero.
  ///
  /// Source: G. Marsaglia, W. W. Tsang, *A simple method for generating gamma variables*, ACM TOMS 26 (2000).
  @inlinable
  package mutating func nextGamma(shape: Double) -> Double {
    precondition(shape > 0, "the shape of a gamma law is positive")
    if shape == 1 { return nextExponential() }
    if shape < 1 { return nextGamma(shape: shape + 1) * exp(-nextExponential() / shape) }
    let d = shape - 1 / 3.0
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = nextNormal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      let u = nextUniform()
      let square = x * x
      if u < 1 - 0.0331 * square * square { return d * v }
      if log(u) < 0.5 * square + d * (1 - v + log(v)) { return d * v }
    }
  }

  /// A value from the chi-square law of `degrees` > 0 degrees of freedom, which need not be an integer.
  @inlinable
  package mutating func nextChiSquare(degrees: Double) -> Double {
    2 * nextGamma(shape: degrees / 2)
  }

  /// A value from the beta law on (0, 1): density proportional to x^(a - 1) (1 - x)^(b - 1).
  @inlinable
  package mutating func nextBeta(_ a: Double, _ b: Double) -> Double {
    let x = nextGamma(shape: a)
    return x / (x + nextGamma(shape: b))
  }

  /// A random probability vector of the Dirichlet law with all parameters equal to `concentration`.
  ///
  /// At 1 it is uniform on the simplex; small values give very unequal weights.
  package mutating func nextDirichlet(count: Int, concentration: Double = 1) -> [Double] {
    let values = (0..<count).map { _ in nextGamma(shape: concentration) }
    let total = values.reduce(0, +)
    return total > 0 ? values.map { $0 / total } : [1] + [Double](repeating: 0, count: count - 1)
  }

  /// A random permutation of `0..<count`, uniform over all (Fisher and Yates).
  ///
  /// - Complexity: O(count).
  package mutating func nextPermutation(of count: Int) -> [Int] {
    nextSubset(of: count, size: count)
  }

  /// `size` different integers of `0..<count` in random order: the beginning of a random permutation.
  ///
  /// - Complexity: O(count) time and memory.
  package mutating func nextSubset(of count: Int, size: Int) -> [Int] {
    precondition(size <= count, "a subset is no larger than the set")
    var indices = Array(0..<count)
    for position in 0..<size {
      indices.swapAt(position, position + nextInteger(below: count - position))
    }
    return Array(indices.prefix(size))
  }
}
