import ParzenCore

extension StandardColumns {
  /// Throws, with the columns' numbers, where columns are constant or linearly dependent.
  func checkRegularity() throws(ParzenError) {
    try SampleDiagnosis.checkBetweenGaps(points, remedy: "use `regularise`, which adds a little noise")
  }
}

extension SampleDiagnosis {
  /// Throws, with the columns' numbers, where columns are constant or linearly dependent, in the largest part
  /// of the samples where gaps divide them: beside wild values all others look so.
  ///
  /// - Parameters:
  ///   - samples: n x d.
  ///   - remedy: what to do where columns are redundant, besides leaving them out.
  /// - Complexity: O(n d^2) time where they are in order.
  package static func checkBetweenGaps(_ samples: Matrix, remedy: String) throws(ParzenError) {
    guard !SampleDiagnosis(samples).isRegular else { return }
    var largest = samples
    while let parts = GapGroups.divide(largest), let part = parts.max(by: { $0.count < $1.count }),
      part.count > largest.columns + 1
    {
      largest = largest.selectingRows(part)
    }
    try SampleDiagnosis(largest).check(largest, remedy: remedy)
  }
}
