import ParzenKernels

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
