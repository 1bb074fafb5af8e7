import ParzenCore

extension SampleSums {
  /// The same samples with a little noise in columns that never vary, or that others determine.
  ///
  /// - Throws: `ParzenError.unusableSamples` for samples that are not finite.
  /// - Complexity: two passes, O(n d^2) time.
  func regularised() throws(ParzenError) -> SampleSums {
    let (d, scan) = (source.dimension, try SampleScan(self, countsValues: false))
    let isVarying = (0..<d).map { scan.minimum[$0] < scan.maximum[$0] }
    // Within -1 ... 1, so that nothing overflows.
    let scale = (0..<d).map { isVarying[$0] ? scan.maximum[$0] / 2 - scan.minimum[$0] / 2 : 1 }
    let moments = try StreamedMoments(
      self,
      StreamedCoordinates(
        source: source, cells: .init(repeating: nil, count: d),
        columns: .init(repeating: .identity, count: d),
        origin: (0..<d).map { scan.minimum[$0] / 2 + scan.maximum[$0] / 2 }, scale: scale, weightFactor: nil))
    let varying = (0..<d).filter { isVarying[$0] }
    let deviations = (0..<d).map { k in
      isVarying[k] ? (moments.covariance[k, k] * (1 - 1 / moments.total)).squareRoot() : 0
    }
    var correlations = Matrix(rows: varying.count, columns: varying.count)
    for (i, column) in varying.enumerated() {
      for (j, other) in varying.enumerated() {
        correlations[i, j] =
          moments.covariance[column, other] * (1 - 1 / moments.total)
          / (deviations[column] * deviations[other])
      }
    }
    let diagnosis = SampleDiagnosis(
      standardDeviations: zip(deviations, scale).map { $0 * $1 }, correlations: correlations)
    return adding(diagnosis.noise(beside: scan.minimum))
  }
}
