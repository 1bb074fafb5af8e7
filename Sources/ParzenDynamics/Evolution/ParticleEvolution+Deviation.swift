import ParzenCore

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
