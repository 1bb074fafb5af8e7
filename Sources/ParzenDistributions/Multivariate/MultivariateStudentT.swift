import ParzenCore
import ParzenPlatform

/// The elliptical Student t law with independent scales: location + scales * z sqrt(nu / chi^2_nu) for a
/// standard normal vector z and one chi-square value for all coordinates, which are therefore dependent.
///
/// Density: Gamma((nu + d)/2) / (Gamma(nu/2) (nu pi)^(d/2) prod scales) (1 + r^2 / nu)^(-(nu + d)/2) with r^2
/// the sum of ((y_i - location_i) / scale_i)^2.
///
/// ```swift
/// let target = try MultivariateStudentT(degrees: 3, location: [0, 0], scales: [1, 2])
/// let draws = target.sample(count: 1_000, using: &generator)
/// ```
public struct MultivariateStudentT: Sendable, Equatable {
  /// The degrees of freedom nu > 0.
  public let degrees: Double
  /// The centre, d values.
  public let location: [Double]
  /// The scale of each coordinate, positive, d values.
  public let scales: [Double]

  /// A law from its parameters.
  ///
  /// - Throws: `ParzenError.invalidOption` for no coordinate, other numbers of locations and scales, degrees
  ///   or scales that are not positive, and numbers that are not finite.
  public init(degrees: Double, location: [Double], scales: [Double]) throws(ParzenError) {
    try UnivariateLaw.studentT(degrees: degrees).check()
    guard !location.isEmpty, location.count == scales.count else {
      throw .invalidOption(
        "\(location.count) locations and \(scales.count) scales make no law: give one of each per coordinate")
    }
    for (place, scale) in zip(location, scales) {
      _ = try UnivariateDistribution(.normal, location: place, scale: scale)
    }
    self.degrees = degrees
    self.location = location
    self.scales = scales
  }
}

extension MultivariateStudentT: Distribution, MarginalizableDensity {
  public var dimension: Int { location.count }

  /// - Complexity: O(m d) time and memory.
  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    let d = Double(dimension)
    let logVolume = d / 2 * log(degrees * .pi) + scales.reduce(0) { $0 + log($1) }
    let constant = lgamma((degrees + d) / 2) - lgamma(degrees / 2) - logVolume
    return DensityEvaluation(pointwise: queries) { point, score in
      var square = 0.0
      for i in 0..<dimension {
        let z = (point[i] - location[i]) / scales[i]
        square += z * z
        score[i] = z / scales[i]
      }
      let factor = -(degrees + d) / (degrees + square)
      for i in 0..<dimension { score[i] *= factor }
      return constant - (degrees + d) / 2 * log1p(square / degrees)
    }
  }

  /// - Complexity: O(count d) time and memory.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    var generator = Xoshiro256(drawnFrom: &generator)
    return Matrix(count: count, dimension: dimension) { point in
      let spread = (degrees / generator.nextChiSquare(degrees: degrees)).squareRoot()
      for i in 0..<dimension { point[i] = location[i] + scales[i] * spread * generator.nextNormal() }
    }
  }

  public func marginal(of columns: [Int]) -> MultivariateStudentT {
    byConstruction {
      try MultivariateStudentT(
        degrees: degrees, location: columns.map { location[$0] }, scales: columns.map { scales[$0] })
    }
  }
}
