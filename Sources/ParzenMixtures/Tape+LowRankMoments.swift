import ParzenDifferentiation
import ParzenKernels

extension Tape {
  /// E-step and moments of low-rank cells: contexts arrays of `LowRankMomentLayout`, one a row.
  ///
  /// - Parameters:
  ///   - probes: vectors of the cells, contexts * d * heads * rank x components.
  ///   - threads: threads over blocks of samples; the result does not depend on it.
  /// - Complexity: O(contexts * samples * cells * rank * d) time; memory independent of the number of
  ///   samples.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func lowRankMoments(
    _ cells: Cells, contexts: Int, samples: SamplePoints<Scalar>, parameters: LowRankParameters<Scalar>,
    probes: Variable<Scalar>, threads: Int
  ) -> Variable<Scalar> {
    let (features, directions) = (parameters.features, parameters.directions)
    func values<Number: KernelScalar>(_ b: Int, as _: Number.Type) -> LowRankBlockParameters<Number> {
      func numbers(_ x: Variable<Scalar>) -> [Number] {
        UnsafeBufferPointer(start: x.block(b, of: contexts), count: x.count / contexts).map { Number($0) }
      }
      return LowRankBlockParameters(
        features: numbers(features), directions: numbers(directions), probes: numbers(probes))
    }
    let result = variable(contexts, LowRankMomentLayout(cells).count)
    for b in 0..<contexts {
      let sums =
        switch samples {
        case .exact(let points):
          momentSums(
            cells, samples: points.context(b, dimension: cells.dimension),
            parameters: values(b, as: Scalar.self), threads: threads)
        case .rounded(let points):
          momentSums(
            cells, samples: points.context(b, dimension: cells.dimension),
            parameters: values(b, as: Float.self), threads: threads)
        case .streamed(let points):
          streamedMomentSums(cells, points, parameters: values(b, as: Float.self))
        }
      for (i, sum) in sums.enumerated() { result.block(b, of: contexts)[i] = Scalar(sum) }
    }
    record {
      let points = samples.differentiable
      for b in 0..<contexts {
        let block = LowRankBlock(cells, parameters: values(b, as: Scalar.self))
        for range in ResponsibilityBlock<Scalar>.blocks(0..<points.count) {
          block.load(range, of: points.context(b, dimension: cells.dimension))
          block.addGradients(
            dmoments: result.gradientBlock(b, of: contexts),
            features: features.gradientBlock(b, of: contexts),
            directions: directions.gradientBlock(b, of: contexts),
            probes: probes.gradientBlock(b, of: contexts))
        }
      }
    }
    return result
  }
}

/// Moments of one context.
private func momentSums<Scalar: KernelScalar>(
  _ cells: Cells, samples: PointBlock<Scalar>, parameters: LowRankBlockParameters<Scalar>, threads: Int
) -> [Double] {
  sampleSums(samples, size: LowRankMomentLayout(cells).count, threads: threads) { ranges, _, sums in
    let block = LowRankBlock(cells, parameters: parameters)
    for range in ranges {
      block.load(range, of: samples)
      block.addMoments(to: sums)
    }
  }
}

/// The same of samples that are read chunk by chunk.
private func streamedMomentSums(
  _ cells: Cells, _ samples: any StreamedPoints, parameters: LowRankBlockParameters<Float>
) -> [Double] {
  samples.sums(size: LowRankMomentLayout(cells).count) { points, sums in
    let block = LowRankBlock(cells, parameters: parameters)
    for range in ResponsibilityBlock<Float>.blocks(0..<points.count) {
      block.load(range, of: points)
      block.addMoments(to: sums)
    }
  }
}
