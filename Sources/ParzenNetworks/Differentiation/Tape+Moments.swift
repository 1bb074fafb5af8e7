import CParzenKernels
import ParzenKernels

extension Tape {
  /// E-step and moments: responsibilities of the components of every head for the samples, and their sums of
  /// (1, x, x x^T packed, log normaliser): contexts * (featureCount + 1) x cells.
  ///
  /// - Parameters:
  ///   - features: natural parameters of the cells, contexts * featureCount x cells.
  ///   - threads: threads over blocks of samples; the result does not depend on it.
  /// - Complexity: O(contexts * samples * cells * featureCount) time; memory independent of the number of samples.
  func moments(
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
            cells, samples: points.context(b, dimension: cells.dimension), parameters: Array(parameters),
            block: responsibilityBlock(cells), threads: threads)
        case .rounded(let points):
          momentSums(
            cells, samples: points.context(b, dimension: cells.dimension),
            parameters: parameters.map { Float($0) },
            block: ResponsibilityBlock<Float>(cells), threads: threads)
        }
      for (i, sum) in sums.enumerated() { result.block(b, of: contexts)[i] = Scalar(sum) }
    }
    record { [block = responsibilityBlock(cells)] in
      guard case .exact(let points) = samples else {
        preconditionFailure("rounded samples have no gradients")
      }
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

  /// Per cell: the shift of its mean, its covariance and log count for the next layer; five scalars for its token
  /// (contexts * 5 * heads rows of components, [head][scalar]); its second moment times the token's probe vectors.
  func momentStatistics(
    _ cells: Cells, contexts: Int, samplesCount: Int, moments: Variable<Scalar>, mean: Variable<Scalar>,
    features: Variable<Scalar>, probes: Variable<Scalar>
  ) -> (state: CellState<Scalar>, scalars: Variable<Scalar>, probed: Variable<Scalar>) {
    let state = CellState(
      mean: mean, shift: variable(mean.rows, mean.columns),
      covariance: variable(contexts * cells.packedSize, cells.count),
      logCount: variable(contexts, cells.count))
    let scalars = variable(contexts * 5 * cells.heads, cells.components)
    let probed = variable(probes.rows, probes.columns)
    let scratch = scratch(registers: 2 * cells.packedSize + 5 * cells.dimension)
    func inputs(_ b: Int) -> ParzenMoments {
      ParzenMoments(
        moments: moments.block(b, of: contexts), mean: mean.block(b, of: contexts),
        features: features.block(b, of: contexts), probes: probes.block(b, of: contexts),
        samples: Double(samplesCount))
    }
    func statistics(_ place: (Variable<Scalar>) -> UnsafeMutablePointer<Scalar>) -> ParzenStatistics {
      ParzenStatistics(
        shift: place(state.shift), covariance: place(state.covariance), log_count: place(state.logCount),
        scalars: place(scalars), probed: place(probed))
    }
    for b in 0..<contexts {
      withUnsafePointer(to: inputs(b)) { inputs in
        withUnsafePointer(to: statistics { $0.block(b, of: contexts) }) {
          kernels.moment_statistics_forward(cells.shape, inputs, $0, scratch)
        }
      }
    }
    record { [kernels] in
      for b in 0..<contexts {
        let gradients = ParzenMomentsGradient(
          moments: moments.gradientBlock(b, of: contexts), mean: mean.gradientBlock(b, of: contexts),
          features: features.gradientBlock(b, of: contexts), probes: probes.gradientBlock(b, of: contexts))
        withUnsafePointer(to: inputs(b)) { inputs in
          withUnsafePointer(to: statistics { $0.gradientBlock(b, of: contexts) }) { statistics in
            withUnsafePointer(to: gradients) {
              kernels.moment_statistics_backward(cells.shape, inputs, statistics, $0, scratch)
            }
          }
        }
      }
    }
    return (state, scalars, probed)
  }
}

