import ParzenCore
import ParzenDistributions

/// The components of a mixture in groups that stand apart: two are linked where their means are within four
/// standard deviations of each other as seen by both, so that a narrow one within a wide one stands apart,
/// too.
///
/// Components that are the likeliest of no sample link nothing; each is in the group of the nearest one that
/// is.
struct ComponentGroups {
  /// The number of groups.
  let count: Int
  /// The group of every component.
  private let groups: [Int]
  private let responsibilities: Matrix

  private static let reach = 4.0

  /// - Parameter points: the samples, n x d.
  /// - Complexity: O(K^2 d^2 + n K d^2) time, O(n K) memory.
  init(_ mixture: GaussianMixture, _ points: Matrix) throws(ParzenError) {
    let (k, d) = (mixture.componentCount, mixture.dimension)
    responsibilities = try mixture.responsibilities(at: points)
    var isUsed = [Bool](repeating: false, count: k)
    for row in 0..<points.rows {
      let shares = responsibilities[row: row]
      isUsed[shares.indices.max { shares[$0] < shares[$1] }! - shares.startIndex] = true
    }
    let inverses = (0..<k).map(mixture.inverseCovarianceFactor)
    /// The squared distance of another component's mean in standard deviations of one.
    func distance(_ one: Int, _ other: Int) -> Double {
      (0..<d).reduce(0) { sum, i in
        let value = (0...i).reduce(0) {
          $0 + inverses[one][i, $1] * (mixture.means[other, $1] - mixture.means[one, $1])
        }
        return sum + value * value
      }
    }
    var sets = DisjointSets(count: k)
    let used = (0..<k).filter { isUsed[$0] }
    for (place, one) in used.enumerated() {
      for other in used[(place + 1)...] where sets.name(of: one) != sets.name(of: other) {
        let limit = Self.reach * Self.reach
        if distance(one, other) < limit, distance(other, one) < limit { sets.join(other, to: one) }
      }
    }
    for one in 0..<k where !isUsed[one] {
      if let nearest = used.min(by: { distance(one, $0) < distance(one, $1) }) { sets.join(one, to: nearest) }
    }
    var numbers: [Int: Int] = [:]
    groups = (0..<k).map { index in
      let name = sets.name(of: index)
      numbers[name] = numbers[name] ?? numbers.count
      return numbers[name]!
    }
    count = numbers.count
  }

  /// The components of a group.
  func components(_ group: Int) -> [Int] { groups.indices.filter { groups[$0] == group } }

  /// The share of every sample that belongs to a group: the responsibility of its components.
  func memberships(_ group: Int) -> [Double] {
    let components = components(group)
    return (0..<responsibilities.rows).map { row in
      let share = components.reduce(0) { $0 + responsibilities[row, $1] }
      return share.isFinite ? share : 0
    }
  }
}
