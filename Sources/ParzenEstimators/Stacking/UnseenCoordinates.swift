import ParzenCore

/// The samples of a group in coordinates that are known without those of each judging fold, as normal scores
/// under margins of the others are.
///
/// In coordinates that have seen the samples held out, the others are rarer about these than they are in
/// truth, as every sample is a little bump of its own margin: what is fitted to the others would be judged
/// too hard.
struct UnseenCoordinates: Sendable {
  /// The points in those of each judging fold, n x d each.
  let points: [Matrix]
  /// What is to be added to the log density of each point, in those of its own fold, to have the one in the
  /// group's coordinates; n values.
  let logSlopes: [Double]

  func selecting(_ rows: [Int]) -> UnseenCoordinates {
    UnseenCoordinates(
      points: points.map { $0.selectingRows(rows) }, logSlopes: rows.map { logSlopes[$0] })
  }
}
