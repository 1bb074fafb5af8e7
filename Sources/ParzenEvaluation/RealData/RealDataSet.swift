import ParzenCore

/// Measured data: independent samples whose true density nobody knows.
package struct RealDataSet: Sendable, Equatable {
  /// The name, as the tables have it.
  package let name: String
  /// The samples, n x d.
  package let values: Matrix

  /// A data set whose halves determine a density.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - values: the samples, n x d, finite.
  ///   - columnNames: d names, for messages; nil for `x1`, `x2`, ...
  /// - Throws: `ParzenError.unusableSamples` with fewer than 2 (d + 2) samples, and where a column never
  ///   varies or others determine it.
  /// - Complexity: O(n d^2 + d^3) time, O(d^2) memory.
  package init(name: String, values: Matrix, columnNames: [String]? = nil) throws(ParzenError) {
    let least = 2 * (values.columns + 2)
    guard values.rows >= least else {
      throw .unusableSamples(
        """
        a half must have \(values.columns + 2) samples or more in d = \(values.columns): give at least \
        \(least), not \(values.rows)
        """
      )
    }
    do throws(ParzenError) {
      try SampleDiagnosis(values).check(values, remedy: "leave out this data set")
    } catch {
      throw error.labelled(SampleLabels(columns: columnNames))
    }
    self.init(unchecked: values, name: name)
  }

  private init(unchecked values: Matrix, name: String) {
    self.name = name
    self.values = values
  }

  /// The resolution at which each column was recorded: the median distance between neighbours among its
  /// distinct values, or zero where no value occurs twice.
  ///
  /// The median is the unit of a column that was rounded, also where few values have more digits than the
  /// rest. Of a unit finer than the data are dense, it is the usual distance between neighbours, which no
  /// estimate resolves.
  ///
  /// - Complexity: O(d n log n) time, O(n) memory.
  package var resolutions: [Double] {
    (0..<values.columns).map { column in
      let sorted = values[column: column].sorted()
      let steps = zip(sorted.dropFirst(), sorted).map { $0 - $1 }.filter { $0 > 0 }.sorted()
      return steps.count == values.rows - 1 ? 0 : steps[steps.count / 2]
    }
  }

  /// The data with noise added to every value, independent and uniform on [-r/2, r/2], where r is its
  /// column's resolution.
  ///
  /// Rounded data have no density: ever narrower peaks at values that occur often have a likelihood without
  /// bound, also on samples held out. After such noise, an estimate's mean log likelihood is a lower bound of
  /// the mean logarithm of the probability that it gives a rounded value's cell, divided by the volume of the
  /// cell.
  ///
  /// L. Theis, A. van den Oord, M. Bethge, A note on the evaluation of generative models, ICLR 2016.
  ///
  /// - Parameter seed: the noise is the same whenever the seed is.
  /// - Complexity: O(d n log n) time, O(n d) memory.
  package func dequantised(seed: UInt64) -> RealDataSet {
    var result = values
    for (column, resolution) in resolutions.enumerated() where resolution > 0 {
      var generator = Xoshiro256(seed: seed, stream: column, -1)
      for row in 0..<values.rows {
        result[row, column] += generator.nextUniform(-resolution / 2, resolution / 2)
      }
    }
    return RealDataSet(unchecked: result, name: name)
  }

  /// A random half of the samples, and the other one, which has one more where n is odd.
  ///
  /// - Parameters:
  ///   - index: the number of the division; each has its own.
  ///   - seed: of all divisions.
  func halves(_ index: Int, seed: UInt64) -> (learning: Matrix, heldOut: Matrix) {
    var generator = Xoshiro256(seed: seed, stream: index)
    let order = generator.nextPermutation(of: values.rows)
    let middle = values.rows / 2
    return (values.selectingRows(order[..<middle]), values.selectingRows(order[middle...]))
  }
}
