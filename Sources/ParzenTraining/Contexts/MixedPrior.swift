import ParzenCore
import ParzenDistributions

/// Draws from several priors, each with its share.
struct MixedPrior: Sendable {
  private let priors: [(distributions: any DistributionPrior, scales: ErrorScales)]
  private let shares: [Double]

  init(_ shares: [TrainingConfiguration.PriorShare]) {
    let total = shares.reduce(0) { $0 + $1.share }
    self.shares = shares.map { $0.share / total }
    priors = shares.map { ($0.prior.distributions, $0.prior.errorScales) }
  }

  func draw(
    dimension: Int, using generator: inout some RandomNumberGenerator
  ) -> (target: any Distribution, scales: ErrorScales) {
    let (prior, scales) = choose(using: &generator)
    return (prior.draw(dimension: dimension, using: &generator), scales)
  }

  private func choose(using generator: inout some RandomNumberGenerator) -> (
    any DistributionPrior, ErrorScales
  ) {
    // 53 random bits, as the standard library has it today; here it is part of the contract.
    var rest = Double(generator.next() & (1 << 53 - 1)) * 0x1p-53
    for (prior, share) in zip(priors, shares) {
      rest -= share
      if rest < 0 { return prior }
    }
    return priors[priors.count - 1]
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
    case .multiScale: MultiScalePrior()
    case .edgedLaw: EdgedLawPrior()
    case .curvedLaw: CurvedLawPrior()
    }
  }

  fileprivate var errorScales: ErrorScales {
    switch self {
    case .gaussianMixture, .rotatedGaussianMixture, .broad, .universal, .standardLaw, .curvedLaw: .equal
    case .multiScale, .edgedLaw: .local
    }
  }
}
