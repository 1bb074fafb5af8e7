import ParzenCore
import ParzenDistributions
import ParzenPlatform

extension TargetFamily {
  /// The shapes in the plane that density estimators are shown with, each with an exact density.
  ///
  /// Where the shape is a noisy curve, equal normals stand on points of the curve that are equidistant in its
  /// parameter and at most half a standard deviation apart: to seven digits the law of a uniform parameter
  /// with normal noise, and exactly the law that samples are drawn from.
  static let planarShapes: [TargetFamily] = [
    TargetFamily(
      fixed: "moons", summary: "two interlocking half circles of radius 1 with noise 0.1",
      curve(noise: 0.1, points: 2 * 64) { u, half in
        half == 0
          ? [cos(.pi * u), sin(.pi * u)] : [1 - cos(.pi * u), 0.5 - sin(.pi * u)]
      }),
    TargetFamily(
      fixed: "circles", summary: "circles of radius 1 and 0.5 with noise 0.05",
      curve(noise: 0.05, points: 2 * 256) { u, half in
        let radius = half == 0 ? 1 : 0.5
        return [radius * cos(2 * .pi * u), radius * sin(2 * .pi * u)]
      }),
    TargetFamily(
      fixed: "spirals", summary: "two spirals of one and a half turns, radius to pi, with noise 0.1",
      curve(noise: 0.1, points: 2 * 512) { u, half in
        let angle = 3 * .pi * u.squareRoot()
        let radius = (half == 0 ? angle : -angle) / 3
        return [-radius * cos(angle), radius * sin(angle)]
      }),
    TargetFamily(
      fixed: "checkerboard", summary: "uniform on eight squares of a board of 4 x 4 in [-4, 4]^2",
      checkerboard()),
    TargetFamily(
      fixed: "pinwheel", summary: "five normals around the origin, twisted with the distance", pinwheel()),
  ]

  /// Equal normals with standard deviation `noise` at points of two curves, half of them on each; `place`
  /// maps a parameter in (0, 1) and the number of the curve to a point.
  private static func curve(
    noise: Double, points: Int, _ place: (Double, Int) -> [Double]
  ) -> GaussianMixture {
    let count = points / 2
    let means = (0..<2).flatMap { half in
      (0..<count).map { place((Double($0) + 0.5) / Double(count), half) }
    }
    return .normals(
      weights: [Double](repeating: 1, count: points), means: Matrix(means),
      deviations: Matrix(rows: points, columns: 2, repeating: noise))
  }

  private static func checkerboard() -> MixtureDistribution {
    let squares = (0..<16).filter { ($0 / 4 + $0 % 4).isMultiple(of: 2) }
    let components = squares.map { square in
      let sides = [square / 4, square % 4].map { place in
        byConstruction { try UnivariateDistribution(.uniform, location: 2 * Double(place) - 3) }
      }
      return byConstruction { try ProductDistribution(sides) }
    }
    return byConstruction {
      try MixtureDistribution(weights: squares.map { _ in 1 }, components: components)
    }
  }

  /// Five normals with standard deviations 0.3 along and 0.1 across the ray to their mean, at distance 1; a
  /// point at distance r is turned by 0.25 e^r.
  private static func pinwheel() -> Twist {
    let angles = (0..<5).map { 2 * .pi * Double($0) / 5 }
    let arms = GaussianMixture.normals(
      weights: angles.map { _ in 1 }, means: Matrix(angles.map { [cos($0), sin($0)] }),
      covariances: angles.map { angle in
        let (c, s, along, across) = (cos(angle), sin(angle), 0.09, 0.01)
        return Matrix([
          [along * c * c + across * s * s, (along - across) * c * s],
          [(along - across) * c * s, along * s * s + across * c * c],
        ])
      })
    return byConstruction { try Twist(arms, strength: 0.25) }
  }
}
