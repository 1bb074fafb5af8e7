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

extension SampleColumns<Double> {
  /// The rows divided by a plane through their mean across their first principal axis, then again the part
  /// that spreads most along its own, until there are so many parts; fewer where samples are alike.
  ///
  /// D. Boley, Principal direction divisive partitioning, Data Mining and Knowledge Discovery 2, 1998.
  ///
  /// - Complexity: O(n d^2) time for each level of parts, O(d^3) for each part; O(n + d^2) memory.
  func divided(into count: Int) -> [[Int]] {
    var parts = [PrincipalPart(Array(0..<self.count), of: self)]
    while parts.count < count {
      let place = parts.indices.max { parts[$0].scatter < parts[$1].scatter }!
      let (low, high) = parts[place].divided(self)
      guard !low.isEmpty, !high.isEmpty else { break }
      parts[place] = PrincipalPart(low, of: self)
      parts.append(PrincipalPart(high, of: self))
    }
    return parts.map(\.rows)
  }
}

/// Some samples with their first principal axis.
private struct PrincipalPart {
  let rows: [Int]
  let mean: [Double]
  let axis: [Double]
  /// The sum of squares along the axis.
  let scatter: Double

  init(_ rows: [Int], of samples: SampleColumns<Double>) {
    let d = samples.dimension
    self.rows = rows
    let total = rows.reduce(0) { $0 + samples.weight(of: $1) }
    var mean = [Double](repeating: 0, count: d)
    for row in rows { for i in 0..<d { mean[i] += samples.weight(of: row) / total * samples[row, i] } }
    var products = Matrix(rows: d, columns: d)
    for row in rows {
      let weight = samples.weight(of: row)
      for i in 0..<d {
        let deviation = weight * (samples[row, i] - mean[i])
        for j in 0...i { products[i, j] += deviation * (samples[row, j] - mean[j]) }
      }
    }
    for i in 0..<d { for j in 0..<i { products[j, i] = products[i, j] } }
    let eigen = SymmetricEigendecomposition(products)
    self.mean = mean
    axis = eigen.map { eigen in (0..<d).map { eigen.vectors[$0, d - 1] } } ?? .init(repeating: 0, count: d)
    scatter = eigen?.values[d - 1] ?? 0
  }

  /// The rows before and behind the plane.
  func divided(_ samples: SampleColumns<Double>) -> (low: [Int], high: [Int]) {
    func place(_ row: Int) -> Double {
      axis.indices.reduce(0) { $0 + axis[$1] * (samples[row, $1] - mean[$1]) }
    }
    return (rows.filter { place($0) < 0 }, rows.filter { place($0) >= 0 })
  }
}
