import ParzenCore
import ParzenKernels

/// Weighted samples, checked: the distinct ones in ascending order, with their normalised weights, mean and
/// standard deviations.
///
/// Equal samples become one with the sum of their weights, and the others stand in the lexicographic order
/// of their values. So every estimate is, to the bit, the same for any order of the rows, and none has more
/// parts than there are distinct samples.
///
/// With weights w_i normalised to the sum 1, the mean is c = sum_i w_i x_i and the variance of a column
/// sum_i w_i (x_i - c)^2 / (1 - 1/n), where n is the number of samples that the weights stand for (see
/// `SampleWeights`). Deviations are taken from the first sample and scaled before they are squared, so
/// columns may be as small as 1e-300 or as large as 1e300, and lie beside any offset at which the samples
/// themselves still differ.
struct SampleMoments: Sendable {
  /// The distinct samples of positive weight, ascending, n x d.
  let samples: Matrix
  /// The row given that each of them is; of equal ones, one of them.
  let rows: [Int]
  /// Their weights, with sum 1.
  let weights: [Double]
  /// The mean of every column, rounded to Float64.
  let mean: [Double]
  /// The exact mean less the rounded one: beside a large offset, a part of the deviation that counts.
  let meanRemainder: [Double]
  /// The number n of samples that they stand for. With proportions, 1 / sum_i w_i^2: as many equally
  /// weighted samples would have the same variance of a mean.
  let effectiveCount: Double
  /// The number that decides whether there are enough of them: n for counts, else that of the rows.
  let sufficientCount: Double
  /// The weights with the sum n; nil if all are one.
  let counts: [Double]?

  /// - Parameters:
  ///   - weights: one non-negative weight per sample; ones when nil.
  ///   - rows: which rows are kept, and in which order, where it is not that of the distinct ones.
  /// - Throws: `ParzenError.unusableSamples` for samples that are missing, not finite or beyond 1e300;
  ///   `ParzenError.invalidOption` for weights that are negative, not finite, all zero, of another number,
  ///   or so unequal that they leave less than two samples.
  /// - Complexity: O(n log n + n d) time, O(n d) memory.
  init(
    _ samples: Matrix, weights: SampleWeights?, rows: OrderedSamples.Rule = .distinct
  ) throws(ParzenError) {
    guard samples.columns > 0, samples.rows > 0 else {
      throw .unusableSamples("there are no samples: give at least one row and one column")
    }
    try SampleDiagnosis.checkValues(samples)
    let given = try weights.map { (weights) throws(ParzenError) in
      try Self.normalise(weights.values, count: samples.rows)
    }
    switch weights {
    case nil: effectiveCount = Double(samples.rows)
    case .counts(let values): effectiveCount = values.reduce(0, +)
    case .proportions: effectiveCount = 1 / given!.reduce(0) { $0 + $1 * $1 }
    }
    try Self.check(effectiveCount, of: samples.rows, weights)
    let distinct = OrderedSamples(samples, weights: given, rule: rows)
    self.samples = distinct.samples
    self.rows = distinct.rows
    self.weights = distinct.weights
    if case .counts = weights {
      sufficientCount = effectiveCount
    } else {
      sufficientCount = Double(given?.count { $0 > 0 } ?? samples.rows)
    }
    let n = effectiveCount
    counts =
      weights == nil && distinct.weights.count == samples.rows ? nil : distinct.weights.map { $0 * n }
    (mean, meanRemainder) = Self.mean(distinct.samples, distinct.weights)
  }

  /// The moments of samples in the units that they are given in, which must leave Float64 numbers enough
  /// where they are.
  ///
  /// - Throws: as above, and as `SampleDiagnosis.checkOffsets` does.
  init(
    given samples: Matrix, weights: SampleWeights?, rows: OrderedSamples.Rule = .distinct
  ) throws(ParzenError) {
    try SampleDiagnosis.checkOffsets(samples)
    try self.init(samples, weights: weights, rows: rows)
  }

  /// Throws for weights that make no sense, as the initialiser does.
  static func check(_ weights: SampleWeights, rows: Int) throws(ParzenError) {
    let normalised = try normalise(weights.values, count: rows)
    let n =
      switch weights {
      case .counts(let values): values.reduce(0, +)
      case .proportions: 1 / normalised.reduce(0) { $0 + $1 * $1 }
      }
    try check(n, of: rows, weights)
  }

