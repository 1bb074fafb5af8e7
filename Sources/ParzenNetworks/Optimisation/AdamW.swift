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
    let gradientScale = min(1, gradientNorm / norm)
    let step = AdamWStep(
      rate: rate, beta1: beta1, beta2: beta2, correction1: 1 - pow(beta1, t),
      correction2: 1 - pow(beta2, t), epsilon: 1e-8, gradientScale: gradientScale)
    state.firstMoment.withUnsafeMutableBufferPointer { m in
      state.secondMoment.withUnsafeMutableBufferPointer { v in
        state.parameters.withUnsafeMutableBufferPointer { x in
          for entry in layout.entries {
            let at = entry.offset
            if let muon, Muon.takes(entry) {
              muon.step(
                entry, rate: rate, decay: weightDecay, gradient: gradient + at,
                gradientScale: gradientScale, momentum: m.baseAddress! + at,
                parameters: x.baseAddress! + at)
              continue
            }
            step(
              entry.count, decay: entry.isVector ? 0 : weightDecay, gradient: gradient + at,
              firstMoment: m.baseAddress! + at, secondMoment: v.baseAddress! + at,
              parameters: x.baseAddress! + at)
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
