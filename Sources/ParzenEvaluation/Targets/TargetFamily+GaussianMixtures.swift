import ParzenCore
import ParzenDistributions

extension TargetFamily {
  /// Random mixtures of Gaussians: `gmm`, its sharper, rotated and larger relatives, and `gmm-100`.
  static let gaussianMixtures: [TargetFamily] = {
    let plain = GaussianMixturePrior()
    let sharp = GaussianMixturePrior(sizes: .standardDeviations(0.2...1))
    let many = GaussianMixturePrior(components: 11...19)
    let pair = GaussianMixturePrior(components: 2...2)
    let box = "means in [-3, 3]^d, weights uniform on the simplex"
    return [
      TargetFamily(name: "gmm", summary: "1 to 10 Gaussians, \(box), diagonal variances in [0.2, 1]") {
        plain.draw(dimension: $0, using: &$1)
      },
      TargetFamily(name: "gmm-rotated", summary: "gmm after a random rotation") {
        RotatedGaussianMixturePrior(plain).draw(dimension: $0, using: &$1)
      },
      TargetFamily(
        name: "gmm-sharp", summary: "1 to 10 Gaussians, \(box), diagonal standard deviations in [0.2, 1]"
      ) {
        sharp.draw(dimension: $0, using: &$1)
      },
      TargetFamily(name: "gmm-sharp-rotated", summary: "gmm-sharp after a random rotation") {
        RotatedGaussianMixturePrior(sharp).draw(dimension: $0, using: &$1)
      },
      TargetFamily(name: "gmm-many", summary: "11 to 19 Gaussians, otherwise gmm") {
        many.draw(dimension: $0, using: &$1)
      },
      TargetFamily(
        name: "gmm-separated",
        summary: "gmm whose components lie at least 4 standard deviations apart and weigh 0.05 or more"
      ) { dimension, generator in
        while true {
          let mixture = plain.drawMixture(dimension: dimension, using: &generator)
          if isSeparated(mixture) { return mixture }
        }
      },
      TargetFamily(
        name: "gmm-100", summary: "2 Gaussians in 100 dimensions, otherwise gmm", dimensions: 100...100
      ) {
        pair.draw(dimension: $0, using: &$1)
      },
    ]
  }()

  /// Whether, for all pairs of components, (mu_i - mu_j)^T ((Sigma_i + Sigma_j) / 2)^-1 (mu_i - mu_j) >= 4^2,
  /// and no weight is below 0.05. One component alone is separated.
  private static func isSeparated(_ mixture: GaussianMixture) -> Bool {
    guard mixture.weights.allSatisfy({ $0 >= 0.05 }) else { return false }
    let d = mixture.dimension
    let variances = (0..<mixture.componentCount).map { k in
      let covariance = mixture.covariance(of: k)
      return (0..<d).map { covariance[$0, $0] }
    }
    for i in 0..<mixture.componentCount {
      for j in 0..<i {
        let square = (0..<d).reduce(0.0) { sum, axis in
          let difference = mixture.means[i, axis] - mixture.means[j, axis]
          return sum + 2 * difference * difference / (variances[i][axis] + variances[j][axis])
        }
        if square < 16 { return false }
      }
    }
    return true
  }
}

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
        byConstruction { try Ring(dimension: dimension, radius: 3, thickness: 0.2) }
      },
    ]
  }()

  /// The banana x, z + 100 (x^2 - 1), its second coordinate scaled by 0.01 and shifted by 1.
  private static func curvedRidge() -> any Distribution {
    byConstruction {
      try AffineImage(
        Banana(dimension: 2, spread: 1, curvature: 100), matrix: Matrix([[1, 0], [0, 0.01]]), shift: [0, 1])
    }
  }
}
