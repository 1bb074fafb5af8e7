import CParzenKernels

/// A Gaussian with covariance s I + U U^T for every cell of one context, or the gradients of all: log weights
/// and variances s (cells), means (d x cells), factors U ([i][head][rank][component]).
package struct LowRankCellArrays<Scalar: KernelScalar> {
  package typealias Numbers = UnsafeMutablePointer<Scalar>

  let logWeight, mean, variance, factors: Numbers

  package init(logWeight: Numbers, mean: Numbers, variance: Numbers, factors: Numbers) {
    (self.logWeight, self.mean, self.variance, self.factors) = (logWeight, mean, variance, factors)
  }
}

/// The natural parameters of such cells, or their gradients: features ((d + 2) x cells) and directions as the
/// factors.
package struct LowRankParameterArrays<Scalar: KernelScalar> {
  package typealias Numbers = UnsafeMutablePointer<Scalar>

  fileprivate let features, directions: Numbers

  package init(features: Numbers, directions: Numbers) {
    (self.features, self.directions) = (features, directions)
  }
}

extension ParzenKernelTable {
  /// The natural parameters of low-rank cells, `low_rank_parameters_forward`.
  package func lowRankParameters<Scalar>(
    _ cells: Cells, _ gaussians: LowRankCellArrays<Scalar>, into result: LowRankParameterArrays<Scalar>
  ) {
    low_rank_parameters_forward(
      cells.shape, gaussians.logWeight, gaussians.mean, gaussians.variance, gaussians.factors,
      result.features, result.directions)
  }

  /// The bytes of scratch that the gradients take.
  package func lowRankParametersScratch(_ cells: Cells) -> Int { low_rank_parameters_scratch(cells.shape) }

  /// Adds to the gradients of the Gaussians, given those of the parameters, of which those of the directions
  /// are used up.
  package func differentiateLowRankParameters<Scalar>(
    _ cells: Cells, _ gaussians: LowRankCellArrays<Scalar>, _ result: LowRankParameterArrays<Scalar>,
    given dresult: LowRankParameterArrays<Scalar>, into gradients: LowRankCellArrays<Scalar>,
    scratch: UnsafeMutablePointer<Scalar>
  ) {
    let inputs = ParzenLowRankCells(
      mean: gaussians.mean, variance: gaussians.variance, factors: gaussians.factors,
      features: result.features, directions: result.directions)
    let out = ParzenLowRankCellsGradient(
      log_weight: gradients.logWeight, mean: gradients.mean, variance: gradients.variance,
      factors: gradients.factors)
    withUnsafePointer(to: inputs) { inputs in
      withUnsafePointer(to: out) {
        low_rank_parameters_backward(cells.shape, inputs, dresult.features, dresult.directions, $0, scratch)
      }
    }
  }

  /// Packed covariances of the components, blended over heads by `share`, `low_rank_blend_forward`.
  package func lowRankBlend<Scalar>(
    _ cells: Cells, _ gaussians: LowRankCellArrays<Scalar>, share: UnsafePointer<Scalar>,
    into covariance: UnsafeMutablePointer<Scalar>
  ) {
    low_rank_blend_forward(cells.shape, share, gaussians.variance, gaussians.factors, covariance)
  }

  /// Adds to the gradients of the shares, variances and factors, given that of the covariances.
  package func differentiateLowRankBlend<Scalar>(
    _ cells: Cells, _ gaussians: LowRankCellArrays<Scalar>, share: UnsafePointer<Scalar>,
    given dcovariance: UnsafePointer<Scalar>, into gradients: LowRankCellArrays<Scalar>,
    share dshare: UnsafeMutablePointer<Scalar>
  ) {
    low_rank_blend_backward(
      cells.shape, share, gaussians.variance, gaussians.factors, dcovariance, dshare, gradients.variance,
      gradients.factors)
  }

  /// Adds what the directions add to the logits of points, `low_rank_logits`.
  package func addLowRankLogits<Scalar>(
    _ cells: Cells, points: Int, projections: UnsafePointer<Scalar>, to logits: UnsafeMutablePointer<Scalar>
  ) {
    low_rank_logits(cells.shape, points, projections, logits)
  }

  /// Turns the projections on the directions into their gradient.
  package func differentiateLowRankLogits<Scalar>(
    _ cells: Cells, points: Int, responsibilities: UnsafePointer<Scalar>, dlogits: UnsafePointer<Scalar>,
    dsquares: UnsafePointer<Scalar>, projections: UnsafeMutablePointer<Scalar>
  ) {
    low_rank_logits_backward(cells.shape, points, responsibilities, dlogits, dsquares, projections)
  }

  /// The squares of projections on directions, and the projections on probes times responsibilities,
  /// `low_rank_products`.
  package func lowRankProducts<Scalar>(
    _ cells: Cells, points: Int, responsibilities: UnsafePointer<Scalar>, projections: UnsafePointer<Scalar>,
    probed: UnsafeMutablePointer<Scalar>, squares: UnsafeMutablePointer<Scalar>
  ) {
    low_rank_products(cells.shape, points, responsibilities, projections, probed, squares)
  }

  /// Adds to the gradient of the responsibilities, and turns `weight` into the gradients of the probes'
  /// projections.
  package func differentiateLowRankProducts<Scalar>(
    _ cells: Cells, points: Int, responsibilities: UnsafePointer<Scalar>, projections: UnsafePointer<Scalar>,
    probed: UnsafePointer<Scalar>, dsquares: UnsafePointer<Scalar>, weight: UnsafeMutablePointer<Scalar>,
    into gradient: UnsafeMutablePointer<Scalar>
  ) {
    low_rank_products_backward(
      cells.shape, points, responsibilities, projections, probed, dsquares, weight, gradient)
  }
}
