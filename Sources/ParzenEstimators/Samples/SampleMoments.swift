import ParzenCore
import ParzenKernels

/// Weighted samples, checked: their normalised weights, mean and standard deviations.
///
/// With weights w_i normalised to the sum 1, the mean is c = sum_i w_i x_i and the variance of a column
/// sum_i w_i (x_i - c)^2 / (1 - 1/n), where n is the number of samples that the weights stand for (see `SampleWeights`).
/// Deviations are scaled before they are squared, so columns may be as small as 1e-300 or as large as 1e300.
struct SampleMoments: Sendable {
  /// The samples of positive weight, n x d.
  let samples: Matrix
  /// Their weights, with sum 1.
  let weights: [Double]
  /// The mean of every column.
  let mean: [Double]
  /// The number n of samples that they stand for. With proportions, 1 / sum_i w_i^2: as many equally weighted samples would
  /// have the same variance of a mean.
  let effectiveCount: Double
  /// The number that decides whether there are enough of them: n for counts, else that of the rows.
  let sufficientCount: Double
  /// The weights with the sum n; nil if none were given.
  let counts: [Double]?

  /// - Parameter weights: one non-negative weight per sample; ones when nil.
  /// - Throws: `ParzenError.unusableSamples` for samples that are missing or not finite;
  ///   `ParzenError.invalidOption` for weights that are negative, not finite, all zero, or of another number.
  init(_ samples: Matrix, weights: SampleWeights?) throws(ParzenError) {
    guard samples.columns > 0, samples.rows > 0 else {
      throw .unusableSamples("there are no samples: give at least one row and one column")
    }
    if let index = samples.elements.firstIndex(where: { !$0.isFinite }) {
      throw .unusableSamples(
        "sample \(index / samples.columns + 1) has \(samples.elements[index]) in column"
          + " \(index % samples.columns + 1): remove samples with missing or infinite values")
    }
    if let weights {
      let normalised = try Self.normalise(weights.values, count: samples.rows)
      let kept = normalised.indices.filter { normalised[$0] > 0 }
      self.samples = kept.count == samples.rows ? samples : samples.selectingRows(kept)
      self.weights = kept.map { normalised[$0] }
    } else {
      self.samples = samples
      self.weights = [Double](repeating: 1 / Double(samples.rows), count: samples.rows)
    }

    var mean = [Double](repeating: 0, count: samples.columns)
    for i in 0..<self.samples.rows {
      for k in mean.indices { mean[k] += self.weights[i] * self.samples[i, k] }
    }
    self.mean = mean
    switch weights {
    case nil: effectiveCount = Double(samples.rows)
    case .counts(let values): effectiveCount = values.reduce(0, +)
    case .proportions: effectiveCount = 1 / self.weights.reduce(0) { $0 + $1 * $1 }
    }
    if case .counts = weights {
      sufficientCount = effectiveCount
    } else {
      sufficientCount = Double(self.samples.rows)
    }
    let n = effectiveCount
    counts = weights == nil ? nil : self.weights.map { $0 * n }
  }

  /// The standard deviation of every column.
  ///
  /// - Throws: `ParzenError.unusableSamples` for fewer than two samples, and, with the columns' numbers, for columns
  ///   that are constant.
  func standardDeviations() throws(ParzenError) -> [Double] {
    guard samples.rows > 1 else {
      throw .unusableSamples(
        "a bandwidth needs at least two samples: give more, or a bandwidth in units of the data")
    }
    let deviations = columnDeviations()
    let constant = deviations.indices.filter { deviations[$0] == 0 }
    guard constant.isEmpty else {
      throw .unusableSamples(
        (constant.count == 1 ? "column " : "columns ") + constant.map { "\($0 + 1)" }.joined(separator: ", ")
          + " of the samples never vary: leave them out, or give a bandwidth in units of the data")
    }
    return deviations
  }

  /// The standard deviation of every column, zero for a column that is constant.
  func columnDeviations() -> [Double] {
    (0..<samples.columns).map { k in
      guard (1..<samples.rows).contains(where: { samples[$0, k] != samples[0, k] }) else { return 0 }
      let largest = (0..<samples.rows).reduce(0) { max($0, abs(samples[$1, k] - mean[k])) }
      let squares = (0..<samples.rows).reduce(0.0) { sum, i in
        let deviation = (samples[i, k] - mean[k]) / largest
        return sum + weights[i] * deviation * deviation
      }
      return largest * (squares / (1 - 1 / effectiveCount)).squareRoot()
    }
  }

  /// The covariance of the columns divided by `scale`: with the standard deviations, the correlation matrix.
  ///
  /// - Complexity: O(n d^2) time, O(n d) memory.
  func correlation(scale: [Double]) -> Matrix {
    let (n, d) = (samples.rows, samples.columns)
    var standardised = samples
    for i in 0..<n {
      let root = (weights[i] / (1 - 1 / effectiveCount)).squareRoot()
      for k in 0..<d { standardised[i, k] = (samples[i, k] - mean[k]) / scale[k] * root }
    }
    var result = Matrix(rows: d, columns: d)
    result.elements.withUnsafeMutableBufferPointer { result in
      Double.multiply(
        transposeA: true, transposeB: false, rows: d, columns: d, inner: n, alpha: 1, standardised.elements,
        strideA: d, standardised.elements, strideB: d, beta: 0, result.baseAddress!, strideC: d)
    }
    return result
  }

  private static func normalise(_ weights: [Double], count: Int) throws(ParzenError) -> [Double] {
    guard weights.count == count else {
      throw .invalidOption(
        "there are \(count) samples but \(weights.count) weights: give one weight per sample")
    }
    if let index = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw .invalidOption(
        "weight \(index + 1) is \(weights[index]): weights must be finite and not negative")
    }
    let largest = weights.max()!
    guard largest > 0 else { throw .invalidOption("all weights are zero: give at least one positive weight") }
    let scaled = weights.map { $0 / largest }
    let total = scaled.reduce(0, +)
    return scaled.map { $0 / total }
  }
}
