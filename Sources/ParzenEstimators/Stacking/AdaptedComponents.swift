import ParzenCore
import ParzenDistributions

/// Expectation-maximisation from as many of the network's components, merged, as Akaike's criterion keeps:
/// the network's estimate with its smoothing undone, for laws that no few Gaussians make.
struct AdaptedComponents: Sendable {
  private static let (steps, pooling, price) = (16, 6.0, 2.0)

  func mixture(_ merged: MergedComponents, threads: Int) throws(ParzenError) -> GaussianMixture? {
    let (columns, d) = (merged.columns, merged.columns.dimension)
    let price = Self.price * Double(1 + d + d * (d + 1) / 2)
    func bound(_ stage: ComponentMerging.Stage) -> Double {
      2 * columns.total * stage.cost + Double(stage.count) * price
    }
    guard let stage = merged.stages.min(by: { bound($0) < bound($1) }) else { return nil }
    let fit = ExpectationMaximization(
      samples: columns, floor: 0, leastVariance: merged.leastVariance, pooling: Self.pooling * Double(d),
      threads: threads
    ).run(from: stage.mixture, steps: Self.steps, tolerance: FewComponents.tolerance * Double(d))
    return try attempt(
      fit.components.mixture().affineImage(
        merged.whitening.unwhiteningMatrix, shift: merged.whitening.mean))
  }
}
