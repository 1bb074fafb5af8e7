import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// A mixture that was found in some of very many samples, fitted to all of them.
///
/// The mixture stands for the m samples that it was found in, as in `MixtureUpdate`: it is the conjugate
/// prior of so many. From it on, all n samples are read by one to three steps of expectation-maximisation, in
/// which the sums over them are added to what the prior has. So what is known of a component grows with n,
/// while what there is to know, how many components and where about, is left to the competition.
///
/// Components that are very narrow beside their distance from the origin, where the sums over products of
/// coordinates cancel, stay as they are, with their weights.
///
/// J.-L. Gauvain, C.-H. Lee, Maximum a posteriori estimation for multivariate Gaussian mixture observations,
/// IEEE Trans. Speech Audio Process. 2, 1994.
struct MixtureRefinement {
  private let start: GaussianComponents
  /// The sums that the prior's m samples have.
  private let prior: [Double]
  private let before: Double
  /// The components that are narrow, and how much the covariances of all are widened where they are compared.
  private let isNarrow: [Bool]
  private let widening: [Double]

  /// The passes over the samples. Of 131,072 samples of random mixtures, d = 1, 2 and 5, one has nearly half
  /// of what can be had in the score, three more than four fifths. In d = 10, where components overlap
  /// little, one has all, and five fit noise.
  private var passes: Int { start.dimension < 8 ? 3 : 1 }

  /// - Parameter before: m, the number of samples that the mixture was found in.
  init(_ mixture: GaussianMixture, before: Double) {
    start = GaussianComponents(mixture, shape: .full)
    self.before = before
    let distances = start.distancesOfOrigin
    isNarrow = distances.map { !($0 <= ComponentMoments.farthest) }
    widening = distances.map { max(1, $0 / ComponentMoments.farthest) }
    prior = start.sums(of: before)
  }

  /// The mixture of all samples.
  ///
  /// - Throws: `ParzenError.cancelled`, and what reading throws.
  /// - Complexity: O(n K d^2) time for each of at most three passes, O(K d^2) memory for each chunk under
  ///   way.
  func mixture(
    reading coordinates: StreamedCoordinates, _ sums: SampleSums
  ) throws(ParzenError) -> GaussianMixture? {
    guard !isNarrow.allSatisfy(\.self) else { return nil }
    var current = start
    for pass in 1...passes {
      let compared = widened(current)
      let found = try sums.sum("components, \(pass) of \(passes)", size: prior.count) { rows, numbers in
        let block = coordinates.block(rows)
        guard block.count > 0, let found = block.moments(of: compared) else { return }
        for (i, value) in found.enumerated() { numbers[i] += value }
      }
      let total = found[..<start.count].reduce(before, +)
      var next = GaussianComponents(
        sums: zip(prior, found).map { $0 + $1 }, count: start.count, total: total, dimension: start.dimension,
        shape: .full)
      keepNarrow(&next)
      guard next.whitened != nil else { break }
      current = next
    }
    return try current.mixture()
  }

  private func widened(_ components: GaussianComponents) -> GaussianComponents {
    var result = components
    for place in result.covariances.indices {
      result.covariances[place] *= widening[place % components.count]
    }
    return result
  }

  /// Narrow components are those of the start; the others share the weight that these leave.
  private func keepNarrow(_ components: inout GaussianComponents) {
    guard isNarrow.contains(true) else { return }
    let weights = components.logWeights.map { exp($0) }
    func sum(_ weights: [Double]) -> Double {
      zip(weights, isNarrow).reduce(0) { $0 + ($1.1 ? 0 : $1.0) }
    }
    let shift = log(sum(start.logWeights.map { exp($0) }) / sum(weights))
    for k in isNarrow.indices {
      components.logWeights[k] = isNarrow[k] ? start.logWeights[k] : components.logWeights[k] + shift
    }
    for place in components.means.indices where isNarrow[place % start.count] {
      components.means[place] = start.means[place]
    }
    for place in components.covariances.indices where isNarrow[place % start.count] {
      components.covariances[place] = start.covariances[place]
    }
  }
}

extension GaussianComponents {
  /// The sums of responsibility times feature that so many samples of the components have, and zeros in place
  /// of log normalisers: (featureCount + 1) x K.
  fileprivate func sums(of samples: Double) -> [Double] {
    let counts = logWeights.map { samples * exp($0) }
    var second: [Double] = []
    for (place, (i, j)) in Self.entries(shape, dimension: dimension).enumerated() {
      for k in 0..<count {
        second.append(
          counts[k] * (covariances[place * count + k] + means[i * count + k] * means[j * count + k]))
      }
    }
    return counts + means.indices.map { counts[$0 % count] * means[$0] } + second
      + [Double](repeating: 0, count: count)
  }
}