  /// Throws where weights leave less than two samples, or counts are beyond the whole numbers of Float64.
  private static func check(_ n: Double, of rows: Int, _ weights: SampleWeights?) throws(ParzenError) {
    guard weights != nil else { return }
    guard n <= 0x1p53 else {
      throw .invalidOption("the weights count \(n) samples: give proportions, or smaller counts")
    }
    guard case .proportions = weights, rows > 1, n < smallestCount else { return }
    throw .invalidOption(
      "the weights leave as much as \(n) of \(rows) samples: give weights that are less unequal")
  }

  /// Below, an estimate would be that of one sample.
  private static let smallestCount = 1.5

  /// The mean of every column, and what is lost when it is rounded.
  private static func mean(_ samples: Matrix, _ weights: [Double]) -> (mean: [Double], remainder: [Double]) {
    let d = samples.columns
    let origin = Array(samples[row: 0])
    var offset = [Double](repeating: 0, count: d)
    samples.elements.withUnsafeBufferPointer { elements in
      for (i, weight) in weights.enumerated() {
        for k in 0..<d { offset[k] += weight * (elements[i * d + k] - origin[k]) }
      }
    }
    let mean = zip(origin, offset).map { $0 + $1 }
    return (mean, offset.indices.map { offset[$0] - (mean[$0] - origin[$0]) })
  }

  /// The standard deviation of every column.
  ///
  /// - Throws: `ParzenError.unusableSamples` for fewer than two samples, and, with the columns' numbers,
  ///   for columns that are constant.
  func standardDeviations() throws(ParzenError) -> [Double] {
    guard samples.rows > 1 else {
      throw .unusableSamples(
        "a bandwidth needs at least two samples: give more, or a bandwidth in units of the data")
    }
    let deviations = columnDeviations()
    let constant = deviations.indices.filter { deviations[$0] == 0 }
    guard constant.isEmpty else {
      throw .unusableSamples(
        """
        \(columns: constant) of the samples never \(constant.count == 1 ? "varies" : "vary"): leave \
        \(constant.count == 1 ? "it" : "them") out, or give a bandwidth in units of the \
        data
        """)
    }
    return deviations
  }

  /// The standard deviation of every column, zero for a column that is constant.
  func columnDeviations() -> [Double] {
    (0..<samples.columns).map { k in
      let values = samples[column: k]
      guard values.contains(where: { $0 != values[0] }) else { return 0 }
      let deviations = values.map { ($0 - mean[k]) - meanRemainder[k] }
      let largest = deviations.reduce(0) { max($0, abs($1)) }
      let squares = zip(deviations, weights).reduce(0.0) { sum, sample in
        let deviation = sample.0 / largest
        return sum + sample.1 * deviation * deviation
      }
      return largest * (squares / (1 - 1 / effectiveCount)).squareRoot()
    }
  }

  /// The interquartile range of every column over 1.34, that of a normal law of standard deviation one; zero
  /// where half the samples are one value.
  ///
  /// - Complexity: O(d n log n) time, O(n) memory.
  func normalInterquartileRanges() -> [Double] {
    (0..<samples.columns).map { k in
      let values = samples[column: k]
      let order = ascendingOrder(values)
      // As far from one end as from the other, so that mirrored samples have the same range.
      func quarter(_ order: some Sequence<Int>) -> Double {
        let order = Array(order)
        return weightedQuantile(
          0.25, ofOrdered: order.map { values[$0] }, counts: order.map { weights[$0] })
      }
      return quarter(order.reversed()) / 1.34 - quarter(order) / 1.34
    }
  }

  /// The covariance of the columns divided by `scale`: with the standard deviations, the correlation matrix.
  ///
  /// - Complexity: O(n d^2) time, O(n d) memory.
  func correlation(scale: [Double]) -> Matrix {
    let (n, d) = (samples.rows, samples.columns)
    var standardised = samples
    standardised.withUnsafeMutableElements { elements in
      for i in 0..<n {
        let root = (weights[i] / (1 - 1 / effectiveCount)).squareRoot()
        for k in 0..<d {
          elements[i * d + k] = ((elements[i * d + k] - mean[k]) - meanRemainder[k]) / scale[k] * root
        }
      }
    }
    return standardised.columnProducts
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
