import CParzenKernels
import ParzenKernels

/// The shape of one context's mixture cells: one cell for each (head, component), the component fastest.
package struct Cells: Sendable, Hashable {
  package var dimension: Int
  package var heads: Int
  package var components: Int
  /// Low-rank directions of each cell's covariance, and probe vectors of its second moment.
  package var rank: Int

  package var count: Int { heads * components }
  /// Distinct entries of a symmetric d x d matrix.
  package var packedSize: Int { dimension * (dimension + 1) / 2 }
  /// Features 1, y_i, y_i y_j (i <= j) of a point.
  package var featureCount: Int { 1 + dimension + packedSize }
  /// Vectors of all cells: low-rank directions, or probes.
  var vectorCount: Int { rank * count }

  package init(dimension: Int, heads: Int, components: Int, rank: Int) {
    self.dimension = dimension
    self.heads = heads
    self.components = components
    self.rank = rank
  }

  var shape: ParzenCells {
    ParzenCells(dimension: dimension, heads: heads, components: components, rank: rank)
  }
}

/// Gaussians of all cells of all contexts: log weights (contexts x cells), means (contexts * d x cells) and packed
/// covariances (contexts * packed size x cells).
struct CellGaussians<Scalar: KernelScalar> {
  var logWeight: Variable<Scalar>
  var mean: Variable<Scalar>
  var covariance: Variable<Scalar>
}

/// What a layer knows of its cells from the layer before: means, last shifts, covariances and log counts. The covariances
/// are packed (contexts * packed size x cells), or isotropic: one variance a cell (contexts x cells).
struct CellState<Scalar: KernelScalar> {
  var mean: Variable<Scalar>
  var shift: Variable<Scalar>
  var covariance: Variable<Scalar>
  var logCount: Variable<Scalar>
}

/// What the tokens say about their cells, cells fastest: scalars [logit, log e, log g, gate], scales and directions of
/// the low-rank part, offsets of the means, and the gain of the log counts (one a head).
struct CellProposals<Scalar: KernelScalar> {
  var scalars: Variable<Scalar>
  var rankScale: Variable<Scalar>
  var centre: Variable<Scalar>
  var rankVectors: Variable<Scalar>
  var logCountGain: Variable<Scalar>

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

/// What the isotropic parts of covariances are relative to, and the lowest logarithm of such a ratio.
struct BaseVariance {
  var variance: Double
  var logFloor: Double
}

extension Tape {
  /// One Gaussian per cell: an EM step (log counts, shifted means, last covariances) that the tokens correct. Covariance
  /// e I + g T + U U^T.
  func headMixture(
    _ cells: Cells, contexts: Int, proposals: CellProposals<Scalar>, state: CellState<Scalar>,
    base: BaseVariance
  ) -> CellGaussians<Scalar> {
    let d = cells.dimension
    let result = CellGaussians(
      logWeight: variable(contexts, cells.count), mean: variable(contexts * d, cells.count),
      covariance: variable(contexts * cells.packedSize, cells.count))
    func inputs(_ b: Int) -> ParzenHeadMixture {
      proposals.inputs(b, of: contexts, state: state, base: base)
    }
    for b in 0..<contexts {
      withUnsafePointer(to: inputs(b)) {
        kernels.head_mixture_forward(
          cells.shape, $0, result.logWeight.block(b, of: contexts), result.mean.block(b, of: contexts),
          result.covariance.block(b, of: contexts))
      }
    }
    record { [kernels] in
      for b in 0..<contexts {
        let gradients = proposals.gradients(b, of: contexts, state: state)
        withUnsafePointer(to: inputs(b)) { inputs in
          withUnsafePointer(to: gradients) {
            kernels.head_mixture_backward(
              cells.shape, inputs, result.logWeight.gradientBlock(b, of: contexts),
              result.mean.gradientBlock(b, of: contexts), result.covariance.gradientBlock(b, of: contexts), $0
            )
          }
        }
      }
    }
    return result
  }

  /// Natural parameters of log(w N(y; mu, S)) without its (d/2) log(2 pi), feature by feature:
  /// contexts * featureCount x cells.
  func naturalParameters(
    _ cells: Cells, contexts: Int, _ gaussians: CellGaussians<Scalar>
  ) -> Variable<Scalar> {
    let count = gaussians.logWeight.columns
    let d = cells.dimension
    let features = variable(contexts * cells.featureCount, count)
    let scratch = scratch(registers: 2 * cells.packedSize + d * d + 2 * d)
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

  /// Sum over heads of share[head][component] * x[channel][head][component], for each context: contexts * channels x
  /// components.
  func blended(
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

  /// Softmax down each of `blocks` blocks of rows, in place of x: x must not be used again. Returns it with its log
  /// normaliser (blocks x columns), which carries no gradient.
  func softmaxOfRows(_ x: Variable<Scalar>, blocks: Int) -> (
    softmax: Variable<Scalar>, logNormaliser: Variable<Scalar>
  ) {
    let rows = x.rows / blocks
    let logNormaliser = constant(blocks, x.columns)
    kernels.responsibilities_forward(blocks, rows, x.columns, x.value, logNormaliser.value)
    record { [kernels] in
      kernels.responsibilities_backward(blocks, rows, x.columns, x.value, nil, x.gradient!)
    }
    return (x, logNormaliser)
  }

  /// x minus the log of the sum of exponentials of each row: log weights that are normalised.
  func logSoftmax(_ x: Variable<Scalar>) -> Variable<Scalar> {
    let y = variable(x.rows, x.columns)
    let softmax = scratch(x.count)
    let logNormaliser = scratch(1)
    softmax.update(from: x.value, count: x.count)
    for row in 0..<x.rows {
      let at = row * x.columns
      kernels.responsibilities_forward(1, x.columns, 1, softmax + at, logNormaliser)
      for i in at..<at + x.columns { y.value[i] = x.value[i] - logNormaliser[0] }
    }
    record {
      for row in 0..<x.rows {
        let range = row * x.columns..<(row + 1) * x.columns
        let sum = range.reduce(Scalar(0)) { $0 + y.gradient![$1] }
        for i in range { x.gradient![i] += y.gradient![i] - softmax[i] * sum }
      }
    }
    return y
  }
}

extension Variable {
  /// The values of one of `count` equal blocks.
  func block(_ index: Int, of count: Int) -> UnsafeMutablePointer<Scalar> {
    value + index * (self.count / count)
  }

  /// The gradients of one of `count` equal blocks.
  ///
  /// - Precondition: the variable has a gradient.
  func gradientBlock(_ index: Int, of count: Int) -> UnsafeMutablePointer<Scalar> {
    gradient! + index * (self.count / count)
  }
}
