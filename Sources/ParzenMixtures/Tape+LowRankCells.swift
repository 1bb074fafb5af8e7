import ParzenDifferentiation
import ParzenKernels

/// Gaussians of all cells with covariances s I + U U^T: log weights and means as of `CellGaussians`,
/// variances s (contexts x cells) and factors U (contexts * d rows of rank * cells, [head][rank][component]).
package struct LowRankGaussians<Scalar: KernelScalar> {
  package var logWeight: Variable<Scalar>
  package var mean: Variable<Scalar>
  package var variance: Variable<Scalar>
  package var factors: Variable<Scalar>

  /// Those of one context, or their gradients, for the kernels.
  func arrays(_ place: (Variable<Scalar>) -> UnsafeMutablePointer<Scalar>) -> LowRankCellArrays<Scalar> {
    LowRankCellArrays(
      logWeight: place(logWeight), mean: place(mean), variance: place(variance), factors: place(factors))
  }
}

/// Natural parameters of low-rank cells: the log density at y without its (d/2) log(2 pi) is
/// c + b.y - |y|^2 / (2 s) + sum_q (v_q . y)^2 / 2.
package struct LowRankParameters<Scalar: KernelScalar> {
  /// c, b and -1 / (2 s): contexts * (d + 2) x cells.
  package var features: Variable<Scalar>
  /// v, with S^-1 = I / s - V V^T: contexts * d x rank * cells.
  package var directions: Variable<Scalar>

  /// Those of one context, or their gradients, for the kernels.
  func arrays(_ place: (Variable<Scalar>) -> UnsafeMutablePointer<Scalar>) -> LowRankParameterArrays<Scalar> {
    LowRankParameterArrays(features: place(features), directions: place(directions))
  }
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
    for b in 0..<contexts {
      kernels.lowRankMixture(
        cells, proposals.inputs(b, of: contexts, state: state), base,
        into: result.arrays { $0.block(b, of: contexts) })
    }
    record { [kernels] in
      for b in 0..<contexts {
        kernels.differentiateLowRankMixture(
          cells, proposals.inputs(b, of: contexts, state: state), base,
          given: result.arrays { $0.gradientBlock(b, of: contexts) },
          into: proposals.gradients(b, of: contexts, state: state))
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
    let scratch = scratch(bytes: kernels.lowRankParametersScratch(cells))
    for b in 0..<contexts {
      kernels.lowRankParameters(
        cells, gaussians.arrays { $0.block(b, of: contexts) },
        into: result.arrays { $0.block(b, of: contexts) })
    }
    record { [kernels] in
      for b in 0..<contexts {
        kernels.differentiateLowRankParameters(
          cells, gaussians.arrays { $0.block(b, of: contexts) }, result.arrays { $0.block(b, of: contexts) },
          given: result.arrays { $0.gradientBlock(b, of: contexts) },
          into: gaussians.arrays { $0.gradientBlock(b, of: contexts) }, scratch: scratch)
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
    for b in 0..<contexts {
      kernels.lowRankBlend(
        cells, gaussians.arrays { $0.block(b, of: contexts) }, share: share.block(b, of: contexts),
        into: covariance.block(b, of: contexts))
    }
    record { [kernels] in
      for b in 0..<contexts {
        kernels.differentiateLowRankBlend(
          cells, gaussians.arrays { $0.block(b, of: contexts) }, share: share.block(b, of: contexts),
          given: covariance.gradientBlock(b, of: contexts),
          into: gaussians.arrays { $0.gradientBlock(b, of: contexts) },
          share: share.gradientBlock(b, of: contexts))
      }
    }
    return covariance
  }
}
