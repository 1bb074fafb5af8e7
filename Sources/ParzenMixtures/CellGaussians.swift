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

  /// Those of one context, or their gradients, for the kernels.
  func arrays(_ place: (Variable<Scalar>) -> UnsafeMutablePointer<Scalar>) -> CellArrays<Scalar> {
    CellArrays(logWeight: place(logWeight), mean: place(mean), covariance: place(covariance))
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
  func inputs(_ b: Int, of contexts: Int, state: CellState<Scalar>) -> HeadMixtureArrays<Scalar> {
    arrays(state) {
      $0.block(b, of: contexts)
    } sums: {
      $0.value
    }
  }

  /// The gradients of the same.
  func gradients(_ b: Int, of contexts: Int, state: CellState<Scalar>) -> HeadMixtureArrays<Scalar> {
    arrays(state) {
      $0.gradientBlock(b, of: contexts)
    } sums: {
      $0.gradient!
    }
  }

  /// - Parameter sums: the place of what all contexts have in common.
  private func arrays(
    _ state: CellState<Scalar>, _ place: (Variable<Scalar>) -> UnsafeMutablePointer<Scalar>,
    sums: (Variable<Scalar>) -> UnsafeMutablePointer<Scalar>
  ) -> HeadMixtureArrays<Scalar> {
    HeadMixtureArrays(
      scalars: place(scalars), rankScale: place(rankScale), centre: place(centre),
      rankVectors: place(rankVectors), logCountGain: sums(logCountGain), mean: place(state.mean),
      shift: place(state.shift), covariance: place(state.covariance), logCount: place(state.logCount))
  }
}
