import ParzenCore
import ParzenDistributions
import ParzenPlatform

/// A mode of a density.
public struct Mode: Sendable, Equatable, Codable {
  /// The place, d values.
  public var place: [Double]
  /// The natural logarithm of the density there.
  public var logDensity: Double
  /// The eigenvalues of the Hessian of the log density, ascending, in units of the mixture's standard
  /// deviation along every axis. All are negative: that is the certificate.
  public var curvatures: [Double]
  /// The number of samples in its basin.
  public var count: Int
}

/// Clusters of samples by the modes of a density: a sample belongs to the mode that its ascent along the
/// score leads to.
///
/// The number of clusters is not chosen; it is the number of modes. K. Fukunaga, L. Hostetler, IEEE Trans.
/// Information Theory 21, 1975; J. Li, S. Ray, B. Lindsay, A nonparametric statistical approach to clustering
/// via mode identification, JMLR 8, 2007.
///
/// Estimated densities have small bumps where few samples happen to lie together. So modes whose basins hold
/// less than a given share of the samples are left out, and their samples go to the nearest mode that stays
/// (in units of its curvature).
///
/// ```swift
/// let clusters = try ModeClustering(samples: samples, density: mixture)
/// let labels = clusters.labels
/// let places = clusters.modes.map(\.place)
/// ```
public struct ModeClustering: Sendable {
  /// The modes, the one with the most samples first.
  public let modes: [Mode]
  /// The index in `modes` for every sample.
  public let labels: [Int]

  /// Clusters n samples (n x d), on up to `threads` threads.
  ///
  /// - Parameters:
  ///   - density: the density whose modes are wanted.
  ///   - smallestShare: modes with a smaller share of the samples are left out; 0 keeps all that a sample or
  ///     a component's mean leads to.
  /// - Throws: `ParzenError.dimensionMismatch`; `ParzenError.invalidOption` if `smallestShare` is not in [0,
  ///   0.5]; `ParzenError.unusableSamples` if an ascent fails.
  /// - Complexity: O((n + K) steps (K d^2 + d^3)) time with some tens of steps, O(n d + K d^2) memory.
  public init(
    samples: Matrix, density: some GaussianMixtureDensity, smallestShare: Double = 0.01, threads: Int = 1
  ) throws(ParzenError) {
    try density.check(samples)
    guard (0...0.5).contains(smallestShare) else {
      throw .invalidOption("the smallest share of a mode is \(smallestShare): give a number from 0 to 0.5")
    }
    let scale = Self.scale(of: samples)
    if scale.contains(where: { $0 != 1 }) {
      var map = Matrix.identity(scale.count)
      for i in scale.indices { map[i, i] = 1 / scale[i] }
      let image = try ModeClustering(
        samples: samples * map,
        density: density.mixture.affineImage(map, shift: [Double](repeating: 0, count: scale.count)),
        smallestShare: smallestShare, threads: threads)
      labels = image.labels
      modes = image.modes.map { mode in
        var mode = mode
        for (i, unit) in scale.enumerated() {
          mode.place[i] *= unit
          mode.logDensity -= log(unit)
        }
        return mode
      }
      return
    }
    let (search, mixture) = (ModeSearch(density), density.mixture)
    let n = samples.rows
    // Of a kernel density estimate the components' means are the samples.
    let starts = mixture.componentCount < n ? mixture.componentCount : 0
    let summits = try concurrentResults(n + starts, threads: threads) { (index) throws(ParzenError) in
      try search.summit(from: Array(index < n ? samples[row: index] : mixture.means[row: index - n]))
    }
    var found: [ModeSearch.Summit] = []
    var (counts, labels): ([Int], [Int]) = ([], [])
    for (index, summit) in summits.enumerated() {
      var label = found.count
      for (other, mode) in found.enumerated() where try search.coincide(mode, summit) {
        label = other
        break
      }
      if label == found.count {
        found.append(summit)
        counts.append(0)
      }
      guard index < n else { continue }
      counts[label] += 1
      labels.append(label)
    }

    let largest = counts.max() ?? 0
    let kept = found.indices
      .filter { Double(counts[$0]) >= smallestShare * Double(n) || counts[$0] == largest }
      .sorted { (-counts[$0], $0) < (-counts[$1], $1) }
    let places = Matrix(
      rows: kept.count, columns: samples.columns, elements: kept.flatMap { found[$0].place })
    let logDensities = try mixture.logDensity(at: places)
    let nearest = try found.indices.map { (label) throws(ParzenError) in
      if let place = kept.firstIndex(of: label) { return place }
      var best = (index: 0, distance: Double.infinity)
      for (index, other) in kept.enumerated() {
        let distance = try search.squaredDistance(from: found[other], to: found[label])
        if distance < best.distance { best = (index, distance) }
      }
      return best.index
    }
    self.labels = labels.map { nearest[$0] }
    var finalCounts = [Int](repeating: 0, count: kept.count)
    for label in self.labels { finalCounts[label] += 1 }
    modes = kept.enumerated().map { index, label in
      Mode(
        place: found[label].place, logDensity: logDensities[index], curvatures: found[label].curvatures,
        count: finalCounts[index])
    }
  }

  /// Powers of two for the columns whose squares would leave the range of Float64; 1 for all others.
  private static func scale(of samples: Matrix) -> [Double] {
    (0..<samples.columns).map { column in
      let reach = (0..<samples.rows).reduce(0) { max($0, abs(samples[$1, column] - samples[0, column])) }
      guard reach > 0, reach.isFinite, abs(reach.exponent) > 300 else { return 1 }
      return Double(sign: .plus, exponent: reach.exponent, significand: 1)
    }
  }
}
