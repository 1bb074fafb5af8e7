import ParzenCore
import ParzenDistributions
import ParzenPlatform

extension MixtureTransformer {
  /// The ranges of angles, and of hours, minutes and seconds of a day.
  private static var cycles: [ClosedRange<Double>] {
    [
      0...360, -180...180, 0...2 * .pi, -.pi ... .pi, 0...24, 0...1440, 0...86_400,
    ]
  }
  /// Samples end nearer to the ends of a cycle than this part of it.
  private static var nearness: Double { 0.01 }
  /// There the density is more than this part of the mean.
  private static var leastHeight: Double { 0.1 }

  /// A sentence for every column that fills the range of an angle or a time of day and is dense at both ends
  /// of it, where no period is told.
  var periodNotes: [SampleMessage] {
    record.ranges.indices.compactMap { column in
      if case .period = density.columns[column] { return nil }
      let (range, step) = (record.ranges[column], record.spread[column]?.step ?? 0)
      guard let cycle = Self.cycles.first(where: { isFilled($0, by: range, step: step) }),
        isDense(in: cycle, at: range, column: column)
      else { return nil }
      let length = cycle.upperBound - cycle.lowerBound
      return """
        \(column: column) fills \(short(cycle)): if that is a circle, tell its period \
        (`--periodic NAME=\(short(length))`)
        """
    }
  }

  private func isFilled(_ cycle: ClosedRange<Double>, by range: ClosedRange<Double>, step: Double) -> Bool {
    let most = Self.nearness * (cycle.upperBound - cycle.lowerBound)
    return range.lowerBound >= cycle.lowerBound && range.lowerBound - cycle.lowerBound <= most
      && range.upperBound <= cycle.upperBound && cycle.upperBound - range.upperBound - step <= most
  }

  private func isDense(in cycle: ClosedRange<Double>, at range: ClosedRange<Double>, column: Int) -> Bool {
    let ends = Matrix([[range.lowerBound], [range.upperBound]])
    guard let values = try? density.marginal(of: [column]).logDensity(at: ends) else { return false }
    return values.allSatisfy { $0 > log(Self.leastHeight / (cycle.upperBound - cycle.lowerBound)) }
  }
}
