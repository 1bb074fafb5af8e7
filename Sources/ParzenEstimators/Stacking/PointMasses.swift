import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// The samples held out that lie on a point at which the law has a mass (`RepeatedSamples`), where a density
/// is the higher the narrower it is there, which says nothing for it elsewhere: beyond what is narrow beside
/// the other samples' spread, in this group or the one around it, all are alike. In a group that hardly has
/// other samples, as the neighbours of a mass are one, their spread says nothing.
struct PointMasses {
  private let isOne: [Bool]
  /// The logarithm of how many samples a volume has beyond which estimates are alike at masses.
  let logIntensity: Double
  private let highest: Double
  /// The nats above the samples in the middle that are enough.
  private static let enough = 8.0

  /// - Parameter mixture: an estimate from the group, of which the middle of the other samples is read.
  init(_ group: SampleGroup, _ mixture: GaussianMixture) throws(ParzenError) {
    let judged = group.judged
    guard group.hasRepeats else {
      (isOne, logIntensity, highest) = (judged.map { _ in false }, group.logMassIntensity, .infinity)
      return
    }
    let isOne = RepeatedSamples.areMany(
      group.points.selectingRows(judged), counts: group.counts.map { counts in judged.map { counts[$0] } })
    let others = isOne.indices.filter { !isOne[$0] }.map { judged[$0] }
    self.isOne = isOne
    guard !others.isEmpty else {
      (logIntensity, highest) = (.infinity, .infinity)
      return
    }
    let values = try mixture.logDensity(at: group.points.selectingRows(others))
    let order = ascendingOrder(values)
    let middle = weightedQuantile(
      0.5, ofOrdered: order.map { values[$0] }, counts: order.map { group.count(others[$0]) })
    let logTotal = log(group.total)
    logIntensity = max(group.logMassIntensity, middle + Self.enough + logTotal)
    highest = logIntensity - logTotal
  }

  /// Log densities of the judged samples, those of masses as high as tells them apart.
  func limited(_ values: [Double]) -> [Double] {
    zip(values, isOne).map { $1 ? min($0, highest) : $0 }
  }
}
