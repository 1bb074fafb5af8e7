import ParzenCore
import ParzenEstimators

extension Matrix {
  /// Samples with the ties of some columns spread at random, by which information between columns stays
  /// what it is: every value x becomes one of its own, a function of x and of noise that nothing else depends
  /// on, and tells x.
  ///
  /// Densities have spikes at values that samples share, and what is left of their difference is noise. A
  /// column of few values becomes as many narrow normal laws at equal distances; one of rounded values is
  /// spread over its steps; another with ties becomes the normal scores of its ranks, those of equal values
  /// in random order. One that varies in no more than one sample stays as it is, since nothing can be told
  /// from it.
  ///
  /// L. Rüschendorf, On the distributional transform, Sklar's theorem, and the empirical copula process,
  /// Journal of Statistical Planning and Inference 139, 2009.
  ///
  /// - Complexity: O(n log n) time for every column.
  func spreadingTies(of columns: [Int], seed: UInt64) -> Matrix {
    var result = self
    var generator = Xoshiro256(seed: seed)
    for column in columns {
      let values = self[column: column]
      let order = ascendingOrder(values)
      let steps = order.indices.dropFirst().filter { values[order[$0]] > values[order[$0 - 1]] }
      let sizes = zip([0] + steps, steps + [order.count]).map { $1 - $0 }
      guard sizes.contains(where: { $0 > 1 }), sizes.max()! < order.count - 1 else { continue }
      if steps.count < min(Self.fewValues, values.count / Self.samplesForValue) {
        var place = 0.0
        for (index, row) in order.enumerated() {
          if index > 0, values[row] > values[order[index - 1]] { place += 1 }
          result[row, column] = place + Self.deviation * generator.nextNormal()
        }
      } else if let step = ColumnResolution(values)?.step {
        for row in order { result[row, column] += step * (generator.nextUniform() - 0.5) }
      } else {
        for (start, end) in zip([0] + steps, steps + [order.count]) {
          for (rank, row) in zip(start..<end, order[start..<end].shuffled(using: &generator)) {
            result[row, column] = ScoreLaw.normal.score(ofRank: Double(rank), among: order.count)
          }
        }
      }
    }
    return result
  }

  /// A column has few values where these are so few, and so many samples have one in the mean.
  private static var fewValues: Int { 16 }
  private static var samplesForValue: Int { 10 }
  /// The standard deviation of the noise where neighbouring values are 1 apart.
  private static var deviation: Double { 0.1 }
}
