import ParzenCore
import ParzenKernels
import ParzenPlatform

/// A test of whether two sets of samples have one distribution, by the energy distance
///
///     E = 2 E|x - y| - E|x - x'| - E|y - y'|,
///
/// in units of the pooled standard deviations, which is zero only for equal distributions, and its
/// permutation distribution. Nothing is estimated, so that the p-value is exact, whatever the distributions
/// are.
///
/// G. Székely, M. Rizzo, Testing for equal distributions in high dimension, InterStat 5, 2004.
///
/// ```swift
/// let test = try TwoSampleTest(samples, others)
/// let differ = test.pValue < 0.01
/// ```
public struct TwoSampleTest: Sendable, Equatable, Codable {
  /// The energy distance of the samples.
  public let energyDistance: Double
  /// The part of permutations with as large a distance, the given one counted: at least 1 / (1 +
  /// permutations).
  public let pValue: Double

  /// The most samples of a set that are used, at even distances.
  public static let mostSamples = 1000

  /// Tests samples (n x d and m x d).
  ///
  /// - Throws: `ParzenError.dimensionMismatch` if they have different numbers of columns;
  ///   `ParzenError.unusableSamples` for samples that are not finite or beyond 1e300;
  ///   `ParzenError.invalidOption` for fewer than two samples in a set, or no permutations.
  /// - Complexity: O(N^2 (d + permutations)) time and O(N^2) memory for N samples in all, at most 2,000.
  public init(
    _ first: Matrix, _ second: Matrix, permutations: Int = 199, seed: UInt64 = 1,
    threads: Int = Parallelism.threads
  ) throws(ParzenError) {
    guard first.columns == second.columns else {
      throw .dimensionMismatch(expected: first.columns, found: second.columns)
    }
    guard first.rows >= 2, second.rows >= 2 else {
      throw .invalidOption("a two-sample test needs two samples in each set")
    }
    try Limits.check("permutations", permutations, 1...Limits.repetitions)
    for set in [first, second] { try SampleDiagnosis.checkValues(set) }
    let sets = [first, second].map { set in
      let step = max(1, (set.rows + Self.mostSamples - 1) / Self.mostSamples)
      return set.selectingRows(stride(from: 0, to: set.rows, by: step))
    }
    let pooled = Matrix(
      rows: sets[0].rows + sets[1].rows, columns: first.columns, elements: sets[0].elements + sets[1].elements
    )
    let units = columnDeviations(pooled)
    let count = pooled.rows
    var distances = [Float](repeating: 0, count: count * count)
    for i in 0..<count {
      for j in 0..<i {
        var square = 0.0
        for k in 0..<pooled.columns {
          let difference = (pooled[i, k] - pooled[j, k]) / units[k]
          square += difference * difference
        }
        distances[i * count + j] = Float(square.squareRoot())
        distances[j * count + i] = distances[i * count + j]
      }
    }
    let (n, m) = (sets[0].rows, sets[1].rows)
    let table = distances
    let statistic = { @Sendable (members: [Bool]) -> Double in
      var (within, between, other) = (0.0, 0.0, 0.0)
      for i in 0..<count {
        // The sum of distances to the first set, and to all.
        var (near, all) = (Float(0), Float(0))
        for j in 0..<count {
          let distance = table[i * count + j]
          all += distance
          near += members[j] ? distance : 0
        }
        if members[i] {
          within += Double(near)
          between += Double(all - near)
        } else {
          other += Double(all - near)
        }
      }
      let (a, b) = (Double(n), Double(m))
      return 2 * between / (a * b) - within / (a * a) - other / (b * b)
    }
    let observed = statistic((0..<count).map { $0 < n })
    let others = try concurrentResults(permutations, threads: threads) { (index) throws(ParzenError) in
      var generator = Xoshiro256(seed: seed, stream: index)
      var members = [Bool](repeating: false, count: count)
      for place in generator.nextSubset(of: count, size: n) { members[place] = true }
      return statistic(members)
    }
    energyDistance = observed
    pValue = Double(1 + others.count { $0 >= observed }) / Double(1 + permutations)
  }
}
