import Foundation
import ParzenCore
import Testing

/// Expects the score to be the gradient of the log density, by central differences of fourth order.
///
/// - Parameters:
///   - step: the step of the difference in every coordinate.
///   - tolerance: the largest error allowed, relative to 1 + |score|.
func expectScoreIsGradient(
  _ density: some Density, at points: Matrix, step: Double = 1e-3, tolerance: Double = 1e-6,
  _ location: SourceLocation = #_sourceLocation
) throws {
  let score = try density.score(at: points)
  for i in 0..<points.columns {
    func shifted(_ offset: Double) throws -> [Double] {
      var moved = points
      for row in 0..<points.rows { moved[row, i] += offset }
      return try density.logDensity(at: moved)
    }
    let (a, b, c, d) = try (shifted(-2 * step), shifted(-step), shifted(step), shifted(2 * step))
    for row in 0..<points.rows {
      let slope = (a[row] - 8 * b[row] + 8 * c[row] - d[row]) / (12 * step)
      let error = abs(slope - score[row, i]) / (1 + abs(slope))
      #expect(
        error < tolerance, "score \(score[row, i]), slope \(slope), at \(Array(points[row: row]))",
        sourceLocation: location)
    }
  }
}

/// The integral of a density over a box, by the midpoint rule: exact to rounding for smooth densities that
/// vanish at the box' edges.
func totalMass(_ density: some Density, over box: ClosedRange<Double>, cells: Int) throws -> Double {
  let width = (box.upperBound - box.lowerBound) / Double(cells)
  let axis = (0..<cells).map { box.lowerBound + (Double($0) + 0.5) * width }
  let d = density.dimension
  precondition(d <= 2, "quadrature is for one or two dimensions")
  let points = d == 1 ? axis.map { [$0] } : axis.flatMap { x in axis.map { [x, $0] } }
  return try density.density(at: Matrix(points)).reduce(0, +) * pow(width, Double(d))
}

/// Expects that samples follow a density, by means of bounded functions whose expectations come from
/// quadrature.
///
/// The functions are cos(w x) and sin(w x) for random frequencies w: their sample means have standard errors
/// of at most 1 / sqrt(n), and 5 of those are allowed.
func expectSamplesFollow(
  _ distribution: some Distribution, over box: ClosedRange<Double>, cells: Int, count: Int = 100_000,
  _ location: SourceLocation = #_sourceLocation
) throws {
  var generator = Xoshiro256(seed: 99)
  let samples = distribution.sample(count: count, using: &generator)
  #expect(samples.rows == count && samples.columns == distribution.dimension, sourceLocation: location)
  let d = distribution.dimension
  let width = (box.upperBound - box.lowerBound) / Double(cells)
  let axis = (0..<cells).map { box.lowerBound + (Double($0) + 0.5) * width }
  let points = Matrix(d == 1 ? axis.map { [$0] } : axis.flatMap { x in axis.map { [x, $0] } })
  let masses = try distribution.density(at: points).map { $0 * pow(width, Double(d)) }
  for _ in 0..<8 {
    let frequency = (0..<d).map { _ in generator.nextNormal() }
    func phase(_ matrix: Matrix, _ row: Int) -> Double {
      (0..<d).reduce(0) { $0 + frequency[$1] * matrix[row, $1] }
    }
    for wave in [cos, sin] as [(Double) -> Double] {
      let expected = (0..<points.rows).reduce(0) { $0 + masses[$1] * wave(phase(points, $1)) }
      let found = (0..<count).reduce(0) { $0 + wave(phase(samples, $1)) } / Double(count)
      #expect(abs(found - expected) < 5 / Double(count).squareRoot() + 1e-4, sourceLocation: location)
    }
  }
}
