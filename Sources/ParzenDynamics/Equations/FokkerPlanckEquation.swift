import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// The Fokker-Planck equation df/dt = div(f grad V + D grad f): diffusion D in a potential V.
///
/// Particles follow dx/dt = -grad V - D grad log f. With a harmonic potential it is the Ornstein-Uhlenbeck
/// process, whose moments are known from any start and whose density from a mixture of Gaussians.
///
/// ```swift
/// let equation = try FokkerPlanckEquation(
///   potential: .doubleWell(barrier: 2, wells: 1, stiffness: 1), diffusion: 0.5)
/// ```
public struct FokkerPlanckEquation: ParticleEquation, Equatable {
  /// V.
  public let potential: Potential
  /// D > 0, in squared units of the data for each unit of time.
  public let diffusion: Double
  public let name: String

  public var conservesMomentumAndEnergy: Bool { false }

  /// The equation of a potential.
  ///
  /// - Throws: `ParzenError.invalidOption` unless the diffusion is positive and finite.
  public init(potential: Potential, diffusion: Double) throws(ParzenError) {
    try self.init(potential: potential, diffusion: diffusion, name: "Fokker-Planck")
  }

  private init(potential: Potential, diffusion: Double, name: String) throws(ParzenError) {
    guard diffusion > 0, diffusion.isFinite else {
      throw .invalidOption("the diffusion is \(diffusion): give a positive number")
    }
    self.potential = potential
    self.diffusion = diffusion
    self.name = name
  }

  /// The Ornstein-Uhlenbeck process dX = -rate X dt + sqrt(2 D) dW.
  ///
  /// - Throws: `ParzenError.invalidOption` unless both are positive and finite.
  public static func ornsteinUhlenbeck(rate: Double = 1, diffusion: Double = 1) throws(ParzenError)
    -> FokkerPlanckEquation
  {
    guard rate > 0, rate.isFinite else {
      throw .invalidOption("the rate is \(rate): give a positive number")
    }
    return try FokkerPlanckEquation(
      potential: .harmonic(stiffness: [rate]), diffusion: diffusion, name: "Ornstein-Uhlenbeck")
  }

  public func check(dimension: Int) throws(ParzenError) { try potential.check(dimension: dimension) }

  /// - Complexity: O(n d), on the calling thread.
  public func velocity(at positions: Matrix, score: Matrix, threads: Int) -> Matrix {
    var result = score
    let d = positions.columns
    for index in result.elements.indices {
      result.elements[index] =
        -potential.slope(positions.elements[index], coordinate: index % d)
        - diffusion * score.elements[index]
    }
    return result
  }

  /// The mean of V.
  public func energy(of positions: Matrix) -> Double {
    let d = positions.columns
    let sum = positions.elements.indices.reduce(0) {
      $0 + potential.value(positions.elements[$1], coordinate: $1 % d)
    }
    return sum / Double(positions.rows)
  }

  public func energy(mean: [Double], covariance: Matrix) -> Double? {
    guard case .harmonic = potential else { return nil }
    return mean.indices.reduce(0) {
      $0 + potential.value((covariance[$1, $1] + mean[$1] * mean[$1]).squareRoot(), coordinate: $1)
    }
  }

  /// With a harmonic potential: mean_i e^(-k_i t), and covariance_ij e^(-(k_i + k_j) t) plus (D / k_i)(1 -
  /// e^(-2 k_i t)) on the diagonal.
  public func exactMoments(
    after time: Double, from start: ParticleMoments
  ) -> (mean: [Double], covariance: Matrix)? {
    guard let decay = decay(after: time, dimension: start.mean.count) else { return nil }
    return (
      zip(start.mean, decay.factors).map(*),
      decayed(start.covariance, decay.factors, gain: decay.gain)
    )
  }

  /// With a harmonic potential, of a mixture of Gaussians: every component by itself.
  public func exactDensity(after time: Double, from start: any Density) -> (any Density)? {
    guard let start = start as? GaussianMixture,
      let (factors, gain) = decay(after: time, dimension: start.dimension)
    else { return nil }
    var means = start.means
    for k in 0..<means.rows { for i in factors.indices { means[k, i] *= factors[i] } }
    let covariances = (0..<means.rows).map { decayed(start.covariance(of: $0), factors, gain: gain) }
    return try? GaussianMixture(weights: start.weights, means: means, covariances: covariances)
  }

  /// The Boltzmann law, density proportional to exp(-V / D).
  public func equilibrium(from start: ParticleMoments) -> ParticleEquilibrium? {
    let d = start.mean.count
    var (covariance, entropy) = (Matrix(rows: d, columns: d), 0.0)
    for i in 0..<d {
      let law = potential.boltzmannLaw(coordinate: i, diffusion: diffusion)
      covariance[i, i] = law.variance
      entropy += law.entropy
    }
    return ParticleEquilibrium(
      mean: [Double](repeating: 0, count: d), covariance: covariance, entropy: entropy)
  }

  /// In a harmonic potential, the factors by which coordinates shrink in some time and the variances that
  /// they gain.
  private func decay(after time: Double, dimension: Int) -> (factors: [Double], gain: [Double])? {
    guard case .harmonic(let stiffness) = potential else { return nil }
    let rates = (0..<dimension).map { stiffness[stiffness.count == 1 ? 0 : $0] }
    return (rates.map { exp(-$0 * time) }, rates.map { -diffusion / $0 * expm1(-2 * $0 * time) })
  }

  private func decayed(_ covariance: Matrix, _ factors: [Double], gain: [Double]) -> Matrix {
    var result = covariance
    for i in factors.indices {
      for j in factors.indices { result[i, j] *= factors[i] * factors[j] }
      result[i, i] += gain[i]
    }
    return result
  }
}
