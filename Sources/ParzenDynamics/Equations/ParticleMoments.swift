import ParzenCore

/// Means over particles.
///
/// ```swift
/// let moments = try ParticleMoments(samples)
/// print(moments.mean, moments.covariance)
/// ```
public struct ParticleMoments: Sendable, Equatable {
  /// The mean position, d values; of velocities, the momentum for each unit of mass.
  public var mean: [Double]
  /// The covariance about the mean, divided by n: d x d.
  public var covariance: Matrix
  /// The mean of |x - mean|^4.
  public var fourthMoment: Double

  /// The moments of n particles (n x d).
  ///
  /// - Throws: `ParzenError.unusableSamples` if there are none.
  /// - Complexity: O(n d^2).
  public init(_ positions: Matrix) throws(ParzenError) {
    let (n, d) = (positions.rows, positions.columns)
    guard n > 0 else { throw .unusableSamples("no particles have no moments: give at least one") }
    var mean = [Double](repeating: 0, count: d)
    for row in 0..<n { for i in 0..<d { mean[i] += positions[row, i] } }
    for i in 0..<d { mean[i] /= Double(n) }
    var covariance = Matrix(rows: d, columns: d)
    var fourth = 0.0
    var difference = mean
    for row in 0..<n {
      var square = 0.0
      for i in 0..<d {
        difference[i] = positions[row, i] - mean[i]
        square += difference[i] * difference[i]
        for j in 0...i { covariance[i, j] += difference[i] * difference[j] }
      }
      fourth += square * square
    }
    for i in 0..<d {
      for j in 0...i {
        covariance[i, j] /= Double(n)
        covariance[j, i] = covariance[i, j]
      }
    }
    (self.mean, self.covariance, fourthMoment) = (mean, covariance, fourth / Double(n))
  }

  init(mean: [Double], covariance: Matrix, fourthMoment: Double) {
    (self.mean, self.covariance, self.fourthMoment) = (mean, covariance, fourthMoment)
  }

  /// The mean variance of a coordinate, trace of the covariance / d.
  public var temperature: Double { covariance.meanDiagonal }

  /// The mean of |x - mean|^4 over the square of the mean variance; d (d + 2) for an isotropic Gaussian.
  public var scaledFourthMoment: Double { fourthMoment / (temperature * temperature) }
}

extension Matrix {
  /// The mean of the diagonal.
  package var meanDiagonal: Double { (0..<rows).reduce(0) { $0 + self[$1, $1] } / Double(rows) }
}

/// What is known of the particles at one time.
///
/// ```swift
/// func entropies(of evolution: ParticleEvolution) -> [(time: Double, entropy: Double)] {
///   evolution.records.map { ($0.time, $0.entropy) }
/// }
/// ```
public struct ParticleRecord: Sendable, Equatable {
  /// The time since the start.
  public var time: Double
  public var moments: ParticleMoments
  /// The mean energy of a particle, as the equation defines it.
  public var energy: Double
  /// The entropy -integral of f log f by resubstitution: minus the mean, over the particles, of the estimated
  /// log density.
  public var entropy: Double
  /// The rate at which the entropy grows, -(1/n) sum of score . velocity. The Landau equation's is never
  /// negative.
  public var entropyRate: Double
}
