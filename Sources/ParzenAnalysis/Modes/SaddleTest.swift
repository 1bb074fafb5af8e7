import ParzenCore

/// Whether the samples about a saddle could come from one hump.
enum SaddleTest {
  /// The most samples that the dip test takes.
  private static let mostTested = 2000

  /// The dip test's p-value for the samples on both sides of a saddle, the nearest to it, along the line
  /// between two modes; 1 where there are too few to tell.
  ///
  /// All samples count, whichever mode they belong to: between two regions that a partition cuts apart there
  /// would be gaps of its own making.
  ///
  /// - Parameters:
  ///   - samples: n x d.
  ///   - count: the samples of a side; fewer where a side has fewer.
  ///   - units: the unit of every coordinate.
  /// - Complexity: O(n (d + log n)).
  static func pValue(
    _ samples: Matrix, count: Int, saddle: [Double], from start: [Double], to end: [Double], units: [Double]
  ) -> Double {
    let direction = zip(zip(start, end), units).map { ($0.1 - $0.0) / ($1 * $1) }
    typealias Placed = (distance: Double, place: Double)
    var sides: (before: [Placed], behind: [Placed]) = ([], [])
    for row in 0..<samples.rows {
      var (distance, place) = (0.0, 0.0)
      for i in saddle.indices {
        let difference = samples[row, i] - saddle[i]
        distance += difference * difference / (units[i] * units[i])
        place += difference * direction[i]
      }
      if place < 0 { sides.before.append((distance, place)) } else { sides.behind.append((distance, place)) }
    }
    let count = min(count, sides.before.count, sides.behind.count)
    guard count >= 4 else { return 1 }
    let near = [sides.before, sides.behind].flatMap { $0.sorted { $0 < $1 }.prefix(count) }
    let sorted = near.map(\.place).sorted()
    let step = max(1, sorted.count / mostTested)
    return DipTest(stride(from: 0, to: sorted.count, by: step).map { sorted[$0] }).pValue
  }
}
