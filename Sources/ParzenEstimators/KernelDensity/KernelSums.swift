import ParzenKernels
import ParzenPlatform

/// S(y) = sum_j 2^e_j, e_j = b_j - |y - x_j|^2, at fixed points x_j in R^d: its logarithm L to the base 2,
/// and the mean of the points with weights p_j = 2^e_j / S. Every query is computed in Float32 where that is
/// accurate enough, else in Float64.
///
/// **Float64** is accurate to a few ulp of L and of |y|^2.
///
/// **Float32.** Let u = 2^-24, and take roundings as independent and, at worst, uniform within half an ulp: a
/// value v then has an error of standard deviation at most u |v| / sqrt(3). With all b_j <= 0 and R^2 = max
/// x_jk^2 + max y_k^2,
///
/// * the roundings of the coordinates change e_j by sum_k 2 (y_k - x_jk) times theirs: deviation 2 R
///   sqrt(|e_j|);
/// * those of d differences, squares and partial sums, none larger than |e_j|: sqrt(d + 5) |e_j|, both times
///   u / sqrt(3).
///
/// L changes by the mean of the changes of e_j, and the mean of |e_j| is at most M = log2 n - L, because the
/// entropy of the p_j is sum_j p_j (L - e_j) <= log2 n. So the deviation of L is at most
///
///     u / sqrt(3) * (2 R sqrt(M) + sqrt(d + 5) M),
///
/// not counting that independent errors average out. That of the mean point is about sqrt(d) R u from the
/// coordinates, plus ln 2 sqrt(M) times the last term from the weights. Powers of two and sums add 3 u. A
/// Float32 result is kept if twice the deviation is at most the tolerance: in a test of 20,000 and 200,000
/// samples in 1 to 32 dimensions the largest error was below half of one deviation.
struct KernelSums: Sendable {
  /// L and the mean point of every query, m and m x d values.
  struct Values {
    var logarithms: [Double]
    var means: [Double]
  }

  private let dimension: Int
  /// x, n x d, row by row.
  let points: [Double]
  /// b, less their largest.
  private let biases: [Double]
  private let largestBias: Double
  private let coarsePoints: [Float]
  private let coarseBiases: [Float]
  /// max x_jk^2
  private let reach: Double

  /// - Parameters:
  ///   - points: x, n x d, row by row, with finite squares.
  ///   - logWeights: b, n values, not all -infinity.
  init(points: [Double], logWeights: [Double], dimension: Int) {
    let largest = logWeights.max() ?? 0
    self.dimension = dimension
    self.points = points
    biases = logWeights.map { $0 - largest }
    largestBias = largest
    coarsePoints = points.map { Float($0) }
    coarseBiases = biases.map { Float($0) }
    reach = points.reduce(0) { max($0, $1 * $1) }
  }

  /// b, n values.
  var logWeights: [Double] { biases.map { $0 + largestBias } }

  /// The sums at m queries (m x d, row by row).
  ///
  /// - Parameters:
  ///   - tolerance: the largest error of the natural logarithm of a sum, and a tenth of the largest error of
  ///     the mean point relative to its distance from the query, as twice the deviations above; 0 for Float64
  ///     throughout.
  ///   - wantsMeans: whether the mean points are wanted, which take as long again; else they are undefined.
  /// - Complexity: O(n m d) time, O(m d) memory.
  func callAsFunction(
    _ queries: [Double], tolerance: Double, wantsMeans: Bool = true, threads: Int
  ) -> Values {
    let rows = queries.count / dimension
    var result = Values(logarithms: [Double](repeating: 0, count: rows), means: queries)
    var remaining = Array(0..<rows)
    if tolerance > 0 {
      let promising = remaining.filter { row in
        logarithmDeviation(entropyGap: 1, radius: radius(queries, row)) <= tolerance / 2
      }
      evaluate(
        Float.self, queries, rows: promising, points: coarsePoints, biases: coarseBiases,
        wantsMeans: wantsMeans, threads: threads, &result)
      var accepted = [Bool](repeating: false, count: rows)
      for row in promising {
        accepted[row] = isAccurate(queries, row, result, tolerance: tolerance, wantsMeans: wantsMeans)
      }
      remaining.removeAll { accepted[$0] }
    }
    evaluate(
      Double.self, queries, rows: remaining, points: points, biases: biases, wantsMeans: wantsMeans,
      threads: threads, &result)
    for row in 0..<rows { result.logarithms[row] += largestBias }
    return result
  }

  /// The sums at some rows, in one precision.
  private func evaluate<Scalar: KernelScalar>(
    _: Scalar.Type, _ queries: [Double], rows: [Int], points: [Scalar], biases: [Scalar],
    wantsMeans: Bool, threads: Int, _ result: inout Values
  ) {
    guard !rows.isEmpty else { return }
    let gathered = rows.flatMap { row in (0..<dimension).map { Scalar(queries[row * dimension + $0]) } }
    let sums = GaussianKernelSums(
      queries: gathered, samples: points, bias: biases, dimension: dimension,
      weightingSamples: wantsMeans, threads: threads)
    for (i, row) in rows.enumerated() {
      result.logarithms[row] = log2(Double(sums.sum[i])) + Double(sums.shift[i])
      for k in 0..<(wantsMeans ? dimension : 0) {
        result.means[row * dimension + k] =
          Double(sums.weightedSamples[i * dimension + k]) / Double(sums.sum[i])
      }
    }
  }

  /// Whether the Float32 result of a row is within the tolerance.
  private func isAccurate(
    _ queries: [Double], _ row: Int, _ result: Values, tolerance: Double, wantsMeans: Bool
  ) -> Bool {
    let gap = max(0, log2(Double(biases.count)) - result.logarithms[row])
    let radius = radius(queries, row)
    guard 2 * logarithmDeviation(entropyGap: gap, radius: radius) <= tolerance else { return false }
    guard wantsMeans else { return true }
    let distance = (row * dimension..<(row + 1) * dimension).reduce(0.0) { sum, index in
      let step = result.means[index] - queries[index]
      return sum + step * step
    }.squareRoot()
    let weights = arithmeticDeviation(entropyGap: gap) * gap.squareRoot()
    let coordinates = Double(dimension).squareRoot() * radius * Self.u
    return 2 * (weights + coordinates) <= 10 * tolerance * distance
  }

  /// The deviation of L ln 2.
  private func logarithmDeviation(entropyGap gap: Double, radius: Double) -> Double {
    arithmeticDeviation(entropyGap: gap) + M_LN2 * Self.u
      * (2 / 3.0.squareRoot() * radius * gap.squareRoot() + 3)
  }

  /// The part of it that is not from the roundings of the coordinates.
  private func arithmeticDeviation(entropyGap gap: Double) -> Double {
    M_LN2 * Self.u * (Double(dimension + 5) / 3).squareRoot() * gap
  }

  /// R
  private func radius(_ queries: [Double], _ row: Int) -> Double {
    let largest = (row * dimension..<(row + 1) * dimension).reduce(0.0) { max($0, queries[$1] * queries[$1]) }
    return (reach + largest).squareRoot()
  }

  private static let u = 0x1p-24
}
