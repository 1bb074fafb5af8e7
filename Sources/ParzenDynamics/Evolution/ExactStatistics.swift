import ParzenCore
import ParzenDistributions

/// What the exact solution has beside a record of the particles.
///
/// ```swift
/// func entropyErrors(of evolution: ParticleEvolution, from start: some Distribution) -> [Double?] {
///   let exact = evolution.exactStatistics(start: start)
///   return zip(evolution.records, exact ?? []).map { record, exact in
///     exact.entropy.map { record.entropy - $0 }
///   }
/// }
/// ```
public struct ExactStatistics: Sendable {
  /// The mean and the covariance, from the particles' own at the start.
  public var mean: [Double]
  public var covariance: Matrix
  /// The mean energy, where the moments determine it.
  public var energy: Double?
  /// The entropy, where the density is known: a mean over `entropyDraws` draws, the same random numbers at
  /// every time.
  public var entropy: Double?
  /// The mean of |x - mean|^4 over the square of the mean variance, where the density is known. So it can be
  /// compared with particles whose covariance differs a little from the density's.
  public var scaledFourthMoment: Double?

  /// The draws behind an entropy; its standard error is about 0.007 for a Gaussian in two dimensions.
  public static let entropyDraws = 20_000
}

extension ParticleEvolution {
  /// The exact statistics at the times of all records; nil if the equation's exact moments are not known.
  ///
  /// - Parameter start: the density that the particles were drawn from, where it is known.
  /// - Complexity: a record costs `ExactStatistics.entropyDraws` evaluations where the density is known.
  public func exactStatistics(start: (any Distribution)? = nil) -> [ExactStatistics]? {
    var result: [ExactStatistics] = []
    for record in records {
      guard let (mean, covariance) = equation.exactMoments(after: record.time, from: records[0].moments)
      else { return nil }
      let density = start.flatMap { equation.exactDensity(after: record.time, from: $0) }
      result.append(
        ExactStatistics(
          mean: mean, covariance: covariance, energy: equation.energy(mean: mean, covariance: covariance),
          entropy: (density as? any Distribution).flatMap(entropy(of:)),
          scaledFourthMoment: density.flatMap(scaledFourthMoment(of:))))
    }
    return result
  }

  private func entropy(of density: any Distribution) -> Double? {
    var generator = Xoshiro256(seed: 1)
    let draws = density.sample(count: ExactStatistics.entropyDraws, using: &generator)
    guard let logDensity = try? density.logDensity(at: draws) else { return nil }
    return -logDensity.reduce(0, +) / Double(draws.rows)
  }

  private func scaledFourthMoment(of density: any Density) -> Double? {
    if let density = density as? BobylevDensity { return density.fourthMoment }  // of unit temperature
    guard let mixture = density as? GaussianMixture else { return nil }
    // For x = e + z with z from N(0, S): |e|^4 + 2 |e|^2 tr S + 4 e . S e + (tr S)^2 + 2 tr S^2.
    let mean = mixture.mean
    let temperature = mixture.covariance.meanDiagonal
    let fourthMoment = (0..<mixture.componentCount).reduce(0.0) { sum, k in
      let covariance = mixture.covariance(of: k)
      let e = mean.indices.map { mixture.means[k, $0] - mean[$0] }
      let square = e.reduce(0) { $0 + $1 * $1 }
      let trace = mean.indices.reduce(0) { $0 + covariance[$1, $1] }
      let along = (covariance * Matrix(rows: e.count, columns: 1, elements: e)).elements
      let squares = covariance.elements.reduce(0) { $0 + $1 * $1 }
      let value =
        square * square + 2 * square * trace + 4 * zip(e, along).reduce(0) { $0 + $1.0 * $1.1 }
        + trace * trace + 2 * squares
      return sum + mixture.weights[k] * value
    }
    return fourthMoment / (temperature * temperature)
  }
}

extension ParticleEvolution {
  /// The largest change of momentum since the start, over the particles' spread at the start; meaningful
  /// where the equation keeps it.
  public var momentumDrift: Double {
    let start = records[0].moments
    let spread = (Double(start.mean.count) * start.temperature).squareRoot()
    return records.reduce(0) { worst, record in
      let square = zip(record.moments.mean, start.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return max(worst, square.squareRoot() / spread)
    }
  }

  /// The largest change of energy since the start, relative to the start; meaningful where the equation keeps
  /// it.
  public var energyDrift: Double {
    let start = records[0].energy
    return records.reduce(0) { max($0, abs($1.energy - start) / abs(start)) }
  }

  /// The largest fall of the entropy below its highest value so far.
  public var largestEntropyFall: Double {
    var (highest, fall) = (-Double.infinity, 0.0)
    for record in records {
      highest = max(highest, record.entropy)
      fall = max(fall, highest - record.entropy)
    }
    return fall
  }

  /// The largest deviation of the covariance's entries from the exact ones, relative to sqrt(C_ii C_jj) of
  /// the exact one; nil where no exact moments are known. The exact solution begins with the particles' own
  /// moments.
  public var covarianceDeviation: Double? {
    var worst = 0.0
    for record in records {
      guard let exact = equation.exactMoments(after: record.time, from: records[0].moments)?.covariance else {
        return nil
      }
      for i in 0..<exact.rows {
        for j in 0...i {
          let scale = (exact[i, i] * exact[j, j]).squareRoot()
          worst = max(worst, abs(record.moments.covariance[i, j] - exact[i, j]) / scale)
        }
      }
    }
    return worst
  }
}
