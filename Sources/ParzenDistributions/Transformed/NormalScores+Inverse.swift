import ParzenPlatform

/// Values of a column from their normal scores, all at once.
extension NormalScores {
  /// The most steps towards a root: bisections alone leave nothing of a bracket after less.
  private static let steps = 200

  /// A root on the way: of the scores at `low` and `high`, one is below z, the other above.
  private struct Root {
    let z: Double
    var low: Double
    var high: Double
    var t: Double
    var isFound: Bool

    /// One step of Newton's method from t within the bracket, or half of it where that leads out.
    mutating func step(from found: ColumnTransformation.Expansion) {
      if found.y == z {
        isFound = true
        return
      }
      if found.y > z { high = t } else { low = t }
      var next = t - (found.y - z) * exp(-found.logSlope)
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      isFound = abs(next - t) <= 4e-16 * abs(next) || next == low || next == high || !(low < high)
      t = next
    }
  }

  /// The values of the column with normal scores: Newton's method within brackets of the components' own
  /// quantiles. A value does not depend on its neighbours.
  ///
  /// - Complexity: O(m K) for m values, K components and each of some eight steps.
  func inverses(of scores: [Double]) -> [Double] {
    var roots = scores.map { z in
      let (low, high) = bracket(z)
      return Root(z: z, low: low, high: high, t: low + (high - low) / 2, isFound: !(low < high))
    }
    var open = roots.indices.filter { !roots[$0].isFound }
    for _ in 0..<Self.steps where !open.isEmpty {
      let found = expansions(of: open.map { roots[$0].t })
      for (place, expansion) in zip(open, found) { roots[place].step(from: expansion) }
      open.removeAll { roots[$0].isFound }
    }
    return coordinate.inverses(of: roots.map(\.t))
  }
}
