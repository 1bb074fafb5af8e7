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
        name: "gmm-100", summary: "2 Gaussians in 100 dimensions, otherwise gmm", dimensions: 100...100
      ) {
        pair.draw(dimension: $0, using: &$1)
      },
    ]
  }()
}
