import ParzenCore
import ParzenPlatform

/// What expectation-maximisation starts from.
extension ExpectationMaximization {
  /// Components to start from: centres by k-means++, one of the samples each; every sample belongs to the
  /// nearest one. All have the pooled covariance of the samples about their centres.
  ///
  /// D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.
  ///
  /// - Complexity: O(n K d + n d^2) time, O(n) memory.
  func start(_ count: Int, shape: MixtureCovariance, using generator: inout Xoshiro256) -> GaussianComponents
  {
    let d = samples.dimension
    var distances = [Double](repeating: .infinity, count: samples.count)
    var owners = [Int](repeating: 0, count: samples.count)
    for centre in 0..<count {
      let chosen = draw(centre == 0 ? nil : distances, using: &generator)
      for row in 0..<samples.count {
        let distance = (0..<d).reduce(0.0) { sum, i in
          let step = samples[row, i] - samples[chosen, i]
          return sum + step * step
        }
        if distance < distances[row] { (distances[row], owners[row]) = (distance, centre) }
      }
    }
    return pooled(owners, count: count, shape: shape)
  }

  /// A random row, with probability proportional to its weight times a factor.
  private func draw(_ factors: [Double]?, using generator: inout Xoshiro256) -> Int {
    func mass(_ row: Int) -> Double { samples.weight(of: row) * (factors?[row] ?? 1) }
    var rest = generator.nextUniform() * (0..<samples.count).reduce(0) { $0 + mass($1) }
    for row in 0..<samples.count {
      rest -= mass(row)
      if rest < 0 { return row }
    }
    return samples.count - 1
  }

  /// Components of samples that belong to one each, with a common covariance.
  private func pooled(_ owners: [Int], count: Int, shape: MixtureCovariance) -> GaussianComponents {
    let entries = GaussianComponents.entries(shape, dimension: samples.dimension)
    let d = samples.dimension
    var sums = [Double](repeating: 0, count: (1 + d + entries.count) * count)
    for row in 0..<samples.count {
      let (owner, weight) = (owners[row], samples.weight(of: row))
      sums[owner] += weight
      for i in 0..<d { sums[(1 + i) * count + owner] += weight * samples[row, i] }
      for (place, (i, j)) in entries.enumerated() {
        sums[(1 + d + place) * count + owner] += weight * samples[row, i] * samples[row, j]
      }
    }
    var components = GaussianComponents(
      sums: sums, count: count, total: samples.total, dimension: d, shape: shape)
    for place in entries.indices {
      let row = place * count..<(place + 1) * count
      let common = row.reduce(0) { $0 + exp(components.logWeights[$1 % count]) * components.covariances[$1] }
      for index in row { components.covariances[index] = common }
    }
    return components
  }

  /// Components to start from: those of a division of the samples, with their pooled covariance.
  ///
  /// - Parameter parts: the rows of each part.
  func start(_ parts: [[Int]], shape: MixtureCovariance) -> GaussianComponents {
    var owners = [Int](repeating: 0, count: samples.count)
    for (owner, rows) in parts.enumerated() { for row in rows { owners[row] = owner } }
    return pooled(owners, count: parts.count, shape: shape)
  }
}
