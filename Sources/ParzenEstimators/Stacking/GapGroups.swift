import ParzenCore
import ParzenPlatform

/// Samples that gaps in a column divide, however many orders of magnitude lie between the gaps and the
/// samples' own spacing, where neither moments nor a network that sees moments resolve anything.
///
/// Of the gaps between neighbouring values of a column, in descending order, the first few divide the samples
/// where the next one is smaller by a factor; a few are one in eight, since among all of them there is always
/// one that two nearly equal values make, which the next larger one exceeds by far. Beyond thirty, which is
/// rare even in heavy tails, the division is taken; from two on, with several samples in every part, it is
/// one to be judged. In an exponential tail the chance of a gap r times as large as any other with m samples
/// beyond it falls as exp(-pi sqrt(2 m r / 3)): among many columns, few samples need a larger gap.
enum GapGroups {
  private static let (certain, possible) = (30.0, 2.0)
  private static let fewest = 4
  private static let most = 64

  /// The rows of the parts; nil where no column has gaps thirty times as large as the next one. The first
  /// column that has decides: the parts are divided in turn.
  ///
  /// - Parameter counts: how many samples each row stands for; nil for one each.
  /// - Complexity: O(d n log n) time, O(n) memory.
  static func divide(_ points: Matrix, counts: [Double]? = nil) -> [[Int]]? {
    let most = min(most, max(1, Int(total(points, counts)) / 8))
    for column in 0..<points.columns {
      let gaps = Gaps(points[column: column], most: most)
      if let last = gaps.ratios.firstIndex(where: { $0 > certain }) { return gaps.parts(last + 1) }
    }
    return nil
  }

  /// The rows but for those in parts of few samples, as wild values are; all where nothing is left.
  ///
  /// - Complexity: that of `divide`, for every level of parts within parts.
  static func withoutFew(_ points: Matrix, counts: [Double]?, fewest: Double) -> [Int] {
    guard let parts = divide(points, counts: counts) else { return Array(0..<points.rows) }
    let kept = parts.flatMap { part -> [Int] in
      let (values, own) = (points.selectingRows(part), counts.map { counts in part.map { counts[$0] } })
      guard total(values, own) >= fewest else { return [] }
      return withoutFew(values, counts: own, fewest: fewest).map { part[$0] }
    }
    return kept.isEmpty ? Array(0..<points.rows) : kept.sorted()
  }

  /// The rows of the parts that the most marked gaps of a column divide, at least twice as large as the next
  /// one and with four samples or more in every part, and so that the chance is as in one column; nil where
  /// there are none.
  ///
  /// - Complexity: O(d n log n) time, O(n) memory.
  static func propose(_ points: Matrix, counts: [Double]? = nil) -> [[Int]]? {
    var best: (ratio: Double, parts: [[Int]])?
    let most = min(most, Int(total(points, counts)) / fewest)
    let root = (possible * Double(fewest)).squareRoot()
    let columns = log(Double(points.columns)) / (Double.pi * (2.0 / 3).squareRoot())
    let least = (root + columns) * (root + columns)
    for column in 0..<points.columns {
      let gaps = Gaps(points[column: column], most: most)
      for (place, ratio) in gaps.ratios.enumerated() where ratio > max(possible, best?.ratio ?? 0) {
        let parts = gaps.parts(place + 1)
        let totals = parts.map { part in part.reduce(0) { $0 + (counts?[$1] ?? 1) } }
        let smallest = totals.min() ?? 0
        if smallest >= Double(fewest), ratio * smallest >= least { best = (ratio, parts) }
      }
    }
    return best?.parts
  }

  private static func total(_ points: Matrix, _ counts: [Double]?) -> Double {
    counts?.reduce(0, +) ?? Double(points.rows)
  }
}

/// The largest gaps between the values of a column.
private struct Gaps {
  private let order: [Int]
  /// The place before each gap, the largest gap first.
  private let places: [Int]
  /// By how much each gap is larger than the next one.
  let ratios: [Double]

  init(_ values: [Double], most: Int) {
    let order = ascendingOrder(values)
    let sizes = zip(order, order.dropFirst()).map { values[$1] - values[$0] }
    var largest: [Int] = []
    for place in sizes.indices
    where sizes[place] > 0 && (largest.count <= most || sizes[place] > sizes[largest[most]]) {
      largest.insert(place, at: largest.indices.partitioningIndex { sizes[largest[$0]] < sizes[place] })
      if largest.count > most + 1 { largest.removeLast() }
    }
    self.order = order
    places = largest
    ratios = zip(largest, largest.dropFirst()).map { sizes[$0] / sizes[$1] }
  }

  /// The rows of the parts between the first few gaps.
  func parts(_ count: Int) -> [[Int]] {
    let ends = places.prefix(count).map { $0 + 1 }.sorted() + [order.count]
    return zip([0] + ends, ends).map { order[$0..<$1].sorted() }
  }
}
