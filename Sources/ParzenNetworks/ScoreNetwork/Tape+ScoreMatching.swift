import ParzenDifferentiation
import ParzenKernels

extension Tape {
  /// The implicit score-matching loss of scores s with their derivatives J v in T directions v: the mean over
  /// the rows of
  ///
  ///     (1/T) sum over v of v . J v  +  |s|^2 / 2,     or, sliced,   + (1/T) sum over v of (v . s)^2 / 2.
  ///
  /// Seeds the gradient of `score`.
  ///
  /// - Parameters:
  ///   - score: with tangents, (1 + T) rows * d.
  ///   - directions: the directions v in the order of the tangents, T rows * d.
  func scoreMatchingLoss(
    _ score: Variable<Scalar>, directions: Variable<Scalar>, isSliced: Bool
  ) -> Double {
    let d = score.columns
    let rows = score.rows - directions.rows
    let directionCount = directions.rows / rows
    let share = 1 / Scalar(rows)
    let directionShare = share / Scalar(directionCount)
    var loss = Scalar(0)
    for row in 0..<directions.rows {
      let (v, derivative) = (directions.value + row * d, score.value + (rows + row) * d)
      let s = score.value + row % rows * d
      var (trace, slice) = (Scalar(0), Scalar(0))
      for i in 0..<d {
        trace += v[i] * derivative[i]
        slice += v[i] * s[i]
      }
      loss += directionShare * trace
      if isSliced { loss += directionShare * slice * slice / 2 }
      guard records else { continue }
      let dderivative = score.gradient! + (rows + row) * d
      for i in 0..<d { dderivative[i] += directionShare * v[i] }
      guard isSliced else { continue }
      let ds = score.gradient! + row % rows * d
      for i in 0..<d { ds[i] += directionShare * slice * v[i] }
    }
    if !isSliced {
      for i in 0..<rows * d {
        loss += share * score.value[i] * score.value[i] / 2
        if records { score.gradient![i] += share * score.value[i] }
      }
    }
    return Double(loss)
  }
}
