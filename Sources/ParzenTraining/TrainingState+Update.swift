import CParzenKernels
import Foundation
import ParzenKernels
import ParzenNetworks

extension TrainingState {
  /// One AdamW step (Loshchilov & Hutter, arXiv 1711.05101), and one of the averaged weights.
  ///
  /// - Parameters:
  ///   - gradient: flat, in the order of the layout.
  ///   - norm: its norm; the gradient is scaled down to `configuration.gradientNorm`.
  ///   - rate: the learning rate.
  mutating func update(
    _ configuration: TrainingConfiguration, layout: ParameterLayout, gradient: UnsafePointer<Float>,
    norm: Double,
    rate: Double
  ) {
    let t = Double(step + 1 - skippedSteps)
    var step = ParzenAdamW(
      rate: rate, decay: 0, beta1: configuration.beta1, beta2: configuration.beta2,
      correction1: 1 - pow(configuration.beta1, t), correction2: 1 - pow(configuration.beta2, t),
      epsilon: 1e-8,
      gradient_scale: min(1, configuration.gradientNorm / norm))
    firstMoment.withUnsafeMutableBufferPointer { m in
      secondMoment.withUnsafeMutableBufferPointer { v in
        parameters.withUnsafeMutableBufferPointer { x in
          for entry in layout.entries {
            step.decay = entry.isVector ? 0 : configuration.weightDecay
            let at = entry.offset
            Float.kernels.adamw(
              entry.count, step, gradient + at, m.baseAddress! + at, v.baseAddress! + at, x.baseAddress! + at)
          }
        }
      }
    }
    // The average forgets its beginning faster while the run is young.
    let decay = Float(min(configuration.averageDecay, (1 + t) / (10 + t)))
    for i in average.indices { average[i] = decay * average[i] + (1 - decay) * parameters[i] }
  }
}
