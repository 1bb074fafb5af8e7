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

/// The coefficients of the features (1, y_i, y_i y_j for i <= j) in log(weight times Gaussian) + (d/2) log(2
/// pi) of some components, component fastest: featureCount x components.
///
/// - Parameters:
///   - logWeights: one for each component.
///   - means: d x components.
///   - covariances: entries (0,0) (0,1) .. (0,d-1) (1,1) .., d(d+1)/2 x components. Where they are not
///     positive definite, the result is not a number.
/// - Complexity: O(components d^3) time, O(components d^2) memory.
package func naturalParameters<Scalar: KernelScalar>(
  dimension d: Int, logWeights: [Scalar], means: [Scalar], covariances: [Scalar]
) -> [Scalar] {
  let kernels = Scalar.kernels
  let size = logWeights.count + means.count + covariances.count
  return [Scalar](unsafeUninitializedCapacity: size) { features, count in
    logWeights.withUnsafeBufferPointer { logWeights in
      means.withUnsafeBufferPointer { means in
        covariances.withUnsafeBufferPointer { covariances in
          withUnsafeTemporaryAllocation(
            byteCount: kernels.natural_parameters_scratch(d), alignment: 64
          ) { scratch in
            kernels.natural_parameters_forward(
              d, logWeights.count, logWeights.baseAddress!, means.baseAddress!, covariances.baseAddress!,
              features.baseAddress!, scratch.baseAddress!)
          }
        }
      }
    }
    count = size
  }
}
