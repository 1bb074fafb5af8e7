extension SampleDiagnosis {
  /// The standard deviation of the noise that `regularised` adds, relative to the column's own standard
  /// deviation, or for a constant column to its value.
  package static let relativeNoise = 1e-3

  /// The noise that `regularised` adds; none for most columns.
  ///
  /// - Parameter sample: one of the samples.
  package func noise(beside sample: some Collection<Double>) -> SampleNoise {
    var deviations = [Double](repeating: 0, count: standardDeviations.count)
    for (column, value) in sample.enumerated() where constantColumns.contains(column) {
      deviations[column] = SampleDiagnosis.relativeNoise * (value == 0 ? 1 : abs(value))
    }
    for dependence in dependences {
      deviations[dependence.column] = SampleDiagnosis.relativeNoise * standardDeviations[dependence.column]
    }
    // 24 bits: where sums were formed in another order, the noise is the same all the same.
    return SampleNoise(
      deviations: deviations.map {
        $0 > 0 ? Double(sign: .plus, exponent: $0.exponent, significand: Double(Float($0.significand))) : 0
      })
  }

  /// Samples with a little independent Gaussian noise in the columns that a diagnosis names, so that they
  /// spread in all dimensions.
  ///
  /// The density of the result is that of the data after such noise; the noise is the same in every run.
  package static func regularised(_ samples: Matrix) -> Matrix {
    guard samples.rows > 0 else { return samples }
    return samples.adding(SampleDiagnosis(samples).noise(beside: samples[row: 0]))
  }

  /// The value that alone makes a column look like a function of others, by nearly all of its variance.
  private func outlier(of samples: Matrix) -> (value: Double, column: Int)? {
    for dependence in dependences {
      let column = samples[column: dependence.column]
      let middle = column.sorted()[column.count / 2]
      let far = column.indices.max { abs(column[$0] - middle) < abs(column[$1] - middle) }!
      let reach = abs(column[far] - middle)
      let others = column.indices.reduce(0.0) { sum, row in
        row == far ? sum : sum + (column[row] - middle) / reach * ((column[row] - middle) / reach)
      }
      if others < Self.outlierShare { return (column[far], dependence.column) }
    }
    return nil
  }

  /// Below this part of an outlier's square, the squares of all other samples together are nothing beside it.
  private static let outlierShare = 1e-6

  /// Throws unless the samples are enough and spread in all dimensions.
  ///
  /// - Parameters:
  ///   - samples: the samples that were examined.
  ///   - remedy: what to do where columns are redundant, besides leaving them out.
  package func check(_ samples: Matrix, remedy: String) throws(ParzenError) {
    guard !isRegular else { return }
    if constantColumns.count == samples.columns {
      throw .unusableSamples(
        """
        all \(samples.rows) samples are identical, so they have no density: give samples that vary, or \
        \(remedy)
        """
      )
    }
    if constantColumns.isEmpty, let (value, column) = outlier(of: samples) {
      throw .unusableSamples(
        """
        a sample has \(value) in \(column: column), so far from all others that they cannot be told apart \
        beside it: correct it, or leave it out
        """)
    }
    var reasons: [SampleMessage] = []
    if !constantColumns.isEmpty {
      let verb = constantColumns.count == 1 ? "varies" : "vary"
      reasons.append("\(columns: constantColumns) never \(verb)")
    }
    reasons += dependences.map { dependence in
      "\(column: dependence.column) is a linear function of \(columns: dependence.others)"
    }
    let reason = reasons.dropFirst().reduce(reasons[0]) { "\($0); \($1)" }
    let redundant = constantColumns.count + dependences.count == 1 ? "this column" : "these columns"
    throw .unusableSamples(
      """
      \(reason), so there is no density in \(samples.columns) dimensions: leave out \(redundant), or \(remedy)
      """)
  }
}
