import ParzenCore
import ParzenDistributions

/// Draws from several priors, each with its share.
struct MixedPrior: DistributionPrior {
  private let priors: [any DistributionPrior]
  private let shares: [Double]

  init(_ shares: [TrainingConfiguration.PriorShare]) {
    let total = shares.reduce(0) { $0 + $1.share }
    self.shares = shares.map { $0.share / total }
    priors = shares.map(\.prior.distributions)
  }

  func draw(dimension: Int, using generator: inout some RandomNumberGenerator) -> any Distribution {
    // 53 random bits, as the standard library has it today; here it is part of the contract.
    var rest = Double(generator.next() & (1 << 53 - 1)) * 0x1p-53
    for (prior, share) in zip(priors, shares) {
      rest -= share
      if rest < 0 { return prior.draw(dimension: dimension, using: &generator) }
    }
    return priors[priors.count - 1].draw(dimension: dimension, using: &generator)
  }
}

extension TrainingConfiguration.Prior {
  fileprivate var distributions: any DistributionPrior {
    switch self {
    case .gaussianMixture: GaussianMixturePrior()
    case .rotatedGaussianMixture: RotatedGaussianMixturePrior()
    case .broad: BroadPrior()
    case .universal: UniversalPrior()
    case .standardLaw: StandardLawPrior()
    }
  }
}
