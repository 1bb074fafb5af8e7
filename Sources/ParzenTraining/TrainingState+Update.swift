import ParzenDifferentiation
import ParzenNetworks

extension TrainingState {
  /// One step of the optimiser, and one of the averaged weights.
  ///
  /// - Parameters:
  ///   - gradient: flat, in the order of the layout.
  ///   - norm: its norm.
  ///   - rate: the learning rate.
  mutating func update(
    _ configuration: TrainingConfiguration, layout: ParameterLayout, gradient: UnsafePointer<Float>,
    norm: Double, rate: Double
  ) {
    let optimizer = AdamW(
      beta1: configuration.beta1, beta2: configuration.beta2, weightDecay: configuration.weightDecay,
      gradientNorm: configuration.gradientNorm, averageDecay: configuration.averageDecay,
      muon: configuration.optimizer == .muon ? Muon(momentum: configuration.momentum) : nil)
    optimizer.step(
      step + 1 - skippedSteps, rate: rate, gradient: gradient, norm: norm, layout: layout,
      parameters: &parameters, firstMoment: &firstMoment, secondMoment: &secondMoment, average: &average)
  }
}
