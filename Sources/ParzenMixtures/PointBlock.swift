import ParzenKernels

/// Points of several contexts, each coordinate by coordinate: coordinate i of context b begins at (b * d + i)
/// * count.
package struct PointBlock<Scalar: KernelScalar>: @unchecked Sendable {
  package let pointer: UnsafePointer<Scalar>
  /// Points in each context.
  package let count: Int
  /// One weight for each point, that of a point standing for so many; nil for ones. Only for a single
  /// context.
  package let weights: UnsafePointer<Scalar>?
  /// The sum of the weights.
  package let total: Double

  package init(_ pointer: UnsafePointer<Scalar>, count: Int) {
    self.init(pointer, count: count, weights: nil, total: Double(count))
  }

  /// Points of one context with weights whose sum is `total`.
  package init(
    _ pointer: UnsafePointer<Scalar>, count: Int, weights: UnsafePointer<Scalar>?, total: Double
  ) {
    self.pointer = pointer
    self.count = count
    self.weights = weights
    self.total = total
  }

  /// The points of one context alone.
  package func context(_ index: Int, dimension: Int) -> PointBlock {
    precondition(index == 0 || weights == nil, "only the points of a single context have weights")
    return PointBlock(pointer + index * dimension * count, count: count, weights: weights, total: total)
  }
}

/// The samples of a network's contexts.
package enum SamplePoints<Scalar: KernelScalar> {
  /// In the precision of the network.
  case exact(PointBlock<Scalar>)
  /// Rounded to Float32, for passes without gradients: half the memory, and a multiple of the speed. Sums
  /// over samples are in Float64 all the same.
  case rounded(PointBlock<Float>)
  /// The same of samples that are not all in memory; of one context.
  case streamed(any StreamedPoints)

  /// Samples in each context.
  package var count: Int {
    switch self {
    case .exact(let points): points.count
    case .rounded(let points): points.count
    case .streamed(let points): points.count
    }
  }

  /// The sum of the weights of each context: the number of samples that they stand for.
  package var total: Double {
    switch self {
    case .exact(let points): points.total
    case .rounded(let points): points.total
    case .streamed(let points): points.total
    }
  }

  /// The points, where they can be differentiated.
  package var differentiable: PointBlock<Scalar> {
    guard case .exact(let points) = self, points.weights == nil else {
      preconditionFailure("rounded, streamed and weighted samples have no gradients")
    }
    return points
  }
}
