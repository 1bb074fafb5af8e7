import ParzenMixtures

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
