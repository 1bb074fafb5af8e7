import CParzenKernels
import ParzenDifferentiation
import ParzenKernels

/// Gaussians of all cells of all contexts: log weights (contexts x cells), means (contexts * d x cells) and
/// packed covariances (contexts * packed size x cells).
package struct CellGaussians<Scalar: KernelScalar> {
  package var logWeight: Variable<Scalar>
  package var mean: Variable<Scalar>
  package var covariance: Variable<Scalar>

  package init(logWeight: Variable<Scalar>, mean: Variable<Scalar>, covariance: Variable<Scalar>) {
    self.logWeight = logWeight
    self.mean = mean
    self.covariance = covariance
  }
}

/// What a layer knows of its cells from the layer before: means, last shifts, covariances and log counts. The
/// covariances are packed (contexts * packed size x cells), or isotropic: one variance a cell (contexts x
/// cells).
package struct CellState<Scalar: KernelScalar> {
  package var mean: Variable<Scalar>
  package var shift: Variable<Scalar>
  package var covariance: Variable<Scalar>
  package var logCount: Variable<Scalar>

  package init(
    mean: Variable<Scalar>, shift: Variable<Scalar>, covariance: Variable<Scalar>, logCount: Variable<Scalar>
  ) {
    self.mean = mean
    self.shift = shift
    self.covariance = covariance
    self.logCount = logCount
  }
}

/// What the isotropic parts of covariances are relative to, and the lowest logarithm of such a ratio.
package struct BaseVariance: Sendable {
  package var variance: Double
  package var logFloor: Double

  package init(variance: Double, logFloor: Double) {
    self.variance = variance
    self.logFloor = logFloor
  }
}

/// What the tokens say about their cells, cells fastest: scalars [logit, log e, log g, gate], scales and
/// directions of the low-rank part, offsets of the means, and the gain of the log counts (one a head).
package struct CellProposals<Scalar: KernelScalar> {
  package var scalars: Variable<Scalar>
  package var rankScale: Variable<Scalar>
  package var centre: Variable<Scalar>
  package var rankVectors: Variable<Scalar>
  package var logCountGain: Variable<Scalar>

  package init(
    scalars: Variable<Scalar>, rankScale: Variable<Scalar>, centre: Variable<Scalar>,
    rankVectors: Variable<Scalar>, logCountGain: Variable<Scalar>
  ) {
    self.scalars = scalars
    self.rankScale = rankScale
    self.centre = centre
    self.rankVectors = rankVectors
    self.logCountGain = logCountGain
  }

  /// What a context's Gaussians are made of, for the kernels.
  func inputs(_ b: Int, of contexts: Int, state: CellState<Scalar>, base: BaseVariance)
    -> ParzenHeadMixture
  {
    ParzenHeadMixture(
      scalars: scalars.block(b, of: contexts), rank_scale: rankScale.block(b, of: contexts),
      centre: centre.block(b, of: contexts), rank_vectors: rankVectors.block(b, of: contexts),
      log_count_gain: logCountGain.value, mean: state.mean.block(b, of: contexts),
      shift: state.shift.block(b, of: contexts), covariance: state.covariance.block(b, of: contexts),
      log_count: state.logCount.block(b, of: contexts), base_variance: base.variance,
      log_variance_floor: base.logFloor)
  }

  /// The gradients of the same.
  func gradients(_ b: Int, of contexts: Int, state: CellState<Scalar>) -> ParzenHeadMixtureGradient {
    ParzenHeadMixtureGradient(
      scalars: scalars.gradientBlock(b, of: contexts), rank_scale: rankScale.gradientBlock(b, of: contexts),
      centre: centre.gradientBlock(b, of: contexts),
      rank_vectors: rankVectors.gradientBlock(b, of: contexts), log_count_gain: logCountGain.gradient!,
      mean: state.mean.gradientBlock(b, of: contexts), shift: state.shift.gradientBlock(b, of: contexts),
      covariance: state.covariance.gradientBlock(b, of: contexts),
      log_count: state.logCount.gradientBlock(b, of: contexts))
  }
}