/// Moments of one context. Sums of a block are kept in Float64, so that a million samples lose nothing.
private func momentSums<Scalar: KernelScalar>(
  _ cells: Cells, samples: PointBlock<Scalar>, parameters: [Scalar],
  block shared: ResponsibilityBlock<Scalar>,
  threads: Int
) -> [Double] {
  let size = (cells.featureCount + 1) * cells.count
  // The groups are fixed by the number of samples, and added up in their order, whatever the number of threads.
  let length = ResponsibilityBlock<Scalar>.blockLength
  let groups = min(16, (samples.count + 16 * length - 1) / (16 * length))
  let groupLength = (samples.count / length + groups) / groups * length
  let totals = GroupTotals(groups: groups, size: size)
  let alone = groups == 1
  concurrentLoop(groups, threads: threads) { group in
    let block = alone ? shared : ResponsibilityBlock<Scalar>(cells)
    let range = min(group * groupLength, samples.count)..<min((group + 1) * groupLength, samples.count)
    for range in ResponsibilityBlock<Scalar>.blocks(range) {
      block.load(range, points: samples.pointer, stride: samples.count, parameters: parameters)
      block.addMoments(to: totals[group])
    }
  }
  return (0..<size).map { i in (0..<groups).reduce(0.0) { $0 + totals[$1][i] } }
}

extension ResponsibilityBlock {
  /// Adds the moments of the loaded points: (featureCount + 1) x cells.
  fileprivate func addMoments(to sums: UnsafeMutablePointer<Double>) {
    addProducts(features, responsibilities, beta: 0, to: featureScratch)
    Scalar.kernels.add_to_totals(cells.featureCount * cells.count, featureScratch, sums)
    for head in 0..<cells.heads {  // 1 x components: the log normalisers times the responsibilities
      let first = head * cells.components
      Scalar.multiply(
        transposeA: false, transposeB: true, rows: 1, columns: cells.components, inner: count, alpha: 1,
        logNormaliser + head * count, strideA: count, responsibilities + first * count, strideB: count,
        beta: 0,
        featureScratch + first, strideC: cells.components)
    }
    Scalar.kernels.add_to_totals(cells.count, featureScratch, sums + cells.featureCount * cells.count)
  }
}

/// Float64 sums, one array for each group of samples.
private final class GroupTotals: @unchecked Sendable {
  private let storage: UnsafeMutableBufferPointer<Double>
  private let size: Int

  init(groups: Int, size: Int) {
    self.size = size
    storage = .allocate(capacity: groups * size)
    storage.initialize(repeating: 0)
  }

  deinit { storage.deallocate() }

  subscript(group: Int) -> UnsafeMutablePointer<Double> { storage.baseAddress! + group * size }
}

/// Adds the gradient of the natural parameters, given that of the moments. Responsibilities are computed again.
private func momentGradients<Scalar: KernelScalar>(
  _ block: ResponsibilityBlock<Scalar>, samples: PointBlock<Scalar>, parameters: UnsafePointer<Scalar>,
  dmoments: UnsafePointer<Scalar>, dparameters: UnsafeMutablePointer<Scalar>
) {
  let cells = block.cells
  let dlikelihood = dmoments + cells.featureCount * cells.count
  for range in ResponsibilityBlock<Scalar>.blocks(0..<samples.count) {
    block.load(range, points: samples.pointer, stride: samples.count, parameters: parameters)
    Scalar.multiply(
      transposeA: true, transposeB: false, rows: cells.count, columns: range.count, inner: cells.featureCount,
      alpha: 1,
      dmoments, strideA: cells.count, block.features, strideB: range.count, beta: 0, block.gradient,
      strideC: range.count)
    for head in 0..<cells.heads {
      let first = head * cells.components
      let logNormaliser = block.logNormaliser + head * range.count
      Scalar.multiply(  // the likelihood moment: through the responsibilities ...
        transposeA: true, transposeB: false, rows: cells.components, columns: range.count, inner: 1, alpha: 1,
        dlikelihood + first, strideA: cells.components, logNormaliser, strideB: range.count, beta: 1,
        block.gradient + first * range.count, strideC: range.count)
      Scalar.multiply(  // ... and through the log normaliser itself
        transposeA: false, transposeB: false, rows: 1, columns: range.count, inner: cells.components,
        alpha: 1,
        dlikelihood + first, strideA: cells.components, block.responsibilities + first * range.count,
        strideB: range.count, beta: 0, block.logNormaliserGradient + head * range.count, strideC: range.count)
    }
    Scalar.kernels.responsibilities_backward(
      cells.heads, cells.components, range.count, block.responsibilities, block.logNormaliserGradient,
      block.gradient)
    block.addProducts(block.features, block.gradient, beta: 1, to: dparameters)
  }
}
