import CParzenKernels
import ParzenDifferentiation
import ParzenKernels
import ParzenPlatform

/// AdamW (Loshchilov & Hutter, arXiv 1711.05101) with clipped gradients, and a running average of the
/// weights.
package struct AdamW: Sendable {
  /// The decay of the moment estimates.
  package var beta1: Double
  package var beta2: Double
  /// The weight decay of matrices; vectors have none.
  package var weightDecay: Double
  /// The norm that gradients are scaled down to.
  package var gradientNorm: Double
  /// The decay of the average of the weights.
  package var averageDecay: Double
  /// What takes the steps of large matrices in place of AdamW, if anything.
  package var muon: Muon?

  package init(
    beta1: Double, beta2: Double, weightDecay: Double, gradientNorm: Double, averageDecay: Double,
    muon: Muon? = nil
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = weightDecay
    self.gradientNorm = gradientNorm
    self.averageDecay = averageDecay
    self.muon = muon
  }

  /// The norm of a gradient.
  package static func norm(of gradient: UnsafePointer<Float>, count: Int) -> Double {
    var sum = 0.0
    for i in 0..<count { sum += Double(gradient[i]) * Double(gradient[i]) }
    return sum.squareRoot()
  }

  /// One step, and one of the average.
  ///
  /// - Parameters:
  ///   - state: what changes.
  ///   - rate: the learning rate.
  ///   - gradient: flat, in the order of the layout.
  ///   - norm: its norm.
  ///   - layout: of all arrays.
  package func step(
    _ state: inout OptimizerState, rate: Double, gradient: UnsafePointer<Float>, norm: Double,
    layout: ParameterLayout
  ) {
    state.steps += 1
    let t = Double(state.steps)
    var step = ParzenAdamW(
      rate: rate, decay: 0, beta1: beta1, beta2: beta2, correction1: 1 - pow(beta1, t),
      correction2: 1 - pow(beta2, t), epsilon: 1e-8, gradient_scale: min(1, gradientNorm / norm))
    state.firstMoment.withUnsafeMutableBufferPointer { m in
      state.secondMoment.withUnsafeMutableBufferPointer { v in
        state.parameters.withUnsafeMutableBufferPointer { x in
          for entry in layout.entries {
            step.decay = entry.isVector ? 0 : weightDecay
            let at = entry.offset
            if let muon, Muon.takes(entry) {
              muon.step(
                entry, rate: rate, decay: weightDecay, gradient: gradient + at,
                gradientScale: step.gradient_scale, momentum: m.baseAddress! + at,
                parameters: x.baseAddress! + at)
              continue
            }
            Float.kernels.adamw(
              entry.count, step, gradient + at, m.baseAddress! + at, v.baseAddress! + at, x.baseAddress! + at)
          }
        }
      }
    }
    // The average forgets its beginning faster while the run is young.
    let decay = Float(min(averageDecay, (1 + t) / (10 + t)))
    for i in state.average.indices {
      state.average[i] = decay * state.average[i] + (1 - decay) * state.parameters[i]
    }
  }
}

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

  /// A step of a training that needs nothing but its loss: takes the gradient and, if it is finite, the
  /// optimiser's step against it.
  ///
  /// - Parameters:
  ///   - gradient: memory for it, as many values as there are parameters.
  ///   - loss: adds its gradient to the second argument, which is zero, and returns the loss.
  /// - Returns: the loss before the step, and the gradient's norm.
  package mutating func descend(
    _ optimizer: AdamW, rate: Double, layout: ParameterLayout, gradient: inout [Float],
    loss: (_ parameters: [Float], _ gradient: inout [Float]) -> Double
  ) -> (loss: Double, gradientNorm: Double) {
    for i in gradient.indices { gradient[i] = 0 }
    let value = loss(parameters, &gradient)
    let norm = AdamW.norm(of: gradient, count: layout.count)
    if norm.isFinite { optimizer.step(&self, rate: rate, gradient: gradient, norm: norm, layout: layout) }
    return (value, norm)
  }
}
