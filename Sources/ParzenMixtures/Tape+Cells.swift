import ParzenDifferentiation
import ParzenKernels

extension Tape {
  /// One Gaussian per cell: an EM step (log counts, shifted means, last covariances) that the tokens correct.
  /// Covariance e I + g T + U U^T.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func headMixture(
    _ cells: Cells, contexts: Int, proposals: CellProposals<Scalar>, state: CellState<Scalar>,
    base: BaseVariance
  ) -> CellGaussians<Scalar> {
    let d = cells.dimension
    let result = CellGaussians(
      logWeight: variable(contexts, cells.count), mean: variable(contexts * d, cells.count),
      covariance: variable(contexts * cells.packedSize, cells.count))
    for b in 0..<contexts {
      kernels.headMixture(
        cells, proposals.inputs(b, of: contexts, state: state), base,
        into: result.arrays { $0.block(b, of: contexts) })
    }
    record { [kernels] in
      for b in 0..<contexts {
        kernels.differentiateHeadMixture(
          cells, proposals.inputs(b, of: contexts, state: state), base,
          given: result.arrays { $0.gradientBlock(b, of: contexts) },
          into: proposals.gradients(b, of: contexts, state: state))
      }
    }
    return result
  }

  /// Natural parameters of log(w N(y; mu, S)) without its (d/2) log(2 pi), feature by feature:
  /// contexts * featureCount x cells.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func naturalParameters(
    _ cells: Cells, contexts: Int, _ gaussians: CellGaussians<Scalar>
  ) -> Variable<Scalar> {
    let count = gaussians.logWeight.columns
    let d = cells.dimension
    let features = variable(contexts * cells.featureCount, count)
    let scratch = scratch(bytes: kernels.natural_parameters_scratch(d))
    for b in 0..<contexts {
      kernels.natural_parameters_forward(
        d, count, gaussians.logWeight.block(b, of: contexts), gaussians.mean.block(b, of: contexts),
        gaussians.covariance.block(b, of: contexts), features.block(b, of: contexts), scratch)
    }
    record { [kernels] in
      for b in 0..<contexts {
        kernels.natural_parameters_backward(
          d, count, gaussians.mean.block(b, of: contexts), features.block(b, of: contexts),
          features.gradientBlock(b, of: contexts), gaussians.logWeight.gradientBlock(b, of: contexts),
          gaussians.mean.gradientBlock(b, of: contexts), gaussians.covariance.gradientBlock(b, of: contexts),
          scratch)
      }
    }
    return features
  }

  /// Sum over heads of share[head][component] * x[channel][head][component], for each context: contexts *
  /// channels x components.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func blended(
    _ x: Variable<Scalar>, share: Variable<Scalar>, cells: Cells, contexts: Int
  ) -> Variable<Scalar> {
    let channels = x.rows / contexts
    let y = variable(x.rows, cells.components)
    for b in 0..<contexts {
      kernels.blend_forward(
        cells.heads, cells.components, channels, share.block(b, of: contexts), x.block(b, of: contexts),
        y.block(b, of: contexts))
    }
    record { [kernels] in
      for b in 0..<contexts {
        kernels.blend_backward(
          cells.heads, cells.components, channels, share.block(b, of: contexts), x.block(b, of: contexts),
          y.gradientBlock(b, of: contexts), share.gradientBlock(b, of: contexts),
          x.gradientBlock(b, of: contexts))
      }
    }
    return y
  }
}
