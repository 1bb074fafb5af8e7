import ParzenCore
import ParzenPlatform

/// The law of T(x) for a smooth invertible map T and x from another distribution.
///
/// With x = T^-1(y): log f(y) = log f_x(x) - log abs det T'(x), which for a coupling is log f_x(x) - sum of
/// h_j(a), and the score is its exact gradient.
///
/// ```swift
/// let map = try Coupling(dimension: 2, strength: 0.5, using: &generator)
/// let warped = try SmoothWarp(mixture, by: map)
/// let logDensity = try warped.logDensity(at: queries)
/// ```
public struct SmoothWarp: Sendable {
  /// The law of x.
  public let base: any Distribution
  /// The map T.
  public let map: Coupling

  /// The image of a distribution under a map of the same dimension.
  ///
  /// - Throws: `ParzenError.invalidOption` for a map of another dimension.
  public init(_ base: any Distribution, by map: Coupling) throws(ParzenError) {
    guard base.dimension == map.dimension else {
      throw .invalidOption(
        "a map of \(map.dimension) dimensions is none of a law in \(base.dimension): make one of as many")
    }
    self.base = base
    self.map = map
  }
}

extension SmoothWarp: Distribution {
  public var dimension: Int { base.dimension }

  /// - Complexity: O(m d^2) beside the base's evaluation.
  public func evaluate(at queries: Matrix) throws(ParzenError) -> DensityEvaluation {
    try check(queries)
    let kept = map.kept
    // Back through the map, in rotated coordinates.
    var preimages = queries * map.rotation
    var waves: [Coupling.Waves] = []
    waves.reserveCapacity(queries.rows)
    preimages.updateRows { _, point in
      let wave = Coupling.Waves(map, at: point)
      for j in map.bends.indices {
        point[kept + j] = (point[kept + j] - wave.shift(j, map)) * exp(-wave.logScale(j, map))
      }
      waves.append(wave)
    }
    let base = try self.base.evaluate(at: preimages * map.rotation.transposed)
    var (logDensity, score) = (base.logDensity, base.score * map.rotation)
    preimages.elements.withUnsafeBufferPointer { preimages in
      score.updateRows { row, score in
        let moved = UnsafeBufferPointer(rebasing: preimages[row * dimension + kept..<(row + 1) * dimension])
        logDensity[row] -= pull(score, back: moved, waves[row])
      }
    }
    return DensityEvaluation(logDensity: logDensity, score: score * map.rotation.transposed)
  }

  /// Turns the score at x into that at T(x), in rotated coordinates, in place.
  ///
  /// - Parameter moved: the coordinates b of x.
  /// - Returns: log abs det T'(x).
  private func pull(
    _ score: UnsafeMutableBufferPointer<Double>, back moved: UnsafeBufferPointer<Double>,
    _ waves: Coupling.Waves
  ) -> Double {
    // Derivatives of log f in the four sines and in 9 tanh^2.
    var (sineGradient, bendGradient) = (SIMD4<Double>.zero, 0.0)
    var logDeterminant = 0.0
    for j in map.bends.indices {
      let logScale = waves.logScale(j, map)
      let old = score[map.kept + j]
      let new = old * exp(-logScale)  // also minus the derivative in g_j
      sineGradient -= new * map.shifts[j] + (old * moved[j] + 1) * map.logScales[j]
      bendGradient -= new * map.bends[j]
      score[map.kept + j] = new
      logDeterminant += logScale
    }
    let angleGradient = sineGradient * waves.cosines
    let slope = bendGradient * 6 * waves.bend * (1 - waves.bend * waves.bend)
    for i in map.frequencies.indices {
      score[i] += (angleGradient * map.frequencies[i]).sum() + slope * map.bendDirection[i]
    }
    return logDeterminant
  }

  /// - Complexity: O(count d^2) beside the base's sampling.
  public func sample(count: Int, using generator: inout some RandomNumberGenerator) -> Matrix {
    map.image(of: base.sample(count: count, using: &generator))
  }
}
