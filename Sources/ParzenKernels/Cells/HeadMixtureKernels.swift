import CParzenKernels

/// What makes the Gaussians of the cells of one context, or the gradients of all that; the layouts are beside
/// `head_mixture_forward` in CParzenKernels.h.
package struct HeadMixtureArrays<Scalar: KernelScalar> {
  package typealias Numbers = UnsafeMutablePointer<Scalar>

  private let scalars, rankScale, centre, rankVectors, logCountGain: Numbers
  private let mean, shift, covariance, logCount: Numbers

  package init(
    scalars: Numbers, rankScale: Numbers, centre: Numbers, rankVectors: Numbers, logCountGain: Numbers,
    mean: Numbers, shift: Numbers, covariance: Numbers, logCount: Numbers
  ) {
    (self.scalars, self.rankScale, self.centre) = (scalars, rankScale, centre)
    (self.rankVectors, self.logCountGain) = (rankVectors, logCountGain)
    (self.mean, self.shift, self.covariance, self.logCount) = (mean, shift, covariance, logCount)
  }

  fileprivate func values(_ base: BaseVariance) -> ParzenHeadMixture {
    ParzenHeadMixture(
      scalars: scalars, rank_scale: rankScale, centre: centre, rank_vectors: rankVectors,
      log_count_gain: logCountGain, mean: mean, shift: shift, covariance: covariance, log_count: logCount,
      base_variance: base.variance, log_variance_floor: base.logFloor)
  }

  fileprivate var gradients: ParzenHeadMixtureGradient {
    ParzenHeadMixtureGradient(
      scalars: scalars, rank_scale: rankScale, centre: centre, rank_vectors: rankVectors,
      log_count_gain: logCountGain, mean: mean, shift: shift, covariance: covariance, log_count: logCount)
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

/// A Gaussian for every cell of one context, or the gradients of all: log weights (cells), means (d x cells)
/// and packed covariances (packed size x cells).
package struct CellArrays<Scalar: KernelScalar> {
  package typealias Numbers = UnsafeMutablePointer<Scalar>

  fileprivate let logWeight, mean, covariance: Numbers

  package init(logWeight: Numbers, mean: Numbers, covariance: Numbers) {
    (self.logWeight, self.mean, self.covariance) = (logWeight, mean, covariance)
  }
}

extension ParzenKernelTable {
  /// Makes the Gaussians of cells with full covariances, `head_mixture_forward`.
  package func headMixture<Scalar>(
    _ cells: Cells, _ inputs: HeadMixtureArrays<Scalar>, _ base: BaseVariance, into result: CellArrays<Scalar>
  ) {
    withUnsafePointer(to: inputs.values(base)) {
      head_mixture_forward(cells.shape, $0, result.logWeight, result.mean, result.covariance)
    }
  }

  /// Adds to the gradients of what makes the Gaussians, given those of the Gaussians.
  package func differentiateHeadMixture<Scalar>(
    _ cells: Cells, _ inputs: HeadMixtureArrays<Scalar>, _ base: BaseVariance,
    given result: CellArrays<Scalar>, into gradients: HeadMixtureArrays<Scalar>
  ) {
    withUnsafePointer(to: inputs.values(base)) { inputs in
      withUnsafePointer(to: gradients.gradients) {
        head_mixture_backward(cells.shape, inputs, result.logWeight, result.mean, result.covariance, $0)
      }
    }
  }

  /// The same for cells with covariances s I + U U^T, `low_rank_mixture_forward`.
  package func lowRankMixture<Scalar>(
    _ cells: Cells, _ inputs: HeadMixtureArrays<Scalar>, _ base: BaseVariance,
    into result: LowRankCellArrays<Scalar>
  ) {
    withUnsafePointer(to: inputs.values(base)) {
      low_rank_mixture_forward(
        cells.shape, $0, result.logWeight, result.mean, result.variance, result.factors)
    }
  }

  /// Adds to the gradients of what makes the Gaussians, given those of the Gaussians.
  package func differentiateLowRankMixture<Scalar>(
    _ cells: Cells, _ inputs: HeadMixtureArrays<Scalar>, _ base: BaseVariance,
    given result: LowRankCellArrays<Scalar>, into gradients: HeadMixtureArrays<Scalar>
  ) {
    withUnsafePointer(to: inputs.values(base)) { inputs in
      withUnsafePointer(to: gradients.gradients) {
        low_rank_mixture_backward(
          cells.shape, inputs, result.logWeight, result.mean, result.variance, result.factors, $0)
      }
    }
  }
}
