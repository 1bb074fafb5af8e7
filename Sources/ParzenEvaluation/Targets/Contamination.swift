import Foundation
import ParzenCore

/// What befalls samples, never queries, before an estimator sees them.
///
/// With a share p of rows that are no draws from the target f any more, the truth at a query is log((1 - p)
/// f): the law of the samples, away from the foreign rows. So an estimate that gives these rows their share
/// and is exact elsewhere has no error.
public struct Contamination: Sendable {
  /// Changes samples (n x d) in place; returns the share of rows that are foreign now.
  let contaminate: @Sendable (inout Matrix, inout Xoshiro256) -> Double

  /// `count` rows (all, if there are fewer) at a random direction from the origin, at a distance of `size` to
  /// twice that.
  static func wildValues(count: Int, size: Double) -> Contamination {
    Contamination { samples, generator in
      let rows = generator.nextSubset(of: samples.rows, size: min(count, samples.rows))
      for row in rows {
        let direction = (0..<samples.columns).map { _ in generator.nextNormal() }
        let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let distance = size * generator.nextUniform(1, 2)
        for column in 0..<samples.columns { samples[row, column] = distance * direction[column] / length }
      }
      return Double(rows.count) / Double(samples.rows)
    }
  }

  /// A share of rows, rounded to whole ones, has one of its values, in a random column, replaced by a code,
  /// as tables have for missing values.
  static func codes(share: Double, code: Double) -> Contamination {
    Contamination { samples, generator in
      let count = Int((share * Double(samples.rows)).rounded())
      for row in generator.nextSubset(of: samples.rows, size: count) {
        samples[row, generator.nextInteger(below: samples.columns)] = code
      }
      return Double(count) / Double(samples.rows)
    }
  }

  /// All values rounded to multiples of `step`; none is foreign.
  static func rounding(step: Double) -> Contamination {
    Contamination { samples, _ in
      for row in 0..<samples.rows {
        for column in 0..<samples.columns {
          samples[row, column] = (samples[row, column] / step).rounded() * step
        }
      }
      return 0
    }
  }
}
