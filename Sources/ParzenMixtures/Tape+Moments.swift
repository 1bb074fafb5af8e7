import ParzenDifferentiation
import ParzenKernels

extension Tape {
  /// E-step and moments: responsibilities of the components of every head for the samples, and their sums of
  /// (1, x, x x^T packed, log normaliser): contexts * (featureCount + 1) x cells.
  ///
  /// - Parameters:
  ///   - features: natural parameters of the cells, contexts * featureCount x cells.
  ///   - threads: threads over blocks of samples; the result does not depend on it.
  /// - Complexity: O(contexts * samples * cells * featureCount) time; memory independent of the number of
  ///   samples.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func moments(
    _ cells: Cells, contexts: Int, samples: SamplePoints<Scalar>, features: Variable<Scalar>, threads: Int
  ) -> Variable<Scalar> {
    let result = variable(contexts * (cells.featureCount + 1), cells.count)
    for b in 0..<contexts {
      let parameters = UnsafeBufferPointer(
        start: features.block(b, of: contexts), count: cells.featureCount * cells.count)
      let sums =
        switch samples {
        case .exact(let points):
          momentSums(
            points.context(b, dimension: cells.dimension), parameters: Array(parameters),
            block: workspace(cells, ResponsibilityBlock<Scalar>.init(quadratic:)), threads: threads)
        case .rounded(let points):
          momentSums(
            points.context(b, dimension: cells.dimension), parameters: parameters.map { Float($0) },
            block: ResponsibilityBlock<Float>(cells), threads: threads)
        case .streamed(let points):
          streamedMomentSums(cells, points, parameters: parameters.map { Float($0) })
        }
      for (i, sum) in sums.enumerated() { result.block(b, of: contexts)[i] = Scalar(sum) }
    }
    record { [block = workspace(cells, ResponsibilityBlock<Scalar>.init(quadratic:))] in
      let points = samples.differentiable
      for b in 0..<contexts {
        momentGradients(
          block, samples: points.context(b, dimension: cells.dimension),
          parameters: features.block(b, of: contexts),
          dmoments: result.gradientBlock(b, of: contexts),
          dparameters: features.gradientBlock(b, of: contexts))
      }
    }
    return result
  }

  /// Per cell: the shift of its mean, its covariance and log count for the next layer; five scalars for its
  /// token (contexts * 5 * heads rows of components, [head][scalar]); its second moment times the token's
  /// probe vectors.
  ///
  /// - Parameters:
  ///   - moments: of `moments`, or of `lowRankMoments` where the cells have `directions`: the covariance then
  ///     is isotropic, one variance a cell.
  ///   - features, directions: natural parameters of the cells.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func momentStatistics(
    _ cells: Cells, contexts: Int, samplesCount: Double, moments: Variable<Scalar>, mean: Variable<Scalar>,
    features: Variable<Scalar>, directions: Variable<Scalar>? = nil, probes: Variable<Scalar>
  ) -> (state: CellState<Scalar>, scalars: Variable<Scalar>, probed: Variable<Scalar>) {
    let state = CellState(
      mean: mean, shift: variable(mean.rows, mean.columns),
      covariance: variable(contexts * (directions == nil ? cells.packedSize : 1), cells.count),
      logCount: variable(contexts, cells.count))
    let scalars = variable(contexts * 5 * cells.heads, cells.components)
    let probed = variable(probes.rows, probes.columns)
    typealias Place = (Variable<Scalar>) -> UnsafeMutablePointer<Scalar>
    let scratch = scratch(
      bytes: kernels.momentStatisticsScratch(cells, isLowRank: directions != nil))
    func inputs(_ place: Place) -> MomentArrays<Scalar> {
      MomentArrays(
        moments: place(moments), mean: place(mean), features: place(features),
        directions: directions.map(place), probes: place(probes))
    }
    func statistics(_ place: Place) -> StatisticArrays<Scalar> {
      StatisticArrays(
        shift: place(state.shift), covariance: place(state.covariance), logCount: place(state.logCount),
        scalars: place(scalars), probed: place(probed))
    }
    for b in 0..<contexts {
      kernels.momentStatistics(
        cells, inputs { $0.block(b, of: contexts) }, samples: samplesCount,
        into: statistics { $0.block(b, of: contexts) }, scratch: scratch)
    }
    record { [kernels] in
      for b in 0..<contexts {
        kernels.differentiateMomentStatistics(
          cells, inputs { $0.block(b, of: contexts) }, samples: samplesCount,
          given: statistics { $0.gradientBlock(b, of: contexts) },
          into: inputs { $0.gradientBlock(b, of: contexts) }, scratch: scratch)
      }
    }
    return (state, scalars, probed)
  }
}

/// The E-step of one context and its moments: sums over the samples, with their weights, of responsibility
/// times features and log normaliser, (featureCount + 1) x cells.
///
/// - Parameters:
///   - parameters: natural parameters of the cells, featureCount x cells.
///   - shared: working memory for the cells; more of its kind is made for more than one group of samples.
/// - Complexity: O(samples * cells * featureCount) time; memory independent of the number of samples.
package func momentSums<Scalar: KernelScalar>(
  _ samples: PointBlock<Scalar>, parameters: [Scalar], block shared: ResponsibilityBlock<Scalar>, threads: Int
) -> [Double] {
  let size = (shared.featureCount + 1) * shared.cells.count
  return sampleSums(samples, size: size, threads: threads) { ranges, alone, sums in
    let block = alone ? shared : shared.another()
    for range in ranges { block.addMoments(range, of: samples, parameters: parameters, to: sums) }
  }
}

/// The same of samples that are read chunk by chunk.
private func streamedMomentSums(
  _ cells: Cells, _ samples: any StreamedPoints, parameters: [Float]
) -> [Double] {
  let size = (PointFeatures.quadratic.count(dimension: cells.dimension) + 1) * cells.count
  return samples.sums(size: size) { points, sums in
    let block = ResponsibilityBlock<Float>(cells)
    for range in ResponsibilityBlock<Float>.blocks(0..<points.count) {
      block.addMoments(range, of: points, parameters: parameters, to: sums)
    }
  }
}

/// Adds the gradient of the natural parameters, given that of the moments. Responsibilities are computed
/// again.
private func momentGradients<Scalar: KernelScalar>(
  _ block: ResponsibilityBlock<Scalar>, samples: PointBlock<Scalar>, parameters: UnsafePointer<Scalar>,
  dmoments: UnsafePointer<Scalar>, dparameters: UnsafeMutablePointer<Scalar>
) {
  for range in ResponsibilityBlock<Scalar>.blocks(0..<samples.count) {
    block.load(range, of: samples, parameters: parameters)
    block.differentiateMoments(dmoments)
    block.differentiateResponsibilities()
    block.addProducts(block.features, block.gradient, beta: 1, to: dparameters)
  }
}
