import ParzenCore

/// The samples held out that lie on a point at which the law has a mass (`RepeatedSamples`), where a density
/// is the higher the narrower it is there, which says nothing for it elsewhere: beyond what is narrow beside
/// the other samples' spread, all are alike.
struct PointMasses {
  private let isOne: [Bool]
  private let highest: Double
  /// The nats above the samples in the middle that are enough.
  private static let enough = 4.0

  /// - Parameter heldOut: log densities of the judged samples under each of some estimates.
  init(_ group: SampleGroup, _ heldOut: [[Double]]) {
    let judged = group.judged
    let isOne = RepeatedSamples.areMany(
      group.points.selectingRows(judged), counts: group.counts.map { counts in judged.map { counts[$0] } })
    let tops = isOne.indices.filter { !isOne[$0] }.map { row in heldOut.map { $0[row] }.max() ?? 0 }.sorted()
    highest = tops.isEmpty ? .infinity : tops[tops.count / 2] + Self.enough
    self.isOne = isOne
  }

  /// Log densities of the judged samples, those of masses as high as tells them apart.
  func limited(_ values: [Double]) -> [Double] {
    zip(values, isOne).map { $1 ? min($0, highest) : $0 }
  }
}
