import ParzenCore

/// Whether the samples about a saddle could come from one hump.
///
/// All places are in coordinates in which samples deviate from a ridge by one in all directions: lines
/// between modes are there the directions that divide them best, Fisher's discriminants.
struct SaddleTest {
  /// Of twice as many samples or more the dip test takes some, at even distances: from so many to twice as
  /// many.
  private static let leastTested = 2000
  /// A ridge whose ends are closer than this part of its length is curved.
  private static let straight = 0.99
  /// Where the density at the saddle is less than half of that of the modes there is no ridge between them.
  private static let deepest = 0.69
  /// How much further than on average a sample may lie from a curved ridge, in deviations from it.
  private static let width = 3.0
  /// Pieces of a curved ridge.
  private static let steps = 32

  private let saddle: [Double]
  /// Points of the ridge; of a straight one the ends.
  private let corners: [[Double]]
  /// The length of the ridge up to every corner.
  private let lengths: [Double]
  private let isCurved: Bool

  /// - Parameters:
  ///   - start, end: the modes, which with the saddle between them make a parabola, the ridge; a line where
  ///     there is none.
  ///   - depth: how far the log density at the saddle is below that of the lower mode.
  init(saddle: [Double], depth: Double, from start: [Double], to end: [Double]) {
    self.saddle = saddle
    let parts = Self.lengths([start, saddle, end])
    // A saddle near one of the modes tells nothing of the ridge's shape.
    let share = max(0.2, min(0.8, parts[2] > 0 ? parts[1] / parts[2] : 0.5))
    let points = (0...Self.steps).map { step in
      let t = Double(step) / Double(Self.steps)
      return saddle.indices.map { i in
        let chord = start[i] + t * (end[i] - start[i])
        let sag = saddle[i] - start[i] - share * (end[i] - start[i])
        return chord + sag * t * (1 - t) / (share * (1 - share))
      }
    }
    let length = Self.lengths(points)[Self.steps]
    isCurved = depth < Self.deepest && Self.lengths([start, end])[1] < Self.straight * length
    corners = isCurved ? points : [start, end]
    lengths = Self.lengths(corners)
  }

  /// The dip test's p-value for the samples on both sides of a saddle, the nearest to it, by their places
  /// along the ridge between two modes; 1 where there are too few to tell.
  ///
  /// All samples count, whichever mode they belong to: between two regions that a partition cuts apart there
  /// would be gaps of its own making. About a straight ridge they may lie as far as half its length beyond
  /// its ends; about a curved one, where a line would leave the ridge and find fewer samples in its middle,
  /// between the ends and near the ridge, since its bends may face other samples.
  ///
  /// - Parameters:
  ///   - points: the samples, n x d.
  ///   - count: the samples of a side; fewer where a side has fewer.
  /// - Complexity: O(n (d + log n)), and 32 times as much for a curved ridge.
  func pValue(_ points: Matrix, count: Int) -> Double {
    let middle = place(of: saddle) ?? 0
    typealias Placed = (distance: Double, place: Double)
    var sides: (before: [Placed], behind: [Placed]) = ([], [])
    for row in 0..<points.rows {
      let point = Array(points[row: row])
      let distance = zip(point, saddle).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      guard let place = place(of: point) else { continue }
      if place < middle {
        sides.before.append((distance, place))
      } else {
        sides.behind.append((distance, place))
      }
    }
    let count = min(count, sides.before.count, sides.behind.count)
    guard count >= 4 else { return 1 }
    let near = [sides.before, sides.behind].flatMap { $0.sorted { $0 < $1 }.prefix(count) }
    let sorted = near.map(\.place).sorted()
    let step = max(1, sorted.count / Self.leastTested)
    return DipTest(stride(from: 0, to: sorted.count, by: step).map { sorted[$0] }).pValue
  }

  /// The place along the ridge that is nearest to a point, as a length from its beginning; nil for a point
  /// too far beyond the ends.
  private func place(of point: [Double]) -> Double? {
    var best = (square: Double.infinity, place: 0.0)
    for (index, (start, end)) in zip(corners, corners.dropFirst()).enumerated() {
      var (along, square) = (0.0, 0.0)
      for i in point.indices {
        along += (point[i] - start[i]) * (end[i] - start[i])
        square += (end[i] - start[i]) * (end[i] - start[i])
      }
      guard square > 0 else { continue }
      let least = index == 0 ? -Double.infinity : 0
      let most = index == corners.count - 2 ? Double.infinity : 1
      let share = max(least, min(most, along / square))
      var distance = 0.0
      for i in point.indices {
        let difference = point[i] - start[i] - share * (end[i] - start[i])
        distance += difference * difference
      }
      if distance < best.square {
        best = (distance, lengths[index] + share * (lengths[index + 1] - lengths[index]))
      }
    }
    let length = lengths[lengths.count - 1]
    guard isCurved else { return (-length / 2...1.5 * length).contains(best.place) ? best.place : nil }
    let width = Double(saddle.count - 1).squareRoot() + Self.width
    return best.square < width * width && (0...length).contains(best.place) ? best.place : nil
  }

  private static func lengths(_ points: [[Double]]) -> [Double] {
    var result = [0.0]
    for (a, b) in zip(points, points.dropFirst()) {
      let square = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      result.append(result[result.count - 1] + square.squareRoot())
    }
    return result
  }
}
