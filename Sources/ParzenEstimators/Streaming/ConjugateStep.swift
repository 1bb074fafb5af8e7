import ParzenCore
import ParzenDistributions

/// A step of expectation-maximisation over samples that are read chunk by chunk, in which a mixture stands
/// for n samples that are not read: component k for n w_k of mean mu_k and covariance S_k. With
/// responsibilities r_ik of the samples read,
///
///     N_k = n w_k + sum_i r_ik,
///     mu_k' = (n w_k mu_k + sum_i r_ik y_i) / N_k,
///     S_k' = (n w_k (S_k + mu_k mu_k^T) + sum_i r_ik y_i y_i^T) / N_k - mu_k' mu_k'^T.
///
/// Steps lead to a maximum of the likelihood with the mixture as a conjugate prior of n samples.
///
/// J.-L. Gauvain, C.-H. Lee, Maximum a posteriori estimation for multivariate Gaussian mixture observations,
/// IEEE Trans. Speech Audio Process. 2, 1994.
struct ConjugateStep: Sendable {
  let prior: GaussianMixture
  /// n.
  let before: Double
  let coordinates: StreamedCoordinates
  let sums: SampleSums
  /// What is told of samples that no component is near, and has no part in the step; nil where all have.
  var strays: StraySamples?

  /// What samples say.
  struct Result {
    /// Where the step leads; nil where rounding makes a covariance singular.
    var next: GaussianMixture?
    /// That of the samples under the mixture before.
    var logLikelihood: Double
    /// The sums over strays.
    var strays: ArraySlice<Double>
  }

  /// - Parameters:
  ///   - mixture: where the step begins.
  ///   - pass: what the pass over the samples is called.
  /// - Throws: `ParzenError.cancelled`, and what reading throws.
  /// - Complexity: O(m K d^2) time for m samples, O(K d^2) memory for each chunk under way.
  func callAsFunction(
    from mixture: GaussianMixture, pass: String
  ) throws(ParzenError) -> Result {
    let (frames, deviations) = (ComponentFrames(mixture), ComponentDeviations(centres: prior.means))
    let size = deviations.count
    let found = try sums.sum(pass, size: size + (strays?.count ?? 0)) { rows, numbers throws(ParzenError) in
      let block = coordinates.block(rows)
      var samples = SampleColumns(block.values, dimension: rows.dimension, weights: block.counts)
      try frames.add(samples, to: numbers, deviations)
      guard let strays, try strays.takeAway(from: &samples, whose: numbers[size - 1], to: numbers + size)
      else {
        return
      }
      numbers.update(repeating: 0, count: size)
      try frames.add(samples, to: numbers, deviations)
    }
    return Result(
      next: try attempt(deviations.mixture(found, prior: prior, before: before)),
      logLikelihood: found[size - 1], strays: found[size...])
  }
}
