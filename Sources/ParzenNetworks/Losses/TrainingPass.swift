import ParzenKernels
import ParzenMixtures

/// Whitened contexts of equal shape: samples coordinate by coordinate, anchors point by point.
package struct WhitenedContexts<Scalar: KernelScalar> {
  /// The number of contexts.
  package var count: Int
  package var dimension: Int
  package var samples: SamplePoints<Scalar>
  /// count * components points, row by row.
  package var anchors: UnsafePointer<Scalar>
  package var components: Int

  package init(
    count: Int, dimension: Int, samples: SamplePoints<Scalar>, anchors: UnsafePointer<Scalar>, components: Int
  ) {
    self.count = count
    self.dimension = dimension
    self.samples = samples
    self.anchors = anchors
    self.components = components
  }
}

/// Losses with gradients of a network on batches of contexts; one per thread, its memory used again.
package protocol TrainingPass: AnyObject {
  /// The loss of the contexts' densities at the queries; adds its gradient to `gradient`.
  ///
  /// - Parameters:
  ///   - queries: points of every context, coordinate by coordinate.
  ///   - form: how errors count.
  ///   - parameters, gradient: flat arrays in the order of the configuration's layout.
  func loss(
    _ contexts: WhitenedContexts<Float>, queries: PointBlock<Float>, labels: DensityLabels<Float>,
    form: DensityLossForm, parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
  ) -> DensityLoss
}
