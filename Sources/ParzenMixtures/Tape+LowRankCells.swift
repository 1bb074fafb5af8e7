import CParzenKernels
import ParzenDifferentiation
import ParzenKernels

/// Gaussians of all cells with covariances s I + U U^T: log weights and means as of `CellGaussians`,
/// variances s (contexts x cells) and factors U (contexts * d rows of rank * cells, [head][rank][component]).
package struct LowRankGaussians<Scalar: KernelScalar> {
  package var logWeight: Variable<Scalar>
  package var mean: Variable<Scalar>
  package var variance: Variable<Scalar>
  package var factors: Variable<Scalar>
}

/// Natural parameters of low-rank cells: the log density at y without its (d/2) log(2 pi) is
/// c + b.y - |y|^2 / (2 s) + sum_q (v_q . y)^2 / 2.
package struct LowRankParameters<Scalar: KernelScalar> {
  /// c, b and -1 / (2 s): contexts * (d + 2) x cells.
  package var features: Variable<Scalar>
  /// v, with S^-1 = I / s - V V^T: contexts * d x rank * cells.
  package var directions: Variable<Scalar>
}

extension Tape {
  /// As `headMixture`, for a state of isotropic covariances t I: covariance (e + g t) I + U U^T.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func lowRankMixture(
    _ cells: Cells, contexts: Int, proposals: CellProposals<Scalar>, state: CellState<Scalar>,
    base: BaseVariance
  ) -> LowRankGaussians<Scalar> {
    let d = cells.dimension
    let result = LowRankGaussians(
      logWeight: variable(contexts, cells.count), mean: variable(contexts * d, cells.count),
      variance: variable(contexts, cells.count), factors: variable(contexts * d, cells.vectorCount))
    func inputs(_ b: Int) -> ParzenHeadMixture {
      proposals.inputs(b, of: contexts, state: state, base: base)
    }
    for b in 0..<contexts {
      withUnsafePointer(to: inputs(b)) {
        kernels.low_rank_mixture_forward(
          cells.shape, $0, result.logWeight.block(b, of: contexts), result.mean.block(b, of: contexts),
          result.variance.block(b, of: contexts), result.factors.block(b, of: contexts))
      }
    }
    record { [kernels] in
      for b in 0..<contexts {
        withUnsafePointer(to: inputs(b)) { inputs in
          withUnsafePointer(to: proposals.gradients(b, of: contexts, state: state)) {
            kernels.low_rank_mixture_backward(
              cells.shape, inputs, result.logWeight.gradientBlock(b, of: contexts),
              result.mean.gradientBlock(b, of: contexts), result.variance.gradientBlock(b, of: contexts),
              result.factors.gradientBlock(b, of: contexts), $0)
          }
        }
      }
    }
    return result
  }

  /// Natural parameters by rank-one updates of the inverse and the determinant.
  ///
  /// Source: J. Sherman and W. J. Morrison, Annals of Mathematical Statistics 21 (1950).
  ///
  /// - Complexity: O(contexts * cells * rank^2 * d).
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func naturalParameters(
    _ cells: Cells, contexts: Int, _ gaussians: LowRankGaussians<Scalar>
  ) -> LowRankParameters<Scalar> {
    let result = LowRankParameters(
      features: variable(contexts * (cells.dimension + 2), cells.count),
      directions: variable(contexts * cells.dimension, cells.vectorCount))
    let (features, directions) = (result.features, result.directions)
    let scratch = scratch(bytes: kernels.low_rank_parameters_scratch(cells.shape))
    for b in 0..<contexts {
      kernels.low_rank_parameters_forward(
        cells.shape, gaussians.logWeight.block(b, of: contexts), gaussians.mean.block(b, of: contexts),
        gaussians.variance.block(b, of: contexts), gaussians.factors.block(b, of: contexts),
        features.block(b, of: contexts), directions.block(b, of: contexts))
    }
    record { [kernels] in
      for b in 0..<contexts {
        let inputs = ParzenLowRankCells(
          mean: gaussians.mean.block(b, of: contexts), variance: gaussians.variance.block(b, of: contexts),
          factors: gaussians.factors.block(b, of: contexts), features: features.block(b, of: contexts),
          directions: directions.block(b, of: contexts))
        let gradients = ParzenLowRankCellsGradient(
          log_weight: gaussians.logWeight.gradientBlock(b, of: contexts),
          mean: gaussians.mean.gradientBlock(b, of: contexts),
          variance: gaussians.variance.gradientBlock(b, of: contexts),
          factors: gaussians.factors.gradientBlock(b, of: contexts))
        withUnsafePointer(to: inputs) { inputs in
          withUnsafePointer(to: gradients) {
            kernels.low_rank_parameters_backward(
              cells.shape, inputs, features.gradientBlock(b, of: contexts),
              directions.gradientBlock(b, of: contexts), $0, scratch)
          }
        }
      }
    }
    return result
  }

  /// Packed covariances of the components, the sum over heads of share[head][component] * (s I + U U^T):
  /// contexts * packed size x components.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func blendedCovariance(
    _ gaussians: LowRankGaussians<Scalar>, share: Variable<Scalar>, cells: Cells, contexts: Int
  ) -> Variable<Scalar> {
    let covariance = variable(contexts * cells.packedSize, cells.components)
    let (variance, factors) = (gaussians.variance, gaussians.factors)
    for b in 0..<contexts {
      kernels.low_rank_blend_forward(
        cells.shape, share.block(b, of: contexts), variance.block(b, of: contexts),
        factors.block(b, of: contexts), covariance.block(b, of: contexts))
    }
    record { [kernels] in
      for b in 0..<contexts {
        kernels.low_rank_blend_backward(
          cells.shape, share.block(b, of: contexts), variance.block(b, of: contexts),
          factors.block(b, of: contexts), covariance.gradientBlock(b, of: contexts),
          share.gradientBlock(b, of: contexts), variance.gradientBlock(b, of: contexts),
          factors.gradientBlock(b, of: contexts))
      }
    }
    return covariance
  }
}
