import ParzenDifferentiation

/// Weights on their way, and what the optimiser remembers: all that a training changes from step to step.
package struct OptimizerState: Sendable, Equatable {
  /// The weights, flat, in the order of the layout.
  package var parameters: [Float]
  /// AdamW's estimates of the gradient's first and second moments; for Muon's matrices, its momentum and
  /// nothing.
  package var firstMoment: [Float]
  package var secondMoment: [Float]
  /// The running average of the weights.
  package var average: [Float]
  /// Steps taken.
  package var steps = 0

  /// The state before the first step.
  package init(parameters: [Float]) {
    self.parameters = parameters
    average = parameters
    firstMoment = .init(repeating: 0, count: parameters.count)
    secondMoment = firstMoment
  }

  /// A step of a training: takes the gradient and, if it is finite, the optimiser's step against it.
  ///
  /// - Parameters:
  ///   - gradient: memory for it, as many values as there are parameters.
  ///   - loss: adds its gradient to the second argument, which is zero, and returns the loss.
  /// - Returns: the loss before the step, and the gradient's norm before it was scaled down.
  /// - Throws: what `loss` throws; the weights are as before then.
  package mutating func descend<Loss, Failure>(
    _ optimizer: AdamW, rate: Double, layout: ParameterLayout, gradient: inout [Float],
    loss: (_ parameters: [Float], _ gradient: inout [Float]) throws(Failure) -> Loss
  ) throws(Failure) -> (loss: Loss, gradientNorm: Double) {
    gradient.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    let value = try loss(parameters, &gradient)
    let norm = AdamW.norm(of: gradient, count: layout.count)
    if norm.isFinite { optimizer.step(&self, rate: rate, gradient: gradient, norm: norm, layout: layout) }
    return (value, norm)
  }
}
