import ParzenCore
import ParzenDistributions

extension TargetFamily {
  /// Shapes whose parts have very different scales.
  static let multiscale: [TargetFamily] = {
    let cities = GaussianMixture.normals(
      weights: [0.5, 0.3, 0.2], means: Matrix([[13.40, 52.52], [2.35, 48.86], [-3.70, 40.42]]),
      deviations: Matrix([[0.08, 0.05], [0.08, 0.05], [0.08, 0.05]]))
    return [
      TargetFamily(
        fixed: "three-cities",
        summary: "normals around three cities in degrees, standard deviations 0.08, 0.05",
        cities),
      TargetFamily(
        fixed: "curved-ridge", summary: "y = x^2 + 0.01 e for standard normal x and e", curvedRidge()),
      TargetFamily(
        name: "shell", summary: "a spherical shell of radius 3 and thickness 0.2", dimensions: 2...1000
      ) { dimension, _ in
        Ring(dimension: dimension, radius: 3, thickness: 0.2)
      },
    ]
  }()

  /// The banana x, z + 100 (x^2 - 1), its second coordinate scaled by 0.01 and shifted by 1.
  private static func curvedRidge() -> any Distribution {
    do {
      return try AffineImage(
        Banana(dimension: 2, spread: 1, curvature: 100), matrix: Matrix([[1, 0], [0, 0.01]]), shift: [0, 1])
    } catch {
      preconditionFailure("this map is invertible: \(error)")
    }
  }
}
