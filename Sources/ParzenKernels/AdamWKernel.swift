import CParzenKernels

/// The numbers of one step of AdamW (Loshchilov & Hutter, arXiv 1711.05101): the learning rate, the weight
/// decay, the decays of the moment estimates with their corrections 1 - beta^t, and what gradients are
/// multiplied by.
package struct AdamWStep: Sendable {
  private var step: ParzenAdamW

  package init(
    rate: Double, beta1: Double, beta2: Double, correction1: Double, correction2: Double, epsilon: Double,
    gradientScale: Double
  ) {
    step = ParzenAdamW(
      rate: rate, decay: 0, beta1: beta1, beta2: beta2, correction1: correction1, correction2: correction2,
      epsilon: epsilon, gradient_scale: gradientScale)
  }

  /// Takes the step with `count` parameters and their moment estimates, all changed in place.
  package func callAsFunction(
    _ count: Int, decay: Double, gradient: UnsafePointer<Float>, firstMoment: UnsafeMutablePointer<Float>,
    secondMoment: UnsafeMutablePointer<Float>, parameters: UnsafeMutablePointer<Float>
  ) {
    var step = step
    step.decay = decay
    Float.kernels.adamw(count, step, gradient, firstMoment, secondMoment, parameters)
  }
}
