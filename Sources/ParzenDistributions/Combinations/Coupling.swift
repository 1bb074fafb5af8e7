import ParzenCore
import ParzenPlatform

/// A smooth invertible map of R^d, d >= 2, with a closed-form inverse and Jacobian.
///
/// In rotated coordinates z = x Q, split into a (the first d/2, rounded down) and b (the rest), a stays and
///
///     b_j -> b_j exp(h_j(a)) + g_j(a),   h_j(a) = sum over 4 waves v of H_vj sin(W_v.a + phase_v),
///     g_j(a) = sum over v of G_vj sin(W_v.a + phase_v) + c_j 9 tanh(w.a / 3)^2,
///
/// then the rotation is undone. The last part of g is a parabola c_j (w.a)^2 near the origin that levels off.
///
/// Source: the affine coupling layers of L. Dinh, J. Sohl-Dickstein, S. Bengio, *Density estimation using
/// Real NVP* (2017).
///
/// ```swift
/// let coupling = try Coupling(dimension: 2, strength: 0.5, using: &generator)
/// let moved = try coupling(samples)
/// ```
public struct Coupling: Sendable, Equatable {
  /// Q, d x d, orthogonal; rows are multiplied from the right.
  let rotation: Matrix
  /// W: of each coordinate of a, its part in the four waves.
  let frequencies: [SIMD4<Double>]
  /// The phases of the waves.
  let phases: SIMD4<Double>
  /// G: of each coordinate of b, its shifts by the four waves.
  let shifts: [SIMD4<Double>]
  /// H: of each coordinate of b, its log scales by the four waves.
  let logScales: [SIMD4<Double>]
  /// w, the unit vector in a along which b is bent.
  let bendDirection: [Double]
  /// c, of each coordinate of b, by how much.
  let bends: [Double]

  /// A random map.
  ///
  /// - Parameters:
  ///   - dimension: d, at least 2.
  ///   - strength: the size of the shifts, in the units of the space; 0 is the identity, 0.2 to 0.8 bend
  ///     visibly.
  /// - Throws: `ParzenError.invalidOption` for fewer than two dimensions, and a strength that is not finite.
  public init(
    dimension: Int, strength: Double, using generator: inout some RandomNumberGenerator
  ) throws(ParzenError) {
    guard dimension >= 2, strength.isFinite else {
      throw .invalidOption(
        "no coupling has \(dimension) dimensions and strength \(strength): give at least 2, and a finite one")
    }
    var generator = Xoshiro256(drawnFrom: &generator)
    let kept = dimension / 2
    let moved = dimension - kept
    func waves(_ count: Int, _ scale: Double) -> [SIMD4<Double>] {
      (0..<count).map { _ in
        let wave = SIMD4(
          generator.nextNormal(), generator.nextNormal(), generator.nextNormal(), generator.nextNormal())
        return scale * wave
      }
    }
    rotation = .randomOrthogonal(dimension, using: &generator)
    frequencies = waves(kept, 0.7 / Double(kept).squareRoot())
    phases =
      SIMD4(
        generator.nextUniform(), generator.nextUniform(), generator.nextUniform(), generator.nextUniform())
      * (2 * .pi)
    shifts = waves(moved, strength)
    logScales = waves(moved, 0.15 * strength)
    let direction = (0..<kept).map { _ in generator.nextNormal() }
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    bendDirection = direction.map { $0 / length }
    bends = (0..<moved).map { _ in 0.25 * strength * generator.nextNormal() }
  }

  /// The dimension d.
  public var dimension: Int { rotation.rows }

  /// The number of coordinates in a.
  var kept: Int { frequencies.count }

  /// The images of points: m x d.
  ///
  /// - Throws: `ParzenError.dimensionMismatch` for points of another dimension.
  /// - Complexity: O(m d^2).
  public func callAsFunction(_ points: Matrix) throws(ParzenError) -> Matrix {
    guard points.columns == dimension else {
      throw .dimensionMismatch(expected: dimension, found: points.columns)
    }
    return image(of: points)
  }

  /// The images of points that have this dimension.
  func image(of points: Matrix) -> Matrix {
    var rotated = points * rotation
    rotated.updateRows { _, point in
      let waves = Waves(self, at: point)
      for j in bends.indices {
        point[kept + j] = point[kept + j] * exp(waves.logScale(j, self)) + waves.shift(j, self)
      }
    }
    return rotated * rotation.transposed
  }

  /// What the map depends on at a point.
  struct Waves {
    /// The sines of the four waves.
    var sines: SIMD4<Double>
    /// tanh(w.a / 3).
    var bend: Double
    /// W_v.a + phase_v.
    private var angles: SIMD4<Double>

    init(_ coupling: Coupling, at point: UnsafeMutableBufferPointer<Double>) {
      var angles = coupling.phases
      var projection = 0.0
      for i in coupling.frequencies.indices {
        angles += coupling.frequencies[i] * point[i]
        projection += coupling.bendDirection[i] * point[i]
      }
      self.angles = angles
      sines = SIMD4(sin(angles.x), sin(angles.y), sin(angles.z), sin(angles.w))
      bend = tanh(projection / 3)
    }

    /// The cosines of the four waves.
    var cosines: SIMD4<Double> { SIMD4(cos(angles.x), cos(angles.y), cos(angles.z), cos(angles.w)) }

    /// h_j(a).
    func logScale(_ j: Int, _ coupling: Coupling) -> Double { (sines * coupling.logScales[j]).sum() }

    /// g_j(a).
    func shift(_ j: Int, _ coupling: Coupling) -> Double {
      (sines * coupling.shifts[j]).sum() + coupling.bends[j] * 9 * bend * bend
    }
  }
}
