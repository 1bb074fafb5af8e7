import ParzenCore

/// Samples divided by a plane through their mean across their first principal axis, then again the part that
/// spreads most along its own, and so on.
///
/// D. Boley, Principal direction divisive partitioning, Data Mining and Knowledge Discovery 2, 1998.
struct PrincipalDivision: Sendable {
  /// The rows of each part: of one, of two parts, and so on.
  private let levels: [[[Int]]]

  /// - Parameter most: of parts.
  /// - Complexity: O(n d^2) time for each level of parts, O(d^3) for each part; O(n d + d^2) memory.
  init(_ samples: SampleColumns<Double>, most: Int) {
    var parts = [Part(Array(0..<samples.count), of: samples)]
    var levels = [parts.map(\.rows)]
    while parts.count < most {
      let place = parts.indices.max { parts[$0].scatter < parts[$1].scatter }!
      let (low, high) = parts[place].divided(samples)
      guard !low.isEmpty, !high.isEmpty else { break }
      parts[place] = Part(low, of: samples)
      parts.append(Part(high, of: samples))
      levels.append(parts.map(\.rows))
    }
    self.levels = levels
  }

  /// The rows of so many parts, or of fewer where samples are alike.
  func parts(_ count: Int) -> [[Int]] { levels[min(count, levels.count) - 1] }
}

/// Some samples with their first principal axis.
private struct Part {
  let rows: [Int]
  let mean: [Double]
  let axis: [Double]
  /// The sum of squares along the axis.
  let scatter: Double

  init(_ rows: [Int], of samples: SampleColumns<Double>) {
    let d = samples.dimension
    let part = samples.selecting(rows)
    let mean = part.mean
    var deviations = part.deviations(from: mean)
    deviations.withUnsafeMutableElements { elements in
      for row in rows.indices {
        let root = part.weight(of: row).squareRoot()
        for i in 0..<d { elements[row * d + i] *= root }
      }
    }
    let eigen = SymmetricEigendecomposition(deviations.columnProducts)
    self.rows = rows
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
