import CParzenKernels

/// What statistics of cells are made from, or the gradients of all that: the moments, means and natural
/// parameters of one context's cells and the probes; only low-rank cells have directions.
package struct MomentArrays<Scalar: KernelScalar> {
  package typealias Numbers = UnsafeMutablePointer<Scalar>

  private let moments, mean, features, probes: Numbers
  private let directions: Numbers?

  package init(moments: Numbers, mean: Numbers, features: Numbers, directions: Numbers?, probes: Numbers) {
    (self.moments, self.mean, self.features) = (moments, mean, features)
    (self.directions, self.probes) = (directions, probes)
  }

  fileprivate var isLowRank: Bool { directions != nil }

  fileprivate func values(samples: Double) -> ParzenMoments {
    ParzenMoments(
      moments: moments, mean: mean, features: features, directions: directions, probes: probes,
      samples: samples)
  }

  fileprivate var gradients: ParzenMomentsGradient {
    ParzenMomentsGradient(
      moments: moments, mean: mean, features: features, directions: directions, probes: probes)
  }
}

/// What the tokens and the next layer are told of one context's cells, or its gradients; the layouts are
/// beside `moment_statistics_forward`.
package struct StatisticArrays<Scalar: KernelScalar> {
  package typealias Numbers = UnsafeMutablePointer<Scalar>

  private let shift, covariance, logCount, scalars, probed: Numbers

  package init(
    shift: Numbers, covariance: Numbers, logCount: Numbers, scalars: Numbers, probed: Numbers
  ) {
    (self.shift, self.covariance, self.logCount) = (shift, covariance, logCount)
    (self.scalars, self.probed) = (scalars, probed)
  }

  fileprivate var pointers: ParzenStatistics {
    ParzenStatistics(
      shift: shift, covariance: covariance, log_count: logCount, scalars: scalars, probed: probed)
  }
}

extension ParzenKernelTable {
  /// The bytes of scratch that statistics and their gradients take.
  package func momentStatisticsScratch(_ cells: Cells, isLowRank: Bool) -> Int {
    isLowRank ? low_rank_statistics_scratch(cells.shape) : moment_statistics_scratch(cells.shape)
  }

  /// The statistics of cells, `moment_statistics_forward`, or `low_rank_statistics_forward` for such cells.
  package func momentStatistics<Scalar>(
    _ cells: Cells, _ inputs: MomentArrays<Scalar>, samples: Double, into result: StatisticArrays<Scalar>,
    scratch: UnsafeMutablePointer<Scalar>
  ) {
    withUnsafePointer(to: inputs.values(samples: samples)) { values in
      withUnsafePointer(to: result.pointers) {
        if inputs.isLowRank {
          low_rank_statistics_forward(cells.shape, values, $0)
        } else {
          moment_statistics_forward(cells.shape, values, $0, scratch)
        }
      }
    }
  }

  /// Adds to the gradients of what statistics are made from, given theirs.
  package func differentiateMomentStatistics<Scalar>(
    _ cells: Cells, _ inputs: MomentArrays<Scalar>, samples: Double, given result: StatisticArrays<Scalar>,
    into gradients: MomentArrays<Scalar>, scratch: UnsafeMutablePointer<Scalar>
  ) {
    let backward = inputs.isLowRank ? low_rank_statistics_backward : moment_statistics_backward
    withUnsafePointer(to: inputs.values(samples: samples)) { values in
      withUnsafePointer(to: result.pointers) { result in
        withUnsafePointer(to: gradients.gradients) { backward!(cells.shape, values, result, $0, scratch) }
      }
    }
  }
}
