extension SampleDiagnosis {
  /// Throws where a column lies so far from zero that Float64 has hardly any numbers where its values are.
  ///
  /// Near an offset c neighbouring numbers are ulp(c) apart, and everything that has the units of the column
  /// is rounded to them: the values, places within ties, the means of components. At 2^20 such steps within
  /// the range of a column that costs some 1e-6 in log density, at 2^13 more than 1e-4, and what it costs is
  /// lost before a file is read. The offset is that of the value nearest to zero, so wild values beside
  /// others are not meant.
  ///
  /// - Parameter ranges: the smallest and the largest value of every column, finite.
  /// - Throws: `ParzenError.unusableSamples` with the column and what to do.
  /// - Complexity: O(d).
  package static func checkOffsets(_ ranges: [ClosedRange<Double>]) throws(ParzenError) {
    for (column, range) in ranges.enumerated() {
      let (low, high) = (range.lowerBound, range.upperBound)
      guard low < high, low > 0 || high < 0 else { continue }
      let nearest = low > 0 ? low : high
      guard high - low < fewestSteps * nearest.ulp else { continue }
      throw .unusableSamples(
        """
        the values of \(column: column) lie within \(short(high - low)) of \(short(nearest)), where numbers \
        are \(short(nearest.ulp)) apart: subtract \(short(nearest)) from them where they come from, before \
        they are rounded, or leave this column out
        """)
    }
  }

  /// The same for samples, n x d. Values that are no numbers are for others to refuse.
  ///
  /// - Complexity: O(n d) time.
  package static func checkOffsets(_ samples: Matrix) throws(ParzenError) {
    guard samples.rows > 0 else { return }
    let ranges = samples.columnRanges
    guard ranges.allSatisfy({ $0.lowerBound.isFinite && $0.upperBound.isFinite }) else { return }
    try checkOffsets(ranges)
  }

  /// Throws for samples, n x d, with a coordinate that is not finite, or beyond 1e300.
  ///
  /// - Throws: `ParzenError.unusableSamples` with the sample and the column.
  /// - Complexity: O(n d) time.
  package static func checkValues(_ samples: Matrix) throws(ParzenError) {
    if let index = samples.elements.firstIndex(where: { !(abs($0) <= largest) }) {
      throw refusal(
        samples.elements[index], row: index / samples.columns, column: index % samples.columns)
    }
  }

  /// The largest coordinate whose differences are finite.
  package static let largest = 1e300

  /// Why a coordinate is not taken.
  package static func refusal(_ value: Double, row: Int, column: Int) -> ParzenError {
    let remedy =
      value.isFinite
      ? ", beyond \(largest): divide this column by a power of ten"
      : ": remove samples with missing or infinite values"
    return .unusableSamples("\(sample: row) has \(value) in \(column: column)\(remedy)")
  }

  /// Fewer numbers than this within the range of a column are too few.
  private static let fewestSteps = 0x1p20
}
