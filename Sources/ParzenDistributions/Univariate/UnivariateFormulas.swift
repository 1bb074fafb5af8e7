import ParzenCore
import ParzenPlatform

/// What a law on the real line knows of itself. The two scalar functions define it; the loops over many
/// values come for free, specialised for every law.
protocol UnivariateFormulas: Sendable {
  /// The standard deviation; nothing, if it is infinite or has no closed form.
  var standardDeviation: Double? { get }

  /// One draw.
  func draw(using generator: inout Xoshiro256) -> Double

  /// The log density and its derivative. Outside the support: -infinity and 0.
  func evaluate(at z: Double) -> (logDensity: Double, score: Double)

  /// Fills a column of a row-major matrix with location + scale * draws.
  func fill(
    _ column: StridedColumn<UnsafeMutablePointer<Double>>, location: Double, scale: Double,
    using generator: inout Xoshiro256)

  /// For every y in a column, with z = (y - location) / scale: adds the log density of y to `logDensity`, and
  /// writes its derivative to `score`.
  func evaluate(
    _ column: StridedColumn<UnsafePointer<Double>>, location: Double, scale: Double,
    addingLogDensityTo logDensity: UnsafeMutablePointer<Double>, score: UnsafeMutablePointer<Double>)
}

/// A column of a row-major matrix: element i is at `start + i * stride`.
struct StridedColumn<Pointer> {
  var start: Pointer
  var stride: Int
  var count: Int
}

extension UnivariateFormulas {
  func fill(
    _ column: StridedColumn<UnsafeMutablePointer<Double>>, location: Double, scale: Double,
    using generator: inout Xoshiro256
  ) {
    var local = generator
    for index in 0..<column.count {
      column.start[index * column.stride] = location + scale * draw(using: &local)
    }
    generator = local
  }

  func evaluate(
    _ column: StridedColumn<UnsafePointer<Double>>, location: Double, scale: Double,
    addingLogDensityTo logDensity: UnsafeMutablePointer<Double>, score: UnsafeMutablePointer<Double>
  ) {
    let (inverse, logScale) = (1 / scale, log(scale))
    for index in 0..<column.count {
      let value = evaluate(at: (column.start[index * column.stride] - location) * inverse)
      logDensity[index] += value.logDensity - logScale
      score[index * column.stride] = value.score * inverse
    }
  }
}
