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
