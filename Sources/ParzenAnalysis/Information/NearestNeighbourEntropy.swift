import ParzenCore
import ParzenEstimators
import ParzenKernels
import ParzenPlatform

/// The Kozachenko-Leonenko estimate of differential entropy: with r_i the distance of sample i from its k-th
/// nearest neighbour,
///
///     H = psi(n) - psi(k) + log V_d + (d / n) sum over i of log r_i,
///
/// V_d the volume of the unit ball. Distances are in whitened coordinates, and the logarithm of the
/// determinant is added to H, so that units and correlations play no part. No density estimate is involved;
/// in high dimensions its bias falls as slowly as n^(-2/d).
///
/// L. Kozachenko, N. Leonenko, Problems of Information Transmission 23, 1987; k neighbours: Kraskov et al.,
/// Phys. Rev. E 69, 2004.
///
/// ```swift
/// let entropy = try NearestNeighbourEntropy(samples: samples)
/// let nats = (entropy.value, entropy.standardError)
/// ```
public struct NearestNeighbourEntropy: Sendable, Equatable, Codable {
  /// The estimate, in nats.
  public let value: Double
  /// The standard deviation of the samples' terms over sqrt(n); the bias is not in it.
  public let standardError: Double

  /// Estimates from n samples (n x d).
  ///
  /// - Parameter neighbours: k, less than n.
  /// - Throws: `ParzenError.invalidOption` if there are not more samples than neighbours;
  ///   `ParzenError.unusableSamples` for samples that are not finite or beyond 1e300, and where more than k
  ///   samples are equal, so that the density has a point mass.
  /// - Complexity: O(n log n) time in few dimensions, up to O(n^2 d) in many; O(n d) memory.
  public init(samples: Matrix, neighbours k: Int = 3, threads: Int = Parallelism.threads) throws(ParzenError)
  {
    let (n, d) = (samples.rows, samples.columns)
    guard k >= 1, n > k else {
      throw .invalidOption("\(k) nearest neighbours of \(n) samples: give at least 1, and fewer than samples")
    }
    try SampleDiagnosis.checkValues(samples)
    let (image, logScale) = try Self.whitened(samples)
    let distances = NeighbourTree(image).squaredDistances(toNeighbour: k, threads: threads)
    guard distances.allSatisfy({ $0 > 0 }) else {
      throw .unusableSamples(
        """
        more than \(k) samples are equal, so that nearest neighbours give no entropy: add a little noise, or \
        use more neighbours
        """
      )
    }
    let dimension = Double(d)
    let logVolume = dimension / 2 * log(Double.pi) - lgamma(dimension / 2 + 1)
    let constant = digamma(n) - digamma(k) + logVolume + logScale
    let terms = distances.map { constant + dimension / 2 * log($0) }
    let mean = terms.reduce(0, +) / Double(n)
    let squares = terms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    value = mean
    standardError = (squares / Double(n - 1) / Double(n)).squareRoot()
  }

  /// The samples where they spread in all directions alike, or in all columns where they lie in a plane, and
  /// the logarithm of the volume that has the unit there.
  private static func whitened(_ samples: Matrix) throws(ParzenError) -> (image: Matrix, logScale: Double) {
    if let whitening = try attempt(Whitening(samples: samples)) {
      return (whitening.whitened(samples), -whitening.logDeterminant)
    }
    let deviations = columnDeviations(samples)
    var standardised = samples
    for index in standardised.elements.indices {
      standardised.elements[index] /= deviations[index % samples.columns]
    }
    return (standardised, deviations.reduce(0) { $0 + log($1) })
  }
}

/// The digamma function at a positive integer: the harmonic sum, or its asymptotic series, to rounding.
private func digamma(_ n: Int) -> Double {
  guard n > 20 else { return (1..<n).reduce(-0.577_215_664_901_532_9) { $0 + 1 / Double($1) } }
  let x = Double(n)
  let inverse = 1 / (x * x)
  return log(x) - 0.5 / x - inverse * (1.0 / 12 - inverse * (1.0 / 120 - inverse / 252))
}
