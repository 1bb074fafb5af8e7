import ParzenDifferentiation
import ParzenKernels

/// True values at the points of several contexts of equal shape, and the metric of the score's error.
package struct DensityLabels<Scalar: KernelScalar> {
  /// contexts x points.
  package var logDensity: UnsafePointer<Scalar>
  /// contexts * d x points.
  package var score: UnsafePointer<Scalar>
  /// contexts matrices M, d x d: the error e counts as |e M|^2.
  package var metric: UnsafePointer<Scalar>
  /// contexts x points: the squared score error per dimension, in the metric, that counts as 1.
  package var scoreScale: UnsafePointer<Scalar>
  /// contexts: the squared log-density error that counts as 1.
  package var logDensityScale: UnsafePointer<Scalar>

  package init(
    logDensity: UnsafePointer<Scalar>, score: UnsafePointer<Scalar>, metric: UnsafePointer<Scalar>,
    scoreScale: UnsafePointer<Scalar>, logDensityScale: UnsafePointer<Scalar>
  ) {
    self.logDensity = logDensity
    self.score = score
    self.metric = metric
    self.scoreScale = scoreScale
    self.logDensityScale = logDensityScale
  }
}

/// The two parts of the loss, each a sum of pseudo-Huber errors over points.
package struct DensityLoss: Sendable, Equatable {
  package var score = 0.0
  package var logDensity = 0.0

  package init() {}
}

/// How errors of score and log density make a loss.
package struct DensityLossForm: Sendable {
  /// Weight of one point's score error.
  package var scoreWeight: Double
  /// Weight of one point's log-density error.
  package var logDensityWeight: Double
  /// The error from which the pseudo-Huber loss grows linearly; infinite for squared errors.
  package var delta: Double

  package init(scoreWeight: Double, logDensityWeight: Double, delta: Double) {
    self.scoreWeight = scoreWeight
    self.logDensityWeight = logDensityWeight
    self.delta = delta
  }
}

extension Tape {
  /// Pseudo-Huber loss 2 delta^2 (sqrt(1 + r / delta^2) - 1), or r itself for an infinite delta, of r = |e
  /// M|^2 / (d * scale) for the score and of r = (log-density error)^2 / scale; seeds the gradients of
  /// `logDensity` and `score`.
  ///
  /// - Returns: the unweighted sums over all points of all contexts.
  func densityLoss(
    logDensity: Variable<Scalar>, score: Variable<Scalar>, labels: DensityLabels<Scalar>,
    form: DensityLossForm
  ) -> DensityLoss {
    let contexts = logDensity.rows
    let m = logDensity.columns
    let d = score.rows / contexts
    var loss = DensityLoss()
    var error = [Scalar](repeating: 0, count: d)
    var metricError = error
    for b in 0..<contexts {
      let metric = labels.metric + b * d * d
      let perScale = 1 / labels.logDensityScale[b]
      for p in 0..<m {
        let scale = 1 / (Scalar(d) * labels.scoreScale[b * m + p])
        let at = b * d * m + p
        for i in 0..<d { error[i] = score.value[at + i * m] - labels.score[at + i * m] }
        var squared = Scalar(0)
        for j in 0..<d {
          var sum = Scalar(0)
          for i in 0..<d { sum += error[i] * metric[i * d + j] }
          metricError[j] = sum
          squared += sum * sum
        }
        let (value, slope) = pseudoHuber(squared * scale, delta: form.delta)
        loss.score += Double(value)
        let difference = logDensity.value[b * m + p] - labels.logDensity[b * m + p]
        let (logValue, logSlope) = pseudoHuber(difference * difference * perScale, delta: form.delta)
        loss.logDensity += Double(logValue)
        guard records else { continue }
        logDensity.gradient![b * m + p] +=
          Scalar(form.logDensityWeight) * logSlope * 2 * difference * perScale
        let factor = Scalar(form.scoreWeight) * slope * 2 * scale
        for i in 0..<d {
          var sum = Scalar(0)
          for j in 0..<d { sum += metric[i * d + j] * metricError[j] }
          score.gradient![at + i * m] += factor * sum
        }
      }
    }
    return loss
  }
}

/// The pseudo-Huber loss of a squared error, with its derivative in the squared error.
private func pseudoHuber<Scalar: KernelScalar>(
  _ squared: Scalar, delta: Double
) -> (value: Scalar, slope: Scalar) {
  guard delta.isFinite else { return (squared, 1) }
  let delta2 = Scalar(delta * delta)
  let root = (1 + squared / delta2).squareRoot()
  return (2 * delta2 * (root - 1), 1 / root)
}
