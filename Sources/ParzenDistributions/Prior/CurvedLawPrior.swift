import ParzenCore
import ParzenPlatform

/// Laws about curved lines and surfaces: arcs, loops, spirals and shells with some noise across them.
///
/// | what | how |
/// |---|---|
/// | shells | from two dimensions on, 35 % of the draws: radius 2 to 25 times the thickness |
/// | lines | else: waves of 1 to 3 frequencies, open or closed (60 %), or spirals of up to 3 turns |
/// | how many | one (half of the draws), two or three: about one centre, turned about it, or elsewhere |
/// | thickness | log-uniform: of lines in [0.004, 0.04] of their length, one for the draw |
/// | plane | half of the draws: waves lie in a plane, and beside the first one all are wider |
///
/// A line is a mixture of Gaussians as far apart as they are wide, as many by length or by the angle that is
/// passed. In one dimension lines are seen from their side.
///
/// ```swift
/// let target = CurvedLawPrior().draw(dimension: 2, using: &generator)
/// ```
public struct CurvedLawPrior: DistributionPrior, Equatable {
  /// The prior.
  public init() {}

  public func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution {
    var local = Xoshiro256(drawnFrom: &generator)
    let copies = Copies(dimension, using: &local)
    let isShell = dimension > 1 && local.nextUniform() < 0.35
    return isShell ? shells(copies, using: &local) : lines(copies, using: &local)
  }

  /// Where the curves of a draw lie.
  private struct Copies {
    let dimension: Int
    let weights: [Double]
    /// K sizes, angles in the first plane, and places.
    var sizes: [Double]
    var angles: [Double]
    var places: [[Double]]

    init(_ d: Int, using generator: inout Xoshiro256) {
      let count = generator.nextUniform() < 0.5 ? 1 : 2 + generator.nextInteger(below: 2)
      let layout = generator.nextInteger(below: 3)
      dimension = d
      weights =
        generator.nextUniform() < 0.5
        ? [Double](repeating: 1 / Double(count), count: count) : generator.nextDirichlet(count: count)
      sizes = [Double](repeating: 1, count: count)
      angles = [Double](repeating: 0, count: count)
      places = [[Double]](repeating: [Double](repeating: 0, count: d), count: count)
      for copy in 1..<count {
        switch layout {
        case 0: sizes[copy] = sizes[copy - 1] * generator.nextUniform(0.35, 0.8)
        case 1: angles[copy] = 2 * .pi * Double(copy) / Double(count)
        default:
          sizes[copy] = generator.nextUniform(0.6, 1.4)
          angles[copy] = generator.nextUniform(0, 2 * .pi)
          places[copy] = (0..<d).map { _ in 1.2 * generator.nextNormal() }
        }
      }
    }
  }

  private func shells(_ copies: Copies, using generator: inout Xoshiro256) -> any Distribution {
    let d = copies.dimension
    let thickness = 1 / generator.nextLogUniform(2, 25)
    let components = zip(copies.sizes, copies.places).map { size, place -> any Distribution in
      var matrix = Matrix.identity(d)
      for i in 0..<d { matrix[i, i] = exp(0.3 * generator.nextNormal()) }
      return byConstruction {
        try AffineImage(Ring(dimension: d, radius: size, thickness: thickness), matrix: matrix, shift: place)
      }
    }
    return byConstruction { try MixtureDistribution(weights: copies.weights, components: components) }
  }

  /// Steps along a line before it is divided by its length, and the most Gaussians on it.
  private static let (steps, mostOnLine) = (400, 160)

