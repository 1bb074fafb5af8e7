import ParzenCore
import ParzenPlatform

/// The Bobylev-Krook-Wu density of unit temperature, the known solution of the Landau equation for Maxwell
/// molecules:
///
///     f(v) = (2 pi K)^(-d/2) exp(-|v|^2 / (2 K)) (a + c |v|^2),
///     a = ((d + 2) K - d) / (2 K),   c = (1 - K) / (2 K^2),
///
/// with d / (d + 2) <= K <= 1. At K = 1 it is the standard normal law; below, the centre is emptied.
///
/// Source: A. V. Bobylev, Dokl. Akad. Nauk SSSR 225 (1975); M. Krook, T. T. Wu, Phys. Rev. Lett. 36 (1976);
/// in this form in J. A. Carrillo, J. Hu, L. Wang, J. Wu, J. Comput. Phys. X 7 (2020).
///
/// ```swift
/// let start = try BobylevDensity(dimension: 2, width: 0.6)
/// let particles = start.sample(count: 2_000, using: &generator)
/// ```
public struct BobylevDensity: Sendable, Equatable {
  /// d, at least 2.
  public let dimension: Int
  /// K.
  public let width: Double

  /// The density of a width.
  ///
  /// - Throws: `ParzenError.invalidOption` unless d / (d + 2) <= K <= 1: below, the density would be
  ///   negative.
  public init(dimension: Int, width: Double) throws(ParzenError) {
    let lowest = Double(dimension) / Double(dimension + 2)
    guard dimension >= 2, width >= lowest, width <= 1 else {
      throw .invalidOption("the width is \(width): in \(dimension) dimensions give one from \(lowest) to 1")
    }
    self.dimension = dimension
    self.width = width
  }

  /// The probability of the Gaussian part; the rest has the density of |v|^2 times a Gaussian.
  var gaussianShare: Double {
    (Double(dimension + 2) * width - Double(dimension)) / (2 * width)
  }

  /// The mean of |v|^4, d (d + 2) K (2 - K).
  public var fourthMoment: Double {
    Double(dimension * (dimension + 2)) * width * (2 - width)
  }
}

extension BobylevDensity: Distribution {
  /// - Complexity: O(m d) time and memory.
  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    let d = Double(dimension)
    let (a, c) = (gaussianShare, (1 - width) / (2 * width * width))
    var score = queries
    let logDensity = (0..<queries.rows).map { row in
      let square = queries[row: row].reduce(0) { $0 + $1 * $1 }
      let factor = a + c * square
      let slope = 2 * c / factor - 1 / width
      for i in 0..<dimension { score[row, i] *= slope }
      return log(factor) - square / (2 * width) - d / 2 * log(2 * .pi * width)
    }
    return DensityEvaluation(logDensity: logDensity, score: score)
  }

  /// |v|^2 is K times a chi-square value of d or, for the emptied part, d + 2 degrees of freedom.
  ///
  /// - Complexity: O(count d) time and memory.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    var generator = Xoshiro256(drawnFrom: &generator)
    var result = Matrix(rows: count, columns: dimension)
    for row in 0..<count {
      let degrees = Double(generator.nextUniform() < gaussianShare ? dimension : dimension + 2)
      let radius = (width * generator.nextChiSquare(degrees: degrees)).squareRoot()
      var square = 0.0
      for i in 0..<dimension {
        result[row, i] = generator.nextNormal()
        square += result[row, i] * result[row, i]
      }
      for i in 0..<dimension { result[row, i] *= radius / square.squareRoot() }
    }
    return result
  }
}
