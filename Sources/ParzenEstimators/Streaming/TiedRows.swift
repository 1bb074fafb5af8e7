import ParzenCore

/// Many samples with ties, in ascending order, so that what goes by the numbers of rows is a rule of values:
/// where in its step a tied value is placed, and which of equal samples compete.
///
/// Equal rows of one weight may change places. Of samples without ties the order stays as it is, which costs
/// nothing, and leaves them the bits that they have as files.
struct TiedRows: Sendable {
  /// n x d.
  let samples: Matrix
  /// In the order of the samples; nil for ones.
  let weights: SampleWeights?
  /// The rows of the samples given that these are.
  let rows: [Int]

  /// - Returns: nil for samples with hardly any ties, and for such as are refused by what reads them, which
  ///   knows them by the numbers that they were given.
  /// - Throws: `ParzenError.unusableSamples` for samples outside their columns' domains.
  /// - Complexity: O(n d log n) time, O(n d) memory; O(n d) where there are no ties.
  init?(_ samples: Matrix, _ weights: SampleWeights?, domains: [ColumnDomain]) throws(ParzenError) {
    guard samples.elements.allSatisfy({ abs($0) <= SampleMoments.largest }),
      weights.map({ $0.values.count == samples.rows }) ?? true, Self.hasTies(samples, weights?.values)
    else { return nil }
    for (column, domain) in domains.enumerated() { try domain.check(samples, column: column) }
    let n = samples.rows
    // The weight is what decides between equal rows, so that it belongs to the order, as a last column.
    let keyed =
      weights.map { weights in
        Matrix(
          rows: n, columns: samples.columns + 1,
          elements: (0..<n).flatMap { Array(samples[row: $0]) + [weights.values[$0]] })
      } ?? samples
    let order = OrderedSamples(keyed, weights: nil, rule: .ascending).rows
    rows = order
    self.samples = samples.selectingRows(order)
    self.weights =
      switch weights {
      case nil: nil
      case .counts(let values): .counts(order.map { values[$0] })
      case .proportions(let values): .proportions(order.map { values[$0] })
      }
  }

  /// Whether a column may have its ties spread, or more rows repeat others than samples are drawn by values
  /// with. A chunk has no more repetitions than all rows, so that `SampleSubset` never goes by the numbers of
  /// rows that are not in order. A rule of values, too.
  ///
  /// - Complexity: O(n d) time, less where there are many ties; 32 n bytes at most.
  private static func hasTies(_ samples: Matrix, _ weights: [Double]?) -> Bool {
    let d = samples.columns
    let counted = (0..<samples.rows).filter { row in weights.map { $0[row] > 0 } ?? true }
    let n = Double(counted.count)
    return samples.elements.withUnsafeBufferPointer { elements in
      let fewest = Int(mostDistinct * n)
      for column in 0..<d {
        var values: Set<Double> = []
        for row in counted where values.count <= SampleScan.mostValues {
          values.insert(elements[row * d + column])
        }
        if values.count > 1, values.count <= min(SampleScan.mostValues, fewest) { return true }
      }
      var (hashes, repeated) = (RepeatedHashes(rows: counted.count), 0)
      for row in counted where hashes.contains(RowHash.values(elements.baseAddress! + row * d, d)) {
        repeated += 1
        if Double(repeated) > SampleSubset.mostRepeated * n { return true }
      }
      return false
    }
  }

  /// Where so many of a column's values are tied that it has a step, pairs at the least, the distinct ones
  /// are fewer than this part.
  private static let mostDistinct = 1 - ColumnResolution.fewestTied / 2
}
