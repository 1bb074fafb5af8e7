import ParzenCore

/// The squared kernelised Stein discrepancy of samples x_1..x_n from a distribution with score s: the
/// U-statistic
///
///     1 / (n (n - 1)) sum over i != j of u(x_i, x_j),
///     u(x, y) = s(x) . s(y) k + s(x) . grad_y k + s(y) . grad_x k + trace grad_x grad_y k,
///
/// with the inverse multiquadric kernel k = (1 + |r|^2)^(-1/2), r = x - y in units of the columns' standard
/// deviations. It is unbiased, zero in the mean if the samples come from the distribution, and positive
/// otherwise; no normalising constant of the distribution is needed.
///
/// Q. Liu, J. Lee, M. Jordan, A kernelized Stein discrepancy for goodness-of-fit tests, ICML 2016; J. Gorham,
/// L. Mackey, Measuring sample quality with kernels, ICML 2017, for the kernel.
///
/// ```swift
/// let discrepancy = SteinDiscrepancy(scale: samples)
/// let distance = try discrepancy(samples, score: mixture)
/// ```
public struct SteinDiscrepancy: Sendable {
  /// The unit of every column.
  private let units: [Double]
  /// What is wrong with the samples of the scale.
  private let flaw: ParzenError?
  /// Of more samples than these, as many at even distances are used.
  public static let mostSamples = 2000

  /// The discrepancy with the units of given samples: the standard deviations of their columns, 1 where one
  /// is constant.
  public init(scale samples: Matrix) {
    do throws(ParzenError) {
      try SampleDiagnosis.checkValues(samples)
      flaw = nil
    } catch { flaw = error }
    units = columnDeviations(samples)
  }

  /// The squared discrepancy of n samples (n x d).
  ///
  /// - Throws: `ParzenError.unusableSamples` for fewer than two samples, for samples, or those of the scale,
  ///   that are not finite or beyond 1e300, and where the score is so large that the discrepancy is no
  ///   number; `ParzenError.dimensionMismatch` for samples, or a score, of another dimension than the samples
  ///   of the scale.
  /// - Complexity: O(n^2 d) time for up to `mostSamples` samples, O(n d) memory.
  public func callAsFunction(_ samples: Matrix, score: any Score) throws(ParzenError) -> Double {
    guard samples.rows >= 2 else {
      throw .unusableSamples("a Stein discrepancy is of pairs: give at least 2 samples")
    }
    guard samples.columns == units.count else {
      throw .dimensionMismatch(expected: units.count, found: samples.columns)
    }
    if let flaw { throw flaw }
    try SampleDiagnosis.checkValues(samples)
    let step = (samples.rows + Self.mostSamples - 1) / Self.mostSamples
    let chosen = samples.selectingRows(stride(from: 0, to: samples.rows, by: step))
    var points = chosen.elements
    var scores = try score.score(at: chosen).elements
    let d = samples.columns
    for index in points.indices {
      points[index] /= units[index % d]
      scores[index] *= units[index % d]
    }
    let count = chosen.rows
    var total = 0.0
    for i in 0..<count {
      for j in 0..<i {
        var (square, inner, pull) = (0.0, 0.0, 0.0)
        for k in 0..<d {
          let r = points[i * d + k] - points[j * d + k]
          square += r * r
          inner += scores[i * d + k] * scores[j * d + k]
          pull += (scores[i * d + k] - scores[j * d + k]) * r
        }
        // k = q^(-1/2), grad_y k = r q^(-3/2) = -grad_x k, trace = d q^(-3/2) - 3 |r|^2 q^(-5/2), with q = 1
        // + |r|^2.
        let inverse = 1 / (1 + square)
        let kernel = inverse.squareRoot()
        total += kernel * (inner + inverse * (pull + Double(d) - 3 * square * inverse))
      }
    }
    let discrepancy = 2 * total / (Double(count) * Double(count - 1))
    guard discrepancy.isFinite else {
      throw .unusableSamples(
        "the Stein discrepancy is no finite number: samples lie too far from those of its scale, or the score"
          + " is too large there; leave out what is far from all others")
    }
    return discrepancy
  }
}