  private func lines(_ copies: Copies, using generator: inout Xoshiro256) -> GaussianMixture {
    let d = copies.dimension
    let isPlane = d > 2 && generator.nextUniform() < 0.5
    let line =
      generator.nextUniform() < 0.6
      ? wave(isPlane ? 2 : max(d, 2), using: &generator) : spiral(max(d, 2), using: &generator)
    let length = zip(line, line.dropFirst()).reduce(0) { $0 + distance($1.0, $1.1) }
    let share = generator.nextLogUniform(0.004, 0.04)
    let beside = length * generator.nextLogUniform(share, 0.3)
    let points = divided(line, Int(1 / share), byLength: generator.nextUniform() < 0.7)
    var (weights, means): ([Double], [Double]) = ([], [])
    for (copy, weight) in copies.weights.enumerated() {
      let (c, s) = (cos(copies.angles[copy]), sin(copies.angles[copy]))
      for point in points {
        let turned = [c * point[0] - s * point[1], s * point[0] + c * point[1]] + point.dropFirst(2)
        weights.append(weight / Double(points.count))
        means += (0..<d).map { i in
          (i < turned.count ? copies.sizes[copy] * turned[i] : 0) + copies.places[copy][i] * length / 6
        }
      }
    }
    let variances = (0..<d).map { i in isPlane && i > 1 ? beside * beside : share * share * length * length }
    let count = weights.count
    return byConstruction {
      let mixture = try GaussianMixture(
        weights: weights, means: Matrix(rows: count, columns: d, elements: means),
        variances: Matrix(rows: count, columns: d, elements: (0..<count).flatMap { _ in variances }))
      guard d > 1 else { return mixture }
      return try mixture.affineImage(
        .randomOrthogonal(d, using: &generator), shift: [Double](repeating: 0, count: d))
    }
  }

  /// A sum of waves of 1 to 3 frequencies along every axis, from an angle on.
  private func wave(_ d: Int, using generator: inout Xoshiro256) -> [[Double]] {
    let frequencies = 1 + generator.nextInteger(below: 3)
    let end = generator.nextUniform() < 0.5 ? 2 * Double.pi : 2 * .pi * generator.nextUniform(0.25, 0.9)
    let waves = (0..<d).map { axis in
      (1...frequencies).map { k in
        // With one frequency, a circle or an ellipse.
        let size = frequencies == 1 ? exp(0.3 * generator.nextNormal()) : generator.nextNormal()
        let phase = frequencies == 1 && axis < 2 ? Double(axis) * .pi / 2 : generator.nextUniform(0, 2 * .pi)
        return (size / pow(Double(k), 1.3), Double(k), phase)
      }
    }
    return (0...Self.steps).map { step in
      let angle = end * Double(step) / Double(Self.steps)
      return waves.map { $0.reduce(0) { $0 + $1.0 * sin($1.1 * angle + $1.2) } }
    }
  }

  /// A spiral in the first plane, that may rise in the others.
  private func spiral(_ d: Int, using generator: inout Xoshiro256) -> [[Double]] {
    let (end, first) = (2 * Double.pi * generator.nextUniform(0.7, 3), generator.nextUniform(0, 0.3))
    let rise = (2..<d).map { _ in 0.5 * generator.nextNormal() }
    return (0...Self.steps).map { step in
      let part = Double(step) / Double(Self.steps)
      let radius = first + (1 - first) * part
      return [radius * cos(end * part), radius * sin(end * part)] + rise.map { $0 * part }
    }
  }

  /// Points of a line at equal steps, along it or of its parameter.
  private func divided(_ line: [[Double]], _ count: Int, byLength: Bool) -> [[Double]] {
    let count = min(max(count, 8), Self.mostOnLine)
    var lengths = [0.0]
    for (one, next) in zip(line, line.dropFirst()) {
      lengths.append(lengths[lengths.count - 1] + (byLength ? distance(one, next) : 1))
    }
    return (0..<count).map { index in
      let at = lengths[lengths.count - 1] * (Double(index) + 0.5) / Double(count)
      let next = max(1, lengths.firstIndex { $0 >= at } ?? lengths.count - 1)
      let part = (at - lengths[next - 1]) / max(lengths[next] - lengths[next - 1], .leastNormalMagnitude)
      return zip(line[next - 1], line[next]).map { $0 + part * ($1 - $0) }
    }
  }

  private func distance(_ one: [Double], _ other: [Double]) -> Double {
    zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }
}
